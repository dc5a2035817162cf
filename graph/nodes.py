"""The graph's labels: what each node is, and what it says."""

from typing import Final

from graph.declare import Node, properties

_STUB: Final = "stub boolean: true where it is only pointed at and was not collected itself"

NODES: Final = (
    Node(
        label="Case",
        meaning="The case this graph is a projection of; there is exactly one.",
        id="the case's id",
        properties=properties("""
            name string: the case's name
            input_hash string: the records it was made of; empty while an upsert is under way
            run string: the run it shows
            schema long: version of this schema
        """),
        of_run=True,
    ),
    Node(
        label="Account",
        meaning="An account of a platform.",
        id="`platform:account_id`, such as `x:123`",
        properties=properties(f"""
            platform string: the contract's word for the platform
            handle string: the newest known handle
            display_name string: the newest known name
            description string: the profile text
            created_at datetime: when the account was made
            location string: as the profile says
            language string: as the platform or the profile says
            followers long: newest known count
            following long: newest known count
            posts_count long: as the platform counts
            verified boolean: as the platform says
            default_avatar boolean: it never chose a picture
            avatar_hash string: hash of the picture
            profile_url string: address of the profile
            observed_at datetime: when the profile was seen like this
            earlier_handles string[]: handles it had before, in text order
            extra string: JSON of what the export said beyond the contract
            {_STUB}
        """),
        indexed=("handle",),
        searched=("handle", "display_name", "description"),
        of_run=True,  # a run's signals are properties of accounts
    ),
    Node(
        label="Post",
        meaning="A post, comment, article or video.",
        id="`platform:post_id`",
        properties=properties(f"""
            platform string: the contract's word for the platform
            created_at datetime: when it was published
            time_precision string: second, minute, hour or day: what the clock can tell
            content_type string: post, comment, article, video, image, ad or other
            text string: what it says
            title string: its headline
            language string: as the export says
            client string: the program it was sent with
            location string: the place it claims
            latitude double: degrees
            longitude double: degrees
            is_repost boolean: the export says that it repeats another post
            likes long: newest known count
            reposts long: newest known count
            replies long: newest known count
            views long: newest known count
            credited_to string: whom it names as its source
            objects string[]: anything else it shares, as `layer:value`
            url string: its address
            collected_at datetime: when it was collected
            deleted_at datetime: when it was gone
            {_STUB}
        """),
        indexed=("created_at",),
        searched=("text", "title"),
    ),
    Node(
        label="Page",
        meaning="A page or group that publishes.",
        id="`platform:page_id`",
        properties=properties(f"""
            platform string: the contract's word for the platform
            name string: its name
            handle string: its handle
            created_at datetime: when it was made
            followers long: newest known count
            admin_countries string[]: where the platform says its managers are
            {_STUB}
        """),
        searched=("name", "handle"),
    ),
    Node(
        label="Outlet",
        meaning="A news outlet.",
        id="the outlet's id as loaded",
        properties=properties(f"""
            name string: its name
            domain string: its registrable domain
            country string: where it is based, as the source says
            language string: what it publishes in
            kind string: state, state-affiliated, party, wire, independent or unknown
            source string: who says so
            {_STUB}
        """),
        searched=("name",),
    ),
    Node(
        label="Organisation",
        meaning="A company, institution or person that owns, funds or directs.",
        id="its id as loaded",
        properties=properties("""
            name string: its name
            kind string: organisation or person
        """),
        searched=("name",),
    ),
    Node(
        label="Url",
        meaning="An address that was shared, without tracking parameters.",
        id="the canonical address",
        properties=(),
    ),
    Node(label="Domain", meaning="A registrable domain.", id="the domain in lower case", properties=()),
    Node(
        label="Hashtag",
        meaning="A hashtag, the same on every platform.",
        id="the tag in lower case without #",
        properties=(),
    ),
    Node(
        label="Media",
        meaning="A picture or a frame of a video.",
        id="its perceptual hash (PDQ, 64 hex digits)",
        properties=properties("""
            kind string: image, video or other
            quality long: PDQ quality, 0 to 100
            path string: where the file is
        """),
    ),
    Node(
        label="Target",
        meaning="A watched person: someone whose comments or followers are looked after.",
        id="`platform:account_id` of the watched account",
        properties=properties("name string: the person's name"),
        searched=("name",),
    ),
    Node(
        label="Campaign",
        meaning="An operation confirmed earlier.",
        id="its name",
        properties=properties("""
            confirmed_by string: who confirmed it
            date datetime: when, the earliest where several are given
            texts string[]: texts it spread, in text order
        """),
    ),
    Node(
        label="Run",
        meaning="The newest detection; earlier runs stay in the case.",
        id="the run's id",
        properties=properties("""
            number long: first, second, ... run of the case
            created datetime: when it ended
            input_hash string: what it saw
            seed long: the seed of everything drawn
            detectors string[]: name and version of each detector
        """),
        of_run=True,
    ),
    Node(
        label="Finding",
        meaning="What a detector says, with its outcome as the run gave it; decisions are in the case's journal.",
        id="the finding's id",
        properties=properties("""
            detector string: which detector
            detector_version string: and its version
            title_code string: what it is about; sentences are made from it
            outcome string: none, undetermined, open or unexplained
            meets_deceptive boolean: every gate is met
            unmet string[]: codes of the gates not met
            reasons string[]: reason codes
            likelihood string: an ICD 203 term where calibrated
            confidence string: low, moderate or high
            source_grade string: Admiralty grade
            score double: rank within the case, larger is more worth reading
            members long: how many members it names
            posts long: how many posts it rests on
            layers string[]: which layers speak
            signs string[]: independent families of evidence
            disarm string[]: DISARM technique ids
            first_seen datetime: the first act in it
            last_seen datetime: the last act in it
            observed double: what was counted
            expected double: what chance would give
            supersedes string: id of the earlier finding it replaces
        """),
        indexed=("detector",),
        of_run=True,
    ),
)
