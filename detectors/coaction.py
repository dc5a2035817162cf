"""Accounts that use the same things within a short time of each other, again and again: links, hashtags, reposts ...

Pairs first (enough different objects on enough different posts, at several windows beside each other), then groups, then
one finding a group. What everybody uses is left out of the pair test and listed. No chance model yet: every finding is
`undetermined: not_tested`; the minima below keep ordinary audiences out, they prove nothing.
"""

from collections.abc import Mapping
from tempfile import TemporaryDirectory
from typing import Any, Final

import polars as pl

from detectors import clusters
from detectors.actions import MICROSECONDS, Actions, actions
from detectors.base import OUTPUTS, Detection, Detector, Parameter, Progress
from detectors.coaction_examples import HIT, MISS
from detectors.coaction_findings import FAST, SEQUENCE, findings
from detectors.links import SQL
from records.store import Records, connect, query

_NAMES: Final = ("pairs", "candidates", "edges", "bounds", "meetings")
_TEXT: Final = {name: (SQL / f"coaction_{name}.sql").read_text(encoding="utf-8") for name in _NAMES}

# Chance meetings grow with the window. The minimum of five was measured within a minute (DETECTION: live news, 9,791
# false pairs at two common objects in 60 s, none at five); an hour and a day ask for twice and four times as much.
_NARROW_SECONDS: Final = 300
_HOUR_SECONDS: Final = 3_600


def over_pairs(name: str) -> str:
    """The SELECT of `sql/coaction_NAME.sql` with its table `pairs` computed in passing."""
    return f"WITH pairs AS (\n{_TEXT['pairs']}\n)\n{_TEXT[name]}"


def minimum(layer: str, window: int, parameters: Mapping[str, Any]) -> int:
    """Different objects, on different posts of either side, that make an edge of this layer at this window."""
    if layer == SEQUENCE:
        return int(parameters["min_sequences"])
    if layer == FAST:
        return int(parameters["min_fast_reposts"])
    least = int(parameters["min_media"] if layer == "media" else parameters["min_objects"])
    return least * (1 if window <= _NARROW_SECONDS else 2 if window <= _HOUR_SECONDS else 4)


def detect(records: Records, parameters: Mapping[str, Any], seed: int, progress: Progress) -> Detection:
    """Links, hubs and one finding a group."""
    progress("reading actions", 0.0)
    found = actions(records, domains=bool(parameters["domains"]))
    cap = max(int(parameters["hub_accounts"]), int(parameters["hub_share"] * found.actors))
    hubs = found.objects.filter(pl.col("accounts") > cap)
    notes: dict[str, Any] = {**found.notes, "actors": found.actors, "hub_above_accounts": cap, "hubs": hubs.height}
    with TemporaryDirectory(prefix="murmur-coaction-") as spill:
        connection = connect(temp=spill)
        numbered = _load(connection, found, hubs)
        edges = _edges(connection, numbered, parameters, notes, progress)
        progress("finding groups", 0.7)
        linked, groups = _groups(edges, seed, parameters)
        progress("gathering evidence", 0.8)
        meetings = _meetings(connection, linked)
        connection.close()
    made = findings(found, hubs, edges, groups, meetings, parameters, seed)
    notes["groups"] = len(groups)
    progress("done", 1.0)
    return Detection(
        findings=made,
        tables={"links": _links(edges), "hubs": hubs.select("layer", "object", "accounts", "posts", _reason())},
        notes=notes,
    )


def _reason() -> pl.Expr:
    return pl.lit("hub").alias("reason")


def _load(connection: Records, found: Actions, hubs: pl.DataFrame) -> pl.DataFrame:
    """Put the actions that can make a pair into table `all_actions`; return `actor` and its number `a`, in text order."""
    # An object of one actor makes no pair; a hub makes pairs of everybody.
    useful = found.objects.filter(pl.col("accounts") > 1).join(hubs, on="o", how="anti")
    numbered = pl.DataFrame({"actor": found.posts["actor"].unique().sort()}).with_row_index("a")
    rows = (
        found.actions.join(useful.select("layer", "object", "o"), on=["layer", "object"])
        .join(numbered, on="actor")
        .select("layer", "o", "a", "t", "p", "post")
        .sort("o", "post")
    )
    connection.register("given", rows.to_arrow())
    connection.execute("CREATE TEMP TABLE all_actions AS SELECT * FROM given")
    connection.unregister("given")
    return numbered


def _edges(
    connection: Records,
    numbered: pl.DataFrame,
    parameters: Mapping[str, Any],
    notes: dict[str, Any],
    progress: Progress,
) -> pl.DataFrame:
    """Every edge: source, target, layer, window_seconds, weight, mean_time_delta, least, s, d."""
    windows = sorted(int(window) for window in parameters["windows"])
    layers = [row[0] for row in connection.execute("SELECT DISTINCT layer FROM all_actions ORDER BY layer").fetchall()]
    parts = []
    for index, window in enumerate(windows):
        progress(f"pairs within {window} s", 0.2 + 0.5 * index / len(windows))
        # Sequences are of a day, fast reposts of seconds, by definition; other windows would count the same again.
        wanted = [
            layer
            for layer in layers
            if not (layer == SEQUENCE and window != windows[-1]) and not (layer == FAST and window != windows[0])
        ]
        _view(connection, window, wanted)
        width = {"window": window * MICROSECONDS}
        bounds = connection.execute(_TEXT["bounds"], width).fetchall()
        dear = sorted(layer for layer, pairs in bounds if pairs > parameters["max_pairs"])
        if dear:
            notes.setdefault("windows_left_out_as_too_many_pairs", {})[str(window)] = dear
            wanted = [layer for layer in wanted if layer not in dear]
            _view(connection, window, wanted)
        least = [(layer, minimum(layer, window, parameters)) for layer in wanted]
        connection.execute("CREATE OR REPLACE TEMP TABLE minima (layer VARCHAR, least BIGINT)")
        if least:
            connection.executemany("INSERT INTO minima VALUES (?, ?)", least)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE candidates AS {over_pairs('candidates')}", width)
        part = query(connection, over_pairs("edges"), width)
        parts.append(
            part.join(pl.DataFrame(least, schema=["layer", "least"], orient="row"), on="layer").with_columns(
                pl.lit(window, dtype=pl.Int64()).alias("window_seconds")
            )
            if least
            else part.with_columns(least=pl.lit(0, dtype=pl.Int64()), window_seconds=pl.lit(window, dtype=pl.Int64()))
        )
    names = numbered.select(pl.col("a").cast(pl.Int64()), "actor")
    return (
        pl.concat(parts)
        .with_columns(pl.col("s").cast(pl.Int64()), pl.col("d").cast(pl.Int64()))
        .join(names.rename({"a": "s", "actor": "source"}), on="s")
        .join(names.rename({"a": "d", "actor": "target"}), on="d")
        .with_columns((pl.col("delta") / MICROSECONDS / pl.col("meetings")).alias("mean_time_delta"))
        .sort("layer", "window_seconds", "source", "target")
    )


def _view(connection: Records, window: int, layers: list[str]) -> None:
    """What `coaction_pairs.sql` joins with itself: a time known to the minute supports no window of seconds."""
    names = ", ".join(f"'{layer}'" for layer in [*layers, ""])
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW actions AS SELECT layer, o, a, t, post FROM all_actions"
        f" WHERE p <= {window * MICROSECONDS} AND layer IN ({names})"
    )


def _groups(edges: pl.DataFrame, seed: int, parameters: Mapping[str, Any]) -> tuple[pl.DataFrame, list[clusters.Group]]:
    """Groups of all layers, and which pair is linked in which of them, with the widest window at which it is.

    An edge weighs what it has over its minimum, at its best window.
    """
    best = (
        edges.group_by("layer", "source", "target", "s", "d")
        .agg((pl.col("weight") / pl.col("least")).max().alias("weight"), pl.col("window_seconds").max())
        .sort("layer", "source", "target")
    )
    found = [
        (layer, accounts)
        for (layer,), part in best.group_by("layer", maintain_order=True)
        for accounts in clusters.groups(part, seed, int(parameters["min_accounts"]))
    ]
    groups = clusters.merged([(str(layer), accounts) for layer, accounts in found])
    members = pl.DataFrame(
        [(number, account) for number, group in enumerate(groups) for account in group.accounts],
        schema={"cluster": pl.Int64(), "account": pl.String()},
        orient="row",
    )
    linked = (
        best.join(members.rename({"account": "source"}), on="source")
        .join(members.rename({"account": "target"}), on=["target", "cluster"])
        .select("cluster", "layer", "s", "d", (pl.col("window_seconds") * MICROSECONDS).alias("window_us"))
        .sort("cluster", "layer", "s", "d")
    )
    return linked, groups


def _meetings(connection: Records, linked: pl.DataFrame) -> pl.DataFrame:
    """Posts in which members of one group meet: cluster, layer, o, post, a, others."""
    connection.register("given", linked.to_arrow())
    connection.execute("CREATE TEMP TABLE linked AS SELECT * FROM given")
    connection.unregister("given")
    connection.execute(
        "CREATE OR REPLACE TEMP VIEW actions AS SELECT layer, o, a, t, post FROM all_actions"
        " WHERE a IN (SELECT s FROM linked UNION SELECT d FROM linked)"
    )
    widest = linked["window_us"].max() or 1
    found = query(connection, over_pairs("meetings"), {"window": widest})
    return found.sort("cluster", "layer", "o", "post")


def _links(edges: pl.DataFrame) -> pl.DataFrame:
    """The edges as the output table has them."""
    schema = OUTPUTS["links"]
    return edges.select(
        (pl.col(name) if name in edges.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in schema.items()
    )


DETECTOR: Final = Detector(
    name="coaction",
    version="1",
    title="Co-action between accounts",
    question="Which accounts share the same things within a short time of each other, again and again?",
    definition="Four or more accounts, each of which used the same links, hashtags, posts or other objects as at least"
    " two others of them, within the same short window, on enough different occasions.",
    parameters=(
        Parameter(
            "windows", (10, 60, 300, 3600, 86400), "seconds", "one window is fragile: what is real shows in several"
        ),
        Parameter(
            "min_objects",
            5,
            "objects",
            "live news gave 9,791 false pairs at two common objects in 60 s and none at five",
        ),
        Parameter("min_media", 3, "pictures", "the identical picture is rarer than the same link, yet memes travel"),
        Parameter("min_sequences", 3, "sequences", "five hashtags in one order are rarely hit upon, but can be copied"),
        Parameter(
            "min_fast_reposts", 2, "reposts", "ten seconds leave no time to read; once may be luck with the feed"
        ),
        Parameter("min_accounts", 4, "accounts", "no verdict on fewer than four"),
        Parameter("hub_accounts", 30, "accounts", "below this an object cannot link a crowd"),
        Parameter("hub_share", 0.02, "share of accounts", "what one in fifty uses says nothing about a pair"),
        Parameter("domains", False, "yes or no", "a site is a coarser view of the same links, and no sign of its own"),
        Parameter("evidence_posts", 2000, "posts", "more than a person can read; the most telling come first"),
        Parameter(
            "max_pairs",
            50_000_000,
            "pairs",
            "a layer that would make more at a window takes minutes; it is named instead",
        ),
    ),
    false_positives=(
        "fan clubs and activists who act on a call at an agreed hour",
        "scheduling tools and feeds that post on the minute",
        "staff of one newsroom, party or union sharing what it publishes",
        "reposts of a popular post by people who are always online",
        "several accounts of one person who does not hide it",
    ),
    must_see="the shared objects with the posts side by side, how many others used each, and the pairs at every window",
    disarm=("T0049", "T0049.002", "T0118"),
    hit=HIT,
    miss=MISS,
    detect=detect,
)
