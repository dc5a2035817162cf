"""Texts that several accounts posted as if each had written them, and posts that several reposted in step."""

from collections.abc import Mapping
from datetime import UTC, datetime
from math import log10
from typing import Any, Final

import polars as pl

from detectors.base import OUTPUTS, Detection, Detector, Parameter, Progress, Rows
from detectors.copypasta import places
from detectors.copypasta.finding import finding
from detectors.texts import core, families, grouping, recombined, significance, surprise, traps
from detectors.texts.families import Families
from detectors.texts.neardup import components
from detectors.texts.text import cites
from records.store import Records

_TAKES: Final = {"text": 1, "faint": 2, "repost": 3}
"""Families of a finding an account must take part in to be a member: one text of its own that others posted too and
that is beyond chance is already the act; one set phrase, one headline or one popular repost is common, two or three
with the same others are not."""

_HALF: Final = 0.5  # of a family's posts cite somebody: then the quotation is part of what is copied
_ALIKE: Final = 0.5  # of a near-duplicate's posts hold the story's stretches: the others changed a word in them
_TABLES: Final = ("families", "copies", "hubs")

PARAMETERS: Final = (
    Parameter("min_accounts", 3, "accounts", "Two who post one text may simply know each other."),
    Parameter("gap_seconds", 86_400, "seconds", "A day without the text ends a wave; news and appeals rest overnight."),
    Parameter(
        "repost_window_seconds", 60, "seconds", "Reposts in step; the finest width that clocks of minutes allow."
    ),
    Parameter("alpha", 0.01, "probability", "Of any family of ordinary talk in the case passing both tests (Holm)."),
)


def detect(records: Records, parameters: Mapping[str, Any], seed: int, progress: Progress) -> Detection:
    """Text families as findings, and the tables families, copies and hubs."""
    found = families.find(records, parameters["min_accounts"], parameters["gap_seconds"], progress)
    if not found.posts.height:
        return Detection(tables={name: pl.DataFrame(schema=OUTPUTS[name]) for name in _TABLES}, notes=found.notes)
    progress("weighing families", 0.55)
    units = _units(found, parameters["min_accounts"], parameters["repost_window_seconds"])
    tests = max(units["unit"].n_unique(), 1)
    needed = log10(tests / parameters["alpha"])
    measured = surprise.measure(found, units, needed)
    common = _common(found, measured)
    measured = measured.join(found.families.select("family", "tier"), on="family")
    # The words of rewritten copies differ: only their common core can be weighed, by the test.
    rare = (pl.col("rarity") >= needed) | ((pl.col("tier") == core.REWRITTEN) & pl.col("unit").str.ends_with(":text"))
    admitted = measured.filter(rare & (pl.col("burst") >= needed))
    progress("testing families", 0.6)
    own = admitted.filter(pl.col("unit").str.ends_with(":text"))
    tested, counted = significance.judge(found, units, own, tests, parameters["alpha"])
    admitted = admitted.join(tested.drop("family"), on="unit", how="left").with_columns(
        pl.col("passed").fill_null(False)
    )
    admitted, posts = _told_once(admitted, found.posts, counted)
    progress("looking for texts put together anew", 0.65)
    admitted, posts, swarms = _recombined(found, admitted, posts, parameters["min_accounts"], parameters["gap_seconds"])
    progress("joining families", 0.7)
    takes = units.join(admitted.select("unit", _kind()), on="unit")
    groups = _one_swarm(_groups(takes, seed), swarms)
    rows = _of_members(posts, groups, parameters["min_accounts"])
    parts = rows.partition_by("kind", "group", as_dict=True, maintain_order=True)
    known = traps.context(records)
    where = places.context(records)
    findings = []
    all_posts = {}
    for share, ((kind, _), part) in enumerate(parts.items()):
        progress("writing findings", 0.75 + 0.2 * share / len(parts))
        unit = pl.format("{}:{}", "family", pl.lit("repost" if kind == "repost" else "text")).alias("unit")
        chosen = admitted.join(part.select(unit), on="unit", how="semi")
        findings.append(finding(str(kind), part, chosen, dict(parameters), DETECTOR, found, tests, known))
        if kind == "text":
            places.compare(findings[-1], part, where, parameters["alpha"], int(admitted["passed"].sum()))
        all_posts[findings[-1].id] = frozenset(part["post"].to_list())
    kept = posts.join(common, on="family", how="anti")
    notes = found.notes | {
        "families": kept["family"].n_unique(),
        "families_of_common_words": common.height,
        "families_weighed_as_rare": admitted["family"].n_unique(),
        "families_beyond_chance": int(admitted["passed"].sum()),
    }
    tables = {"families": _families_table(kept), "copies": _copies_table(kept), "hubs": _hubs_table(posts, common)}
    return Detection(findings=findings, tables=tables, posts=all_posts, notes=notes)


def _told_once(admitted: pl.DataFrame, posts: pl.DataFrame, counted: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rewritten copies instead of the near-duplicates they hold where they are beyond chance, else not at all."""
    text = admitted.filter(pl.col("unit").str.ends_with(":text"))
    told = text.filter((pl.col("tier") == core.REWRITTEN) & pl.col("passed")).select("family")
    rewritten = posts.filter(tier=core.REWRITTEN)
    near = posts.filter(tier=core.NEAR)
    held = rewritten.join(told, on="family", how="semi").join(
        counted.with_columns(pl.lit(True).alias("counted")), on=["family", "post"], how="left"
    )
    # What is nearly the same as texts that count, counts with them.
    alike = held.join(near.select("post", near="family"), on="post", how="left")
    alike = alike.with_columns(pl.coalesce("near", "post").alias("near"), pl.col("counted").fill_null(False))
    share = pl.col("counted").mean().over("family", "near") >= _ALIKE
    held = alike.filter(share).drop("near", "counted")
    near = near.join(held.select("post"), on="post", how="anti")
    posts = pl.concat([near, held]).sort("family", "created_at", "post")
    return admitted.join(posts.select("family").unique(), on="family", how="semi"), posts


def _recombined(
    found: Families, admitted: pl.DataFrame, posts: pl.DataFrame, min_accounts: int, gap_seconds: int
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """With what recombines copies beyond chance told of their family and of no other; and families of one swarm."""
    passed = admitted.filter(pl.col("unit").str.ends_with(":text") & pl.col("passed")).select("family")
    told = posts.filter(~pl.col("is_repost")).join(passed, on="family", how="semi")
    posts = posts.with_columns(pl.lit(False).alias("recombined"))
    if not told.height:
        return admitted, posts, pl.DataFrame(schema={"family": pl.String(), "swarm": pl.Int64()})
    more, swarms = recombined.find(found, told, gap_seconds)
    posts = pl.concat(
        [posts.join(more.select("post"), on="post", how="anti"), more.with_columns(pl.lit(True).alias("recombined"))]
    )
    # Who puts a text between quotation marks where its copiers do not, speaks of it: a critic, a witness, a reporter.
    posts = posts.with_columns(cites().alias("cites"))
    copied = (pl.col("tier") == core.NEAR) | ~pl.col("cites") | (pl.col("cites").mean().over("family") >= _HALF)
    posts = posts.filter(copied).drop("cites")
    posts = posts.filter(pl.col("account").n_unique().over("family") >= min_accounts)
    posts = posts.sort("family", "created_at", "post")
    return admitted.join(posts.select("family").unique(), on="family", how="semi"), posts, swarms


def _kind() -> pl.Expr:
    """What is judged together: copies beyond chance, copies that lie below the floor, reposts in step."""
    text = pl.col("unit").str.ends_with(":text")
    return (
        pl.when(~text)
        .then(pl.lit("repost"))
        .when("passed")
        .then(pl.lit("text"))
        .otherwise(pl.lit("faint"))
        .alias("kind")
    )


def _units(found: Families, min_accounts: int, window_seconds: int) -> pl.DataFrame:
    """What is judged at once: a family's copies, and its reposts that come in step.

    A popular post is reposted by many over hours; only reposts with two others within the window count.
    """
    columns = ["unit", "family", "post", "account", "created_at", "precision", "surface"]
    unit = pl.format("{}:{}", "family", pl.when("is_repost").then(pl.lit("repost")).otherwise(pl.lit("text")))
    posts = found.posts.with_columns(unit.alias("unit"))
    copies = posts.filter(~pl.col("is_repost")).select(columns)
    first = posts.filter("is_repost").group_by("unit", "account").agg(pl.all().sort_by("created_at", "post").first())
    first = first.sort("unit", "created_at", "account")
    near = [
        (pl.col("created_at").shift(-after) - pl.col("created_at").shift(before)).dt.total_seconds().over("unit")
        <= window_seconds
        for before, after in ((2, 0), (1, 1), (0, 2))
    ]
    reposts = first.filter(pl.any_horizontal(near).fill_null(False)).select(columns)
    both = pl.concat([copies, reposts])
    return both.filter(pl.col("account").n_unique().over("unit") >= min_accounts).sort("unit", "created_at", "account")


def _common(found: Families, measured: pl.DataFrame) -> pl.DataFrame:
    """Families whose words so many would write by chance: `family`, `accounts`, `posts`."""
    expected = measured.group_by("family").agg(pl.col("expected").first())
    explained = found.families.join(expected, on="family").filter(pl.col("expected") >= pl.col("accounts"))
    return explained.select("family", "accounts", "posts")


def _groups(takes: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Families of one kind joined by the accounts that took part in them: `kind`, `group`, `family`."""
    parts = [
        grouping.join(takes.filter(kind=kind), seed, least).with_columns(pl.lit(kind).alias("kind"))
        for kind, least in _TAKES.items()
    ]
    return pl.concat(parts).sort("kind", "group", "family")


def _one_swarm(groups: pl.DataFrame, swarms: pl.DataFrame) -> pl.DataFrame:
    """`groups` of copies beyond chance, joined where they hold families of one swarm."""
    text = groups.filter(kind="text").join(swarms, on="family")
    names = groups.filter(kind="text").select("group").unique().sort("group").with_row_index("number")
    of = text.join(names, on="group").select("swarm", "number").unique()
    pairs = of.join(of, on="swarm", suffix="_2").filter(pl.col("number") < pl.col("number_2"))
    label = components(pairs.select(a="number", b="number_2"), names.height)
    names = names.with_columns(pl.col("group").first().over(pl.Series(label)).alias("one"))
    joined = groups.join(names.select("group", "one"), on="group", how="left")
    one = pl.when(kind="text").then("one").otherwise("group")
    return joined.select("kind", one.alias("group"), "family").sort("kind", "group", "family")


def _of_members(posts: pl.DataFrame, groups: pl.DataFrame, min_accounts: int) -> pl.DataFrame:
    """The posts of each group's families by accounts that count as members, groups with enough of them: `kind`,
    `group` and the columns of posts, sorted by them."""
    rows = posts.join(groups, on="family")
    takes = rows.group_by("kind", "group", "account").agg(
        ((pl.col("kind") == "text") & ~pl.col("is_repost")).any().alias("own"),
        pl.col("family").n_unique().alias("families"),
    )
    needed = pl.col("kind").replace_strict(_TAKES | {"text": _TAKES["repost"]}, return_dtype=pl.Int64)
    members = takes.filter(pl.col("own") | (pl.col("families") >= needed))
    members = members.filter(pl.len().over("kind", "group") >= min_accounts)
    kept = rows.join(members.select("kind", "group", "account"), on=["kind", "group", "account"], how="semi")
    return kept.sort("kind", "group", "family", "created_at", "post")


def _families_table(posts: pl.DataFrame) -> pl.DataFrame:
    return posts.select("family", "post", "account", "created_at", "is_repost", "similarity")


def _copies_table(posts: pl.DataFrame) -> pl.DataFrame:
    """Each post but the first of its family, with the first. Posts are sorted by family, time and id."""
    first = posts.select(
        "post", "similarity", "is_repost", "manual", "credited_to",
        pl.col("post").first().over("family").alias("original"),
        (pl.col("created_at") - pl.col("created_at").first().over("family")).dt.total_microseconds().alias("lag"),
    )  # fmt: skip
    # A repost names its source by what it is, though the export does not say whom.
    credited = pl.when(pl.col("is_repost")).then(None).otherwise(pl.col("credited_to").is_not_null())
    return first.filter(pl.col("post") != pl.col("original")).select(
        "post", "original", "similarity", (pl.col("lag") / 1e6).alias("lag_seconds"), credited.alias("credited")
    )


def _hubs_table(posts: pl.DataFrame, common: pl.DataFrame) -> pl.DataFrame:
    text = posts.group_by("family", maintain_order=True).agg(pl.col("text").first())
    return common.join(text, on="family").sort("family").select(
        pl.lit("text").alias("layer"), pl.col("text").alias("object"), "accounts", "posts",
        pl.lit("common_words").alias("reason"),
    )  # fmt: skip


def _example(rows: list[tuple[str, str, str]]) -> Rows:
    """Posts of (author, time, text), with everyday posts of two weeks around them."""
    everyday = (
        "The bakery on Mill Lane is closed until Thursday",
        "Quelqu'un a trouvé un chat gris près de la gare ?",
        "今天的晚霞特别好看，拍了很多照片",
        "Finally finished repainting the kitchen, my arms hurt",
        "Train de 18 h encore annulé, merci bien",
        "Does anybody remember the name of that film with the lighthouse",
        "周末想去爬山，有人一起吗",
        "Ma grand-mère fête son anniversaire dimanche",
        "Our tomatoes are ripe three weeks early this year",
        "Looking for a second-hand bicycle for my daughter",
        "La bibliothèque prolonge ses horaires pour les examens",
        "楼下新开的面馆味道不错",
    )
    ordinary = [
        (f"n{i % 9}", f"2026-03-{1 + i:02}T{7 + i % 12:02}:{i * 4 % 60:02}:00", text) for i, text in enumerate(everyday)
    ]
    return {
        "posts": [
            {
                "platform": "x",
                "post_id": f"{author}-{i}",
                "author_id": author,
                "created_at": datetime.fromisoformat(at).replace(tzinfo=UTC),
                "text": text,
            }
            for i, (author, at, text) in enumerate(ordinary + rows)
        ]
    }


_CHEERS: Final = ("Let's go!", "LETS GO", "let's go!!! 🎉🎉", "Let's gooo", "lets go 🎉", "Go go go!", "Let’s go")
_COPIED: Final = "Ask yourself who profits when the harbour bridge stays closed. The mayor knows and says nothing"

DETECTOR: Final = Detector(
    name="copypasta",
    version="5",
    title="Copied texts",
    question="Which texts were posted by several accounts as if each had written them?",
    definition=(
        "A text family is near-duplicate texts (Jaccard of tokens at least 0.8), or texts that share several rare"
        " stretches of words, of at least three accounts within a day. It is beyond chance when neither the others' way"
        " of writing nor their pace makes so many say it so close together; families of the same accounts are one finding."
    ),
    parameters=PARAMETERS,
    false_positives=(
        "petitions, letter templates and share buttons",
        "posts an app or a game writes for its users",
        "headlines and wire copy, lyrics, prayers, proverbs, sayings of the day",
        "one person or office posting to its own several accounts, scheduling tools",
        "a popular post reposted by many at once, where the export does not say what was reposted",
    ),
    must_see="The texts side by side with what differs marked, who posted first and whether the clock can tell, the timeline.",
    disarm=("T0084.001",),
    hit=_example([(f"a{i}", f"2026-03-08T10:0{i}:00", _COPIED + "!" * (i % 2)) for i in range(6)]),
    miss=_example(
        [(f"f{i}", f"2026-03-08T10:0{i}:00", text) for i, text in enumerate(_CHEERS)]
        + [("one", f"2026-03-08T11:0{i}:00", _COPIED) for i in range(6)]
    ),
    detect=detect,
)
