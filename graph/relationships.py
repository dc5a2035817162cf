"""The graph's relationship types: what leads from where to where, and what it says."""

from typing import Final

from graph.declare import Relationship, properties
from records import words

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

_RUN: Final = "run string: id of the run that says so"

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
        properties=properties("""
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
        properties=properties("""
            kind string: like, repost, reply, view or follow
            at datetime: when
        """),
    ),
    Relationship(
        type="HAS_ACCOUNT",
        meaning="The watched person uses the account.",
        starts=("Target",),
        ends=("Account",),
        properties=properties("""
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
            properties=properties("""
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
        properties=properties(f"""
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
        properties=properties(f"""
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
        properties=properties("""
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
        properties=properties("matches long: how many indicators agree"),
        of_run=True,
    ),
)
