"""The graph's one declaration: what is a node, what a relationship, what is unique, what can be searched.

Everything that knows the schema is made from NODES and RELATIONSHIPS: the statements below, the import's headers
(graph/bulk.py), the upsert's statements (graph/upsert.py), the py2neo classes (graph/notebook.py) and the page
docs/graph-schema.md (graph/schema_docs.py). graph/project.py says which rows fill them.
"""

from dataclasses import dataclass
from typing import Final, Literal

from records import words

VERSION: Final = 1
"""Part of what a graph stands for: raise it when a label, type or property changes, and every graph is built again."""

Type = Literal["string", "long", "double", "boolean", "datetime", "string[]"]
"""Neo4j's own names, as the import's headers spell them."""

MARK: Final = "_row"
"""Property of every node and relationship we wrote: a hash of the row it came from. Whatever does not carry it is
somebody else's and is never deleted; whatever carries another number than the projection's is written again."""


@dataclass(frozen=True, slots=True)
class Property:
    """One property."""

    name: str
    type: Type
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One label. `id` is its key, unique within the label."""

    label: str
    meaning: str
    id: str
    """What the id is made of."""
    properties: tuple[Property, ...]
    indexed: tuple[str, ...] = ()
    """Properties, beside the id, that questions begin at."""
    searched: tuple[str, ...] = ()
    """Properties of the full-text index."""
    of_run: bool = False
    """Its rows depend on the run too, not on the records alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationship:
    """One type, from any label of `starts` to any of `ends`."""

    type: str
    meaning: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]
    properties: tuple[Property, ...] = ()
    of_run: bool = False


def _properties(text: str) -> tuple[Property, ...]:
    """Read lines of `name type: meaning`."""
    found = []
    for line in text.strip().splitlines():
        head, _, meaning = line.strip().partition(": ")
        name, _, kind = head.partition(" ")
        found.append(Property(name, kind, meaning))  # type: ignore[arg-type]
    return tuple(found)


_STUB: Final = "stub boolean: true where it is only pointed at and was not collected itself"
_RUN: Final = "run string: id of the run that says so"

NODES: Final = (
    Node(
        label="Case",
        meaning="The case this graph is a projection of; there is exactly one.",
        id="the case's id",
        properties=_properties("""
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
        properties=_properties(f"""
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
        properties=_properties(f"""
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
        properties=_properties(f"""
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
        properties=_properties(f"""
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
        properties=_properties("""
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
        properties=_properties("""
            kind string: image, video or other
            quality long: PDQ quality, 0 to 100
            path string: where the file is
        """),
    ),
    Node(
        label="Target",
        meaning="A watched person: someone whose comments or followers are looked after.",
        id="`platform:account_id` of the watched account",
        properties=_properties("name string: the person's name"),
        searched=("name",),
    ),
    Node(
        label="Campaign",
        meaning="An operation confirmed earlier.",
        id="its name",
        properties=_properties("""
            confirmed_by string: who confirmed it
            date datetime: when, the earliest where several are given
            texts string[]: texts it spread, in text order
        """),
    ),
    Node(
        label="Run",
        meaning="The newest detection; earlier runs stay in the case.",
        id="the run's id",
        properties=_properties("""
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
        properties=_properties("""
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

_AUTHORS: Final = ("Account", "Page", "Outlet")
_PARTIES: Final = ("Outlet", "Organisation", "Domain", "Page", "Account")
_KIN: Final = {
    "owned_by": "is owned by",
    "registered_to": "is registered to",
    "directed_by": "is directed by",
    "funded_by": "is funded by",
    "partner_of": "works with",
    "hosted_with": "is hosted with",
    "same_certificate": "uses the same certificate as",
    "same_analytics_id": "uses the same analytics id as",
    "same_site_template": "uses the same site template as",
}
assert tuple(_KIN) == words.RELATIONS

RELATIONSHIPS: Final = (
    Relationship(
        type="POSTED",
        meaning="The account wrote the post, as collected or as a reply or repost of it says.",
        starts=("Account",),
        ends=("Post",),
    ),
    Relationship(
        type="PUBLISHED",
        meaning="The page or outlet published the post.",
        starts=("Page", "Outlet"),
        ends=("Post",),
    ),
    Relationship(
        type="REPLIES_TO",
        meaning="The post answers a post, or an account where the export does not say which post.",
        starts=("Post",),
        ends=("Post", "Account"),
    ),
    Relationship(
        type="REPOSTS",
        meaning="The post repeats a post, or an account where the export does not say which post.",
        starts=("Post",),
        ends=("Post", "Account"),
    ),
    Relationship(type="QUOTES", meaning="The post quotes a post.", starts=("Post",), ends=("Post",)),
    Relationship(type="MENTIONS", meaning="The post names an account.", starts=("Post",), ends=("Account",)),
    Relationship(type="LINKS_TO", meaning="The post shares an address.", starts=("Post",), ends=("Url",)),
    Relationship(type="ON", meaning="The address is on this domain.", starts=("Url",), ends=("Domain",)),
    Relationship(
        type="OF",
        meaning="The domain or page belongs to this outlet.",
        starts=("Domain", "Page"),
        ends=("Outlet",),
    ),
    Relationship(type="TAGGED", meaning="The post carries the hashtag.", starts=("Post",), ends=("Hashtag",)),
    Relationship(type="SHOWS", meaning="The post shows the picture.", starts=("Post",), ends=("Media",)),
    Relationship(
        type="FOLLOWS",
        meaning="The account follows another.",
        starts=("Account",),
        ends=("Account",),
        properties=_properties("""
            followed_at datetime: since when
            position long: place in the follower list, 1 is the earliest
            position_is_chronological boolean: the list is in order of time
        """),
    ),
    Relationship(
        type="ENGAGED",
        meaning="The account liked, reposted, answered or viewed the post.",
        starts=("Account",),
        ends=("Post",),
        properties=_properties("""
            kind string: like, repost, reply, view or follow
            at datetime: when
        """),
    ),
    Relationship(
        type="HAS_ACCOUNT",
        meaning="The watched person uses the account.",
        starts=("Target",),
        ends=("Account",),
        properties=_properties("""
            role string: office or candidacy
            party string: party
            since datetime: from when
            until datetime: to when
        """),
    ),
    *(
        Relationship(
            type=relation.upper(),
            meaning=f"The one {meaning} the other, as a document says.",
            starts=_PARTIES,
            ends=_PARTIES,
            properties=_properties("""
                since datetime: from when
                until datetime: to when
                source string: the document
                grade string: its Admiralty grade
            """),
        )
        for relation, meaning in _KIN.items()
    ),
    Relationship(
        type="COORDINATED",
        meaning="Two accounts shared the same within a window; undirected, written from the first id in text order.",
        starts=("Account",),
        ends=("Account",),
        properties=_properties(f"""
            {_RUN}
            layer string: what they shared
            window long: seconds between the two at most
            weight long: how many they shared so
            mean_time_delta double: mean seconds between the two
            expected double: how many chance would give; empty where not tested
            z double: how far beyond chance
            q double: share of false links among those at least as strong
        """),
        of_run=True,
    ),
    Relationship(
        type="COPIES",
        meaning="The post copies an earlier one.",
        starts=("Post",),
        ends=("Post",),
        properties=_properties(f"""
            {_RUN}
            similarity double: share of the words that are the same
            lag_seconds double: seconds after the original; 0 where the clocks cannot tell them apart
            credited boolean: it names whom it copies
        """),
        of_run=True,
    ),
    Relationship(
        type="MEMBER_OF",
        meaning="The account, page or outlet is a member of the finding.",
        starts=_AUTHORS,
        ends=("Finding",),
        properties=_properties("""
            role string: seeder, amplifier, source, ...
            score double: its share in it
            action string: what is asked for it
        """),
        of_run=True,
    ),
    Relationship(
        type="RESTS_ON",
        meaning="The finding rests on this post.",
        starts=("Finding",),
        ends=("Post",),
        of_run=True,
    ),
    Relationship(type="FOUND_BY", meaning="The run found it.", starts=("Finding",), ends=("Run",), of_run=True),
    Relationship(
        type="SEEN_IN",
        meaning="It was seen in an operation confirmed earlier; a finding by its members.",
        starts=("Account", "Domain", "Url", "Media", "Finding"),
        ends=("Campaign",),
        properties=_properties("matches long: how many indicators agree"),
        of_run=True,
    ),
)

NODE: Final = {node.label: node for node in NODES}
RELATIONSHIP: Final = {relationship.type: relationship for relationship in RELATIONSHIPS}

FULLTEXT: Final = "words"
"""Name of the full-text index over every `searched` property."""
# Words of any script, no stop words: an investigator looks for "not" and for names.
ANALYZER: Final = "standard-no-stop-words"


def index_names() -> list[str]:
    """The names of the indexes that `statements` makes, in its order; a constraint's index has its name."""
    names = [f"{node.label.lower()}_id" for node in NODES]
    names += [f"{node.label.lower()}_{name}" for node in NODES for name in node.indexed]
    return [*names, FULLTEXT]


def statements() -> list[str]:
    """Constraints, indexes and the full-text index, as statements that may be run again."""
    made = [
        f"CREATE CONSTRAINT {node.label.lower()}_id IF NOT EXISTS FOR (n:{node.label}) REQUIRE n.id IS UNIQUE"
        for node in NODES
    ]
    made += [
        f"CREATE INDEX {node.label.lower()}_{name} IF NOT EXISTS FOR (n:{node.label}) ON (n.{name})"
        for node in NODES
        for name in node.indexed
    ]
    labels = "|".join(node.label for node in NODES if node.searched)
    names = ", ".join(f"n.{name}" for name in dict.fromkeys(name for node in NODES for name in node.searched))
    made.append(
        f"CREATE FULLTEXT INDEX {FULLTEXT} IF NOT EXISTS FOR (n:{labels}) ON EACH [{names}]"
        f" OPTIONS {{indexConfig: {{`fulltext.analyzer`: '{ANALYZER}'}}}}"
    )
    return made
