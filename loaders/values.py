"""What the values of a column look like: times, ids, handles, links, texts, counts, truth values, languages, platforms."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import polars as pl

from loaders import columns, dates
from records import words

# Values looked at for each column: shares are then within a percent or two, and a guess takes no time to speak of.
LOOKED_AT: Final = 2_000
# A share that is "all of them" with room for the odd broken row.
ALL: Final = 0.9
# Counts of seconds are told from ids by lying where posts lie; ten-digit user ids reach beyond on both sides.
_EARLIEST: Final = datetime(2004, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(2035, 1, 1, tzinfo=UTC)
_CODES: Final = (
    "af am ar az be bg bn bs ca cs cy da de el en es et eu fa fi fr ga gl gu ha he hi hr ht hu hy id in is it iw ja jv ka"
    " kk km kn ko ku ky lo lt lv mg mi mk ml mn mr ms mt my nb ne nl nn no or pa pl ps pt qam qct qht qme qst ro ru sd si"
    " sk sl so sq sr su sv sw ta te tg th ti tl tr tt ug uk und ur uz vi xh yi yo zh zu zxx"
    " english french chinese russian spanish german arabic portuguese italian turkish japanese korean ukrainian"
    " français anglais chinois russe espagnol allemand arabe 中文 英文 法文 英语 法语 汉语"
)
"""ISO 639-1, X's own codes beside them, and languages by name."""


@dataclass(frozen=True, slots=True)
class Look:
    """Shares are of the values that are not empty, 0..1."""

    filled: int
    """Values that are not empty."""
    distinct: float
    times: float
    counts: float
    """Whole numbers of 0 or more."""
    truths: float
    links: float
    """Begin with http(s)://, or are lists of such."""
    ats: float
    """Handles with their @."""
    single: float
    """Without a blank inside, as ids and handles are."""
    digits: float
    languages: float
    platforms: float
    lists: float
    """Written as lists, [...]."""
    numbers: float
    length: float
    """Mean length in characters; those of scripts without blanks count three times, as they say as much."""
    day_only: bool
    """Times that state no clock."""
    order: str | None
    """dates.order: which number comes first in dates such as 03/04/2024."""
    example: str

    @property
    def textual(self) -> bool:
        """Sentences rather than names, numbers or codes."""
        return (
            self.length >= 20
            and self.distinct >= 0.2
            and max(self.times, self.counts, self.links, self.lists, self.single) < ALL
        )


def nearly_all(mask: pl.Series) -> bool:
    """Whether ALL of a mask is true; never of one without values."""
    return len(mask) > 0 and int(mask.fill_null(False).sum()) >= ALL * len(mask)


def look(series: pl.Series) -> Look:
    """What a String column looks like."""
    values = columns.known(series).drop_nulls().head(LOOKED_AT)
    height = max(len(values), 1)
    lower = values.str.to_lowercase()
    order = dates.order(values)
    instants = columns.times(dates.plain(values, order or dates.ORDERS[0] if order is not None else None))
    numeric = values.str.contains(r"^\d+(\.\d+)?$")
    plausible = instants.values.is_between(_EARLIEST, _LATEST).fill_null(False)
    timely = (instants.values.is_not_null() & ~instants.outside) & (plausible | ~numeric)
    platforms = {value for value in lower.unique().to_list() if words.platform(value)} if len(values) else set()
    wide = values.str.count_matches(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")

    def share(mask: pl.Series) -> float:
        return float(mask.fill_null(False).sum()) / height

    return Look(
        filled=len(series) - series.null_count(),
        distinct=values.n_unique() / height,
        times=share(timely),
        counts=share(columns.integers(values)[0].is_not_null()),
        truths=share(columns.booleans(values)[0].is_not_null()),
        links=share(lower.str.contains(r"^[\[{(\s'\"]*https?://")),
        ats=share(values.str.contains(r"^[@＠][\w.-]+$")),
        single=share(~values.str.contains(r"\s")),
        digits=share(values.str.contains(r"^-?\d+$")),
        languages=share(lower.str.replace(r"[-_].*$", "").is_in(_CODES.split())),
        platforms=share(lower.is_in(list(platforms))),
        lists=share(values.str.contains(r"^\[.*\]$")),
        numbers=share(columns.decimals(values)[0].is_not_null()),
        length=float((values.str.len_chars() + 2 * wide).mean() or 0),  # type: ignore[arg-type]
        day_only=bool(len(values)) and share(instants.precision == "day") >= ALL,
        order=order,
        example=str(values[0]) if len(values) else "",
    )


def fits(field: str, kind: str, seen: Look) -> bool | None:
    """Whether values speak for a field (True), say nothing either way (None) or rule it out (False)."""
    if not seen.filled:
        return None
    if kind == "time":
        return seen.times >= ALL or (None if seen.times > 0.5 else False)
    if kind == "int":
        return seen.counts >= ALL or (None if seen.counts > 0.5 else False)
    if kind == "float":
        return seen.numbers >= ALL or False
    if kind == "bool":
        return seen.truths >= ALL or False
    if field in ("url", "author.profile_url", "profile_url"):
        return seen.links >= ALL or (None if seen.links > 0.5 else False)
    if field == "urls":
        return (seen.links > 0.5) or (None if seen.links > 0 or seen.lists > 0.5 else False)
    if kind == "list":
        if seen.example.lstrip().startswith("[{"):
            return False  # a list of objects says more than names
        return None if seen.textual and not seen.lists else True
    if field == "language":
        return seen.languages >= ALL or False
    if field == "platform":
        return seen.platforms >= ALL or False
    if field in ("text", "title", "author.description", "description"):
        if max(seen.counts, seen.links, seen.truths) >= ALL:
            return False
        return True if seen.textual else None
    if field.endswith("_id"):
        if (
            field.startswith(("in_reply", "repost_of", "quote_of"))
            and seen.distinct * seen.filled <= 1 < seen.filled / 5
        ):
            return False  # all of many posts answer one: rather the page they stand on
        return seen.single >= ALL and seen.lists < ALL and (seen.times < ALL or seen.digits > 0)
    if field in ("author.handle", "handle"):
        return False if seen.textual or seen.links >= ALL or seen.times >= ALL else True if seen.single >= ALL else None
    return False if seen.textual and seen.length > 120 else None


def says(field: str, kind: str, seen: Look) -> str:
    """What the values say, with the share of them that says it."""
    share, what = {
        "time": (seen.times, "are times"),
        "int": (seen.counts, "are whole numbers"),
        "float": (seen.numbers, "are numbers"),
        "bool": (seen.truths, "are true or false"),
    }.get(kind, (0.0, ""))
    if field in ("url", "urls", "author.profile_url", "profile_url"):
        share, what = seen.links, "are links"
    elif field == "language":
        share, what = seen.languages, "are codes of languages"
    elif field == "platform":
        share, what = seen.platforms, "are platforms"
    elif field.endswith("_id") or field in ("author.handle", "handle"):
        share, what = seen.single, "are one word"
    if not what:
        return f"values of {seen.length:.0f} characters on average" if seen.filled else "no values"
    return f"{share:.0%} of the values {what}"
