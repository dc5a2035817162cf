"""One finding of `copypasta`: members and roles, the texts, when they came, and what else could explain them."""

from typing import Final

import polars as pl

from detectors.base import Detector
from detectors.copypasta import tests as tested
from detectors.texts import traps
from detectors.texts.families import PRECISIONS, WINDOWS, Families
from records.finding import Finding, Json, instant

# What one family says: three quick co-reposts as much as one copied text, and ten texts whose words prove nothing.
_WEIGHT: Final = {"text": 1.0, "faint": 0.1, "repost": 1 / 3}
_POSTS: Final = 1000  # posts a finding carries; the families table has all
_FAMILIES: Final = 50  # texts a finding shows; the families table has all
_FORMS: Final = 5  # spellings shown of one text
_TEXT: Final = 1000  # characters of a text shown
_SERIES: Final = ((60, 12_000), (3600, 14 * 86_400), (86_400, None))
"""Widths of the time line's bars and the longest span they are used for: at most some 300 bars."""


def finding(
    kind: str,
    rows: pl.DataFrame,
    measured: pl.DataFrame,
    parameters: Json,
    detector: Detector,
    found: Families,
    tests: int,
    known: traps.Context,
) -> Finding:
    """The finding that joins the families of `rows` (posts of members, as `Families.posts`).

    `kind` is text (beyond chance), faint (below the floor of the tests) or repost; `measured` the rows of
    `surprise.measure` for its families with those of `significance.test`; `found` all families of the case, of which
    `tests` were looked at; `known` what profiles, published templates and registers say.
    """
    rows = rows.sort("family", "created_at", "post")
    firsts = _firsts(rows)
    order = measured.sort(["strength", "family"], descending=[True, False])
    coarse = sorted({PRECISIONS.get(name, 1) for name in rows["precision"].unique().to_list()})[-1]
    windows = [window for window in WINDOWS if window >= coarse]
    tied = firsts.filter("tie").height
    reasons = []
    if len(windows) < len(WINDOWS):
        reasons.append("time_precision")
    if tied * 2 > firsts.height:
        reasons.append("order_unknown")
    first, last = rows["created_at"].min(), rows["created_at"].max()
    evidence = {
        "families": _texts(rows, order.head(_FAMILIES), firsts),
        "families_total": measured.height,
        "posts_total": rows.height,
        "accounts_total": rows["account"].n_unique(),
        "repost_share": round(float(rows["is_repost"].cast(pl.Float64).mean() or 0.0), 4),  # type: ignore[arg-type]
        "first_known": firsts.height - tied,
        "first_ties": tied,
        "series": _series(rows),
        "windows_left_out": [
            {"window_seconds": window, "reason": "time_precision"} for window in WINDOWS if window < coarse
        ],
    }
    return Finding(
        detector=detector.name,
        detector_version=detector.version,
        title_code="copypasta.co_reposts" if kind == "repost" else "copypasta.families",
        score=round(float(measured.sort("unit")["strength"].sum()) * _WEIGHT[kind], 3),
        members=_members(rows, firsts),
        posts=_posts(rows),
        parameters=parameters,
        evidence=evidence,
        reasons=reasons,
        first_seen=instant(first),
        last_seen=instant(last),
        layers=["text"],
        windows=tested.windows(rows, windows, measured, tests),
        observed=float(rows["account"].n_unique()),
        expected=tested.expected(measured),
        comparison={"population": "accounts_that_posted", "size": found.notes["accounts_read"]},
        expected_false_flags=tested.expected(measured),
        signs=["repost" if kind == "repost" else "text"],
        tests=tested.tests(kind, measured, windows, parameters["alpha"], tests)
        | {"traps": traps.recognise(rows, known) if kind != "repost" else []},
        alternatives=alternatives(kind, rows),
        disarm=list(detector.disarm),
    )


def _firsts(rows: pl.DataFrame) -> pl.DataFrame:
    """Each family's first post: `family`, `post`, `account`, `at`, `tie` (another account within the clock's error)."""
    tick = pl.col("precision").replace_strict(PRECISIONS, default=1, return_dtype=pl.Int64).max().over("family")
    begin = pl.col("created_at").first().over("family")
    early = rows.filter((pl.col("created_at") - begin).dt.total_seconds() < tick)
    return early.group_by("family", maintain_order=True).agg(
        pl.col("post").first(),
        pl.col("account").first(),
        pl.col("created_at").first().alias("at"),
        (pl.col("account").n_unique() > 1).alias("tie"),
        pl.col("post").alias("posts"),
    )


def _members(rows: pl.DataFrame, firsts: pl.DataFrame) -> list[Json]:
    """Everyone in it. Who was known to be first in half of the texts they posted is a seeder; who posted a text as
    their own a copier; who reposted only, an amplifier. The score is the share of the finding's texts they posted."""
    total = rows["family"].n_unique()
    known = firsts.filter(~pl.col("tie")).group_by("account").len("firsts")
    people = (
        rows.group_by("account")
        .agg(
            pl.col("platform").first(),
            pl.col("author_id").first(),
            pl.col("author_kind").sort().first(),
            pl.col("family").n_unique().alias("families"),
            (~pl.col("is_repost")).any().alias("own"),
        )
        .join(known, on="account", how="left")
        .sort(["families", "account"], descending=[True, False])
    )
    members = []
    for row in people.iter_rows(named=True):
        seeded = 2 * (row["firsts"] or 0) >= row["families"]
        role = "seeder" if seeded else "copier" if row["own"] else "amplifier"
        score = round(row["families"] / total, 4)
        members.append(
            {
                "platform": row["platform"],
                "id": row["author_id"],
                "kind": row["author_kind"],
                "role": role,
                "score": score,
                "action": "none",
            }
        )
    return members


def _posts(rows: pl.DataFrame) -> list[Json]:
    """Posts that show it, at most _POSTS: each member's earliest first, then the widest families, all by whole numbers
    and names, so that the finding's id is the same everywhere."""
    ranked = rows.with_columns(
        pl.col("account").n_unique().over("family").alias("width"),
        pl.struct("created_at", "post").rank("ordinal").over("account").alias("nth"),
    ).sort([pl.col("nth") > 1, "width", "family", "created_at", "post"], descending=[False, True, False, False, False])
    chosen = ranked.head(_POSTS).sort("created_at", "post")
    return [{"platform": platform, "post_id": post} for platform, post in chosen.select("platform", "post_id").rows()]


def _texts(rows: pl.DataFrame, measured: pl.DataFrame, firsts: pl.DataFrame) -> list[Json]:
    """The strongest texts with everything a page shows of them."""
    shown = []
    by_family = {str(key[0]): part for key, part in rows.partition_by("family", as_dict=True).items()}
    first_by = {row["family"]: row for row in firsts.iter_rows(named=True)}
    for row in measured.iter_rows(named=True):
        part = by_family.get(row["family"])
        if part is None:  # none of its accounts counts as a member
            continue
        first = first_by[row["family"]]
        head = part.row(0, named=True)
        begin, end = part["created_at"][0], part["created_at"][-1]
        forms = part.group_by("surface").agg(pl.len(), pl.col("text").first(), pl.col("post").first())
        forms = forms.sort(["len", "post"], descending=[True, False])
        shown.append(
            {
                "family": row["family"],
                "text": head["text"][:_TEXT],
                "forms": [text[:_TEXT] for text in forms["text"].head(_FORMS).to_list()],
                "forms_total": forms.height,
                "posts": part.height,
                "accounts": part["account"].n_unique(),
                "reposts": int(part["is_repost"].sum()),
                "recombined": int(part["recombined"].sum()),
                "first_post": {"platform": head["platform"], "post_id": head["post_id"]},
                "first_author": head["author_id"],
                "order": "tie" if first["tie"] else "known",
                "tied_posts": len(first["posts"]) if first["tie"] else 0,
                "first_seen": instant(begin),
                "last_seen": instant(end),
                "span_seconds": (end - begin).total_seconds(),
                "similarity": round(float(part["similarity"].min()), 4),  # type: ignore[arg-type]
                "same_form_accounts": row["same_surface"],
                "information_bits": round(row["bits"], 2),
                "expected_accounts": float(f"{row['expected']:.3g}"),
                "rarity": round(row["rarity"], 2),
                "burst": round(row["burst"], 2),
                "strength": round(row["strength"], 3),
                "tier": row["tier"],
                **tested.of_family(row),
            }
        )
    return shown


def _series(rows: pl.DataFrame) -> Json:
    """Posts and accounts by bar of time, empty bars left out."""
    span = (rows["created_at"].max() - rows["created_at"].min()).total_seconds()  # type: ignore[operator, union-attr]
    width = next(width for width, most in _SERIES if most is None or span <= most)
    bars = (
        rows.group_by(pl.col("created_at").dt.truncate(f"{width}s").alias("at"))
        .agg(pl.len().alias("posts"), pl.col("account").n_unique().alias("accounts"))
        .sort("at")
    )
    points = [{"at": instant(at), "posts": posts, "accounts": accounts} for at, posts, accounts in bars.rows()]
    return {"bin_seconds": width, "points": points}


def alternatives(kind: str, rows: pl.DataFrame) -> list[Json]:
    """What else it could be, with what the posts themselves say for and against each."""
    posts, people = rows.height, rows["account"].n_unique()
    families = rows["family"].n_unique()
    counts = rows.group_by("account").agg(pl.len(), pl.col("family").n_unique().alias("families"))
    once = counts.filter(pl.col("families") == 1).height
    links = int(rows["text"].str.contains("(?i)https?:").sum())
    clients = rows.filter(pl.col("client") != "")["client"].n_unique()
    with_client = rows.filter(pl.col("client") != "").height
    forms = rows.select("family", "surface").n_unique()
    timed = rows.filter(pl.col("precision") == "second")
    sharp = timed.filter(pl.col("created_at").dt.second() == 0).height
    busiest = int(counts["len"].max())  # type: ignore[arg-type]

    def reason(code: str, observed: int, expected: float | None = None) -> Json:
        return {"code": code, "observed": observed, "expected": expected}

    result: list[Json] = []

    def add(code: str, speaks_for: list[Json | None], against: list[Json | None]) -> None:
        result.append(
            {"code": code, "for": [item for item in speaks_for if item], "against": [item for item in against if item]}
        )

    if kind != "repost":
        add(
            "template_letter",
            [reason("one_text_each", once) if once * 2 > people else None],
            [reason("many_texts_by_the_same_accounts", families) if families >= 5 and once * 2 <= people else None],
        )
        add(
            "app_post",
            [
                reason("one_client", with_client) if clients == 1 and with_client * 2 > posts else None,
                reason("same_form_to_the_letter", posts) if forms == families else None,
            ],
            [
                reason("several_clients", clients) if clients > 1 else None,
                reason("spelled_in_several_ways", forms) if forms > families else None,
            ],
        )
        add(
            "wire",
            [reason("posts_with_a_link", links) if links * 2 > posts else None],
            [reason("posts_without_a_link", posts - links) if links * 2 <= posts else None],
        )
    add(
        "breaking_news",
        [reason("posts_with_a_link", links) if links * 2 > posts else None],
        [reason("texts_by_the_same_accounts", families) if families >= 5 else None],
    )
    add("fan_club", [{"code": "profiles_not_examined"}], [])
    # One post in sixty falls on a full minute by itself.
    add(
        "scheduler",
        [reason("on_the_full_minute", sharp, round(timed.height / 60, 1)) if sharp * 10 > timed.height > 0 else None],
        [
            reason("spread_over_the_minute", timed.height - sharp)
            if sharp * 10 <= timed.height and timed.height
            else None
        ],
    )
    add(
        "hyperactive_user",
        [reason("most_posts_by_one_account", busiest) if busiest * 2 > posts else None],
        [reason("accounts", people) if busiest * 2 <= posts else None],
    )
    return result
