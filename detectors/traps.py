"""Benign behaviour that groups of accounts are recognised by: declared membership, schedulers, one owner, the query itself.

Each says what shows it, whether that is enough to explain the finding, and whether the coordination is declared. A trap
that is only possible stays among a finding's alternatives. Texts have traps of their own (detectors/copypasta).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from detectors.texts import text
from detectors.texts.traps import SPEAKS
from detectors.verdict import trap
from records.finding import Finding, Json
from records.store import Records, query

# Most of a group: the rest may be members who say nothing of it.
_MOST: Final = 0.6
# Profiles known for fewer than half of a group say nothing about the group.
_KNOWN: Final = 0.5
# A name stands for a group if its members write it in their profiles five times as often as anyone else.
_LIFT: Final = 5.0
# One post in sixty falls on a full minute by chance, and one in twelve of people who like round times; programs put
# most of theirs there.
_ON_THE_MINUTE: Final = 0.5
_FEWEST_POSTS: Final = 10
# Posts written by a program that publishes plans or feeds, by the names X and its kin give their clients.
_FEEDS: Final = (
    "buffer|hootsuite|dlvr\\.it|ifttt|zapier|sprout ?social|socialoomph|twitterfeed|sendible|socialflow|echobox|later|"
    "wordpress|rss|revive|metricool|agorapulse|feed"
)
_FEED_SHARE: Final = 0.8

_SHOWN_BY: Final = {
    "fan_club": "profiles_declare_it", "staff": "profiles_declare_it", "scheduler": "on_the_full_minute",
    "same_owner": "one_owner", "keyword_sample": "scope_is_keyword",
}  # fmt: skip

# Words by which people say of themselves that they belong to something; "fan" words make a fan club, the others staff.
_FANS: Final = (
    "fan fans fanclub fandom fanpage stan stans army club streaming supporters ultras fanatique"
    " 粉丝 后援 应援 饭圈 球迷 歌迷"
)
_STAFF: Final = (
    "staff staffer member members employee team office volunteer volunteers organizer organiser campaign official"
    " spokesperson press officer steward union local chapter correspondent reporter journalist newsroom editor intern"
    " works working communications équipe membre membres bénévole bénévoles employé employée attaché attachée"
    " porteparole officiel officielle syndicat section militant militante journaliste rédaction rédacteur rédactrice"
    " stagiaire travaille collaborateur collaboratrice 员工 成员 志愿 义工 团队 官方 工会 记者 编辑 办公 工作 职员 党员 分会"
)


@dataclass(frozen=True, slots=True)
class _Profiles:
    tokens: pl.DataFrame
    """account (uid), token; each once."""
    accounts: int
    """Accounts with a profile text."""


def recognise(records: Records, findings: Sequence[Finding]) -> None:
    """Add what is recognised to the tests of each finding about accounts that act or write alike; in place."""
    asked = [finding for finding in findings if finding.tests]
    if not asked:
        return
    profiles = _profiles(records)
    owners = _owners(records)
    queries = " ".join(row[0].lower() for row in records.execute(
        "SELECT DISTINCT query FROM collections WHERE scope = 'keyword' AND query IS NOT NULL ORDER BY query"
    ).fetchall())  # fmt: skip
    posts = query(
        records,
        "SELECT platform || ':' || post_id AS post, platform || ':' || author_id AS account, created_at,"
        " coalesce(in_reply_to_account_id <> author_id, in_reply_to_post_id IS NOT NULL) AS answers,"
        " coalesce(time_precision, 'second') AS time_precision, lower(client) AS client FROM posts",
    )
    for finding in asked:
        members = sorted(finding.member_ids())
        mine = posts.filter(pl.col("post").is_in([f"{post['platform']}:{post['post_id']}" for post in finding.posts]))
        mine = mine.filter(pl.col("account").is_in(members))
        found = [
            _declared(members, profiles),
            _scheduled(mine),
            _one_owner(members, owners),
            _asked_for(finding, queries),
        ]
        known = {one["code"] for one in finding.tests.get("traps", [])}
        for one in found:
            if one and one["code"] not in known:
                finding.tests.setdefault("traps", []).append(one)
                _weigh(finding, one["code"])


def _weigh(finding: Finding, code: str) -> None:
    """Say among the finding's alternatives what speaks for the trap."""
    for alternative in finding.alternatives:
        if alternative["code"] == code:
            alternative["for"] = [*alternative["for"], _SHOWN_BY[code]]
            return
    finding.alternatives.append({"code": code, "for": [_SHOWN_BY[code]], "against": []})


def _profiles(records: Records) -> _Profiles:
    rows = query(
        records,
        "SELECT platform || ':' || account_id AS account, concat_ws(' ', display_name, description) AS says"
        " FROM accounts WHERE coalesce(description, '') <> '' ORDER BY account",
    )
    tokens = text.tokens_frame(text.normal_frame(rows["says"])["normal"])
    named = rows.select("account").with_row_index("text").join(tokens, on="text").select("account", "token").unique()
    return _Profiles(named, rows["account"].n_unique())


def _declared(members: list[str], profiles: _Profiles) -> Json | None:
    """Most say that they belong to something, and name the same thing, which nobody else does."""
    theirs = profiles.tokens.filter(pl.col("account").is_in(members))
    known = theirs["account"].n_unique()
    if known < max(4, _KNOWN * len(members)):
        return None
    belonging = (_FANS + " " + _STAFF).split()
    says = theirs.filter(pl.col("token").is_in(belonging))
    if says["account"].n_unique() < _MOST * known:
        return None
    counts = theirs.filter(~pl.col("token").is_in(belonging)).group_by("token").len("inside")
    everyone = profiles.tokens.join(counts, on="token", how="semi").group_by("token").len("everywhere")
    named = (
        counts.join(everyone, on="token")
        .filter(pl.col("inside") >= _MOST * known)
        .with_columns(
            ((pl.col("everywhere") - pl.col("inside") + 1) / max(profiles.accounts - known, 1)).alias("outside")
        )
        .filter(pl.col("inside") / known >= _LIFT * pl.col("outside"))
        .sort(["inside", "outside", "token"], descending=[True, False, False])
    )
    if not named.height:
        return None
    fans = says.filter(pl.col("token").is_in(_FANS.split()))["account"].n_unique()
    code = "fan_club" if 2 * fans > says["account"].n_unique() else "staff"
    evidence = {"profiles": known, "declare": says["account"].n_unique(), "name": named["token"].head(3).to_list()}
    return trap(code, explains=True, open=True, **evidence)


def _scheduled(posts: pl.DataFrame) -> Json | None:
    """Most of its posts come on the full minute, or from programs that publish plans and feeds. Answers to others are
    none of them: no plan holds what had yet to be said."""
    exact = posts.filter(pl.col("time_precision") == "second")
    on_plan = (pl.col("created_at").dt.second() == 0) & ~pl.col("answers")
    round_ = exact.filter(on_plan).height / max(exact.height, 1)
    clients = posts.drop_nulls("client")
    fed = clients.filter(pl.col("client").str.contains(_FEEDS) & ~pl.col("answers")).height / max(clients.height, 1)
    by_minute = exact.height >= _FEWEST_POSTS and round_ >= _ON_THE_MINUTE
    by_client = clients.height >= max(_FEWEST_POSTS, posts.height / 2) and fed >= _FEED_SHARE
    if not by_minute and not by_client:
        return None
    return trap("scheduler", explains=True, on_the_minute=round(round_, 3), feed_clients=round(fed, 3))


def _owners(records: Records) -> pl.DataFrame:
    """account (uid of an outlet's account or page), owner: its outlet, and what the outlet belongs to today."""
    return query(
        records,
        f"""
        WITH speaks AS ({SPEAKS})
        SELECT account, outlet AS owner FROM speaks
        UNION
        SELECT speaks.account, ownership.object_id AS owner
        FROM speaks INNER JOIN ownership ON ownership.subject_id = speaks.outlet
        WHERE ownership.relation IN ('owned_by', 'registered_to') AND ownership.until IS NULL
        """,
    )


def _one_owner(members: list[str], owners: pl.DataFrame) -> Json | None:
    mine = owners.filter(pl.col("account").is_in(members)).group_by("owner").agg(pl.col("account").n_unique())
    if not mine.height:
        return None
    owner, accounts = mine.sort(["account", "owner"], descending=[True, False]).row(0)
    if accounts < max(2, _MOST * len(members)):
        return None
    return trap("same_owner", explains=True, owner=owner, accounts=accounts)


def _asked_for(finding: Finding, queries: str) -> Json | None:
    """What they share is what the collection was asked for: everybody in it shares that."""
    layers = finding.evidence.get("layers")
    if not queries or not isinstance(layers, list):
        return None
    objects = [str(one["object"]).lower() for layer in layers for one in layer.get("objects", [])]
    hit = [name for name in objects if len(name) > 2 and name in queries]
    if not objects or len(hit) < _MOST * len(objects):
        return None
    return trap("keyword_sample", explains=True, objects=hit[:5])
