"""What a post says once everything that differs between copies is gone, and the tokens by which texts are compared.

Two texts are compared by their *sets* of tokens: words where a script puts spaces between them, overlapping groups of
characters where it does not. Addresses, mentions, digits and phrases a platform writes by itself say nothing about who
wrote a text, and a copier changes them first, so they go; a hashtag keeps its word.
"""

from collections.abc import Callable
from functools import cache
from typing import Final

import opencc
import polars as pl

# Scripts written without spaces. Two characters carry about a word of Chinese; the South-East Asian alphabets need
# three to be as telling. Marks belong to the letter before them and are never a character of their own.
SYLLABIC: Final = r"\p{Hiragana}\p{Katakana}\p{Bopomofo}ー"
IDEOGRAPHIC: Final = r"\p{Han}\p{Yi}々〇" + SYLLABIC
ALPHABETIC: Final = r"\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
UNSPACED: Final = IDEOGRAPHIC + ALPHABETIC
GRAM: Final = {2: IDEOGRAPHIC, 3: ALPHABETIC}
"""Characters a token holds in scripts without spaces, by script."""

# A regional-indicator pair is one flag; variation selectors, joiners and skin tones are gone before this.
EMOJI: Final = r"[\u{1F1E6}-\u{1F1FF}]{2}|[\p{Extended_Pictographic}\u{1F1E6}-\u{1F1FF}]"
_WORD: Final = r"[[\p{L}\p{M}]--[" + UNSPACED + "]]+"
_NAME: Final = r"[\p{L}\p{M}\p{N}_\-·]"

# Characters no reader sees (zero-width, direction, variation, tags), Arabic lengthening and vowel signs, Hebrew points
# and skin tones: two spellings of one word.
_UNSEEN: Final = (
    r"[\p{Default_Ignorable_Code_Point}\p{Cf}\u{0640}\u{064B}-\u{065F}\u{0670}\u{0591}-\u{05BD}\u{05BF}\u{05C1}\u{05C2}"
    r"\u{05C4}\u{05C5}\u{05C7}\u{1F3FB}-\u{1F3FF}]"
)
# Accents that no composed letter holds are ornament ("Z̸a̷l̵g̶o̴"); those that compose were composed by NFKC before.
_ORNAMENT: Final = r"[\u{0300}-\u{036F}\u{1AB0}-\u{1AFF}\u{1DC0}-\u{1DFF}\u{20D0}-\u{20FF}]"
# Apostrophes join ("don't" is "dont" as often as not); digits are counters, dates, odds: the first thing that differs.
_JOINING: Final = r"['’‘ʼ`´＇\p{Decimal_Number}\p{Other_Number}]"

ADDRESS: Final = r"(?i)(?:https?:|www\.|pic\.twitter\.com/)[^\s" + UNSPACED + "，。！？；：、（）【】《》]*"
"""An address as people write it in a text."""

# An address ends where a script without spaces or a full-width mark begins: Weibo glues them to the words after.
_ADDRESS: Final = (
    r"(?:https?:?(?://|…|\.\.\.)|hxxps?://|www\.|pic\.twitter\.com/)[^\s" + UNSPACED + r"，。！？；：、（）【】《》“”]*"
    r"|(?-u:\b)ht{1,2}p?s?(?:…|\.\.\.)"  # an address cut off by the length limit of a repost
    r"|(?-u:\b)[a-z\-_]+(?:\.[a-z\-_]+)+/[^\s"
    + UNSPACED
    + "，。！？；：、（）【】《》“”]*"  # without a scheme, with a path
)
# A mark that somebody else's words follow. Inside a text only with its colon: "the editor of RT @x said" is no repost.
_MARKER: Final = (
    r"(?:^[^\p{L}@]*(?:[rm]t|转发|轉發)\s*@" + _NAME + r"*\s*:?"
    r"|(?:(?:(?-u:\b)[rm]t|转发|轉發)\s*|//\s*|[“\"])@" + _NAME + r"*\s*:)"
)
# Only whole phrases that platforms write by themselves, at the beginning or the end of a text.
_PLATFORM_WORDS: Final = "转发微博|转发|分享图片|查看图片|网页链接|全文|展开全文|显示地图|repost|reposted from|via"

# Texts without any character outside these need lower case and nothing else: ASCII, Western European and Russian
# letters, common marks, Chinese and Japanese characters, Arabic letters, most emoji. Most texts, in most languages.
_UNUSUAL: Final = (
    r"[^\x00-\x7FÀ-ÖØ-Þà-öø-ÿ\u{400}-\u{45F}«»“”‘’—–…€£。、「」\u{3041}-\u{3096}\u{30A1}-\u{30FA}\u{30FC}"
    r"\u{4E00}-\u{9FFF}\u{621}-\u{63A}\u{641}-\u{64A}\u{1F300}-\u{1F3FA}\u{1F400}-\u{1F64F}\u{1F900}-\u{1FAFF}]"
)
_PART: Final = 200_000  # texts worked on at once: some 200 MB

_QUOTED: Final = (("“", "”"), ("„", "[“”]"), ("«", "»"), ("「", "」"), ("『", "』"), ('"', '"'))
_SAID: Final = r"[\p{L}\p{M}'’]+[^\p{L}\p{M}“”«»「」『』\"]+"
_ENTITIES: Final = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&nbsp;": " "}


@cache
def _simplified() -> dict[str, str]:
    """Each traditional character to its simplified one.

    Character by character, never by phrase: both sides of a comparison go through the same table, so a rare
    character that a phrase would keep does no harm, while a phrase rule would depend on the words around it.
    """
    converter = opencc.OpenCC("t2s")
    ranges = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0x20000, 0x323AF))
    characters = [chr(point) for low, high in ranges for point in range(low, high + 1)]
    converted = converter.convert("\n".join(characters)).split("\n")
    table = {old: new for old, new in zip(characters, converted, strict=True) if old != new and len(new) == 1}
    return {old: table.get(new, new) for old, new in table.items()}


@cache
def _table() -> dict[int, str]:
    return str.maketrans(_simplified())


def _quotation(begin: str, end: str) -> str:
    return rf"{begin}(?:[^{end}]*?(?:{_SAID}){{5}}|[^{end}]*?(?:[{UNSPACED}][^{end}]*?){{8}})[^{end}]*{end}"


def cites() -> pl.Expr:
    """Whether `text` has somebody's words between quotation marks: five words or more, or eight characters of a script
    without spaces. A name or a title is shorter."""
    return pl.any_horizontal(pl.col("text").str.contains(_quotation(begin, end)) for begin, end in _QUOTED)


def unquoted(text: pl.Expr) -> pl.Expr:
    """`text` without the words that `cites` finds, where the marks say which of two begins a quotation."""
    for begin, end in _QUOTED:
        if begin != end:
            text = text.str.replace_all(_quotation(begin, end), " ")
    return text


def simplified_text(text: str) -> str:
    """`text` with every traditional character as its simplified one; as many characters as before."""
    return text.translate(_table())


def simplified(text: pl.Expr) -> pl.Expr:
    """The same of a column."""
    table = _simplified()
    return text.str.replace_many(list(table), list(table.values()))


def _fold(text: pl.Expr) -> pl.Expr:
    """One spelling: composed and compatible characters, one case, nothing unseen."""
    text = text.str.replace_all(_UNSEEN, "").str.normalize("NFKC").str.replace_all(_UNSEEN, "")
    # Lower, upper, lower and one sigma is full case folding ("ß" and "SS", "ſ" and "S", dotless i) that runs in Rust.
    text = text.str.to_lowercase().str.to_uppercase().str.to_lowercase().str.replace_all("ς", "σ", literal=True)
    return text.str.normalize("NFKC").str.replace_all(_ORNAMENT, "")


def _clean(text: pl.Expr) -> pl.Expr:
    """Words, characters and emoji only, one space between what was apart."""
    kept = r"[^\p{L}\p{M}\p{Extended_Pictographic}\u{1F1E6}-\u{1F1FF}]+"
    text = text.str.replace_all(r"(?-u:\b)via\s+@", "@")
    return text.str.replace_all(r"@" + _NAME + "*", " ").str.replace_all(kept, " ").str.strip_chars(" ")


def normal_frame(texts: pl.Series) -> pl.DataFrame:
    """Each text of `texts` with what it says: columns `normal` (string, "" where nothing is left) and `manual` (bool).

    `manual` is true where the words are somebody else's by the text's own mark ("RT @x:", "//@x:") and nothing was
    added. Words somebody puts before such a mark are theirs, and are all that is kept: what follows is a quotation.
    One row a row of `texts`; null counts as "". Never raises on any text.
    """
    text = pl.col("text")
    frame = pl.DataFrame({"text": texts.cast(pl.String).fill_null("")})
    if frame.height > _PART:  # in parts: each step holds every text once more
        parts = [normal_frame(frame["text"].slice(at, _PART)) for at in range(0, frame.height, _PART)]
        return pl.concat(parts)
    frame = _where(frame, text.str.contains("&", literal=True), _unescape)
    frame = frame.with_columns(
        pl.when(text.str.contains(_UNUSUAL)).then(None).otherwise(text.str.to_lowercase()).alias("plain")
    )
    frame = _where(frame, pl.col("plain").is_null(), lambda part: part.with_columns(_fold(text).alias("plain")))
    frame = frame.select(pl.col("plain").alias("text"))
    frame = _where(frame, text.str.contains(r"\p{Han}"), lambda part: part.with_columns(simplified(text)))
    frame = frame.with_columns(text.str.replace_all(_JOINING, "").str.replace_all(_ADDRESS, " "))
    frame = frame.with_columns(pl.lit(False).alias("manual"))
    frame = _where(frame, text.str.contains(_MARKER), _unmark)
    return frame.select(_strip(_clean(text)).alias("normal"), "manual").with_columns(
        pl.col("manual") & (pl.col("normal") != "")
    )


def _where(frame: pl.DataFrame, rows: pl.Expr, change: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """`frame` with `change` made where `rows` is true; the others are not touched, which is most of the time saved."""
    indexed = frame.with_row_index("_row").with_columns(rows.alias("_some"))
    some = indexed.filter("_some")
    if not some.height:
        return frame
    changed = pl.concat([indexed.filter(~pl.col("_some")), change(some)])
    return changed.sort("_row").drop("_row", "_some")


def _unescape(part: pl.DataFrame) -> pl.DataFrame:
    names, characters = list(_ENTITIES), list(_ENTITIES.values())
    return part.with_columns(pl.col("text").str.replace_many(names, characters, ascii_case_insensitive=True))


def _unmark(part: pl.DataFrame) -> pl.DataFrame:
    """The poster's own words before the first mark, or all that is said where there are none."""
    text = pl.col("text")
    before = text.str.extract(r"(?s)^(.*?)" + _MARKER, 1).fill_null("")
    part = part.with_columns(before.alias("_before"), text.str.replace_all(_MARKER, " ").alias("_every"))
    own = _strip(_clean(pl.col("_before"))) != ""
    return part.with_columns(
        pl.when(own).then("_before").otherwise("_every").alias("text"), (~own).alias("manual")
    ).drop("_before", "_every")


def _strip(text: pl.Expr) -> pl.Expr:
    """Without what a platform writes by itself at either end."""
    words = f"(?:{_PLATFORM_WORDS})"
    return text.str.replace(rf"^(?:{words}(?: |$))+", "").str.replace(rf"(?: {words})+$", "").str.strip_chars(" ")


def tokens_frame(normal: pl.Series) -> pl.DataFrame:
    """The distinct tokens of normalised texts: columns `text` (UInt32, index into `normal`), `token`, `share` (f64).

    `share` is the part of an independent word a token stands for: 1, or 1/n for groups of n characters, which
    overlap, so that n of them say what one does. Rows in no particular order; texts without tokens have none.
    """
    return pl.concat(
        [_tokens(normal.slice(at, _PART), at) for at in range(0, max(len(normal), 1), _PART)]  # in parts, for memory
    )


def _tokens(normal: pl.Series, offset: int) -> pl.DataFrame:
    base = pl.DataFrame({"normal": normal}).with_row_index("text", offset=offset)
    word = r"(?:" + EMOJI + r")|" + _WORD
    parts = [
        base.select("text", pl.col("normal").str.extract_all(word).alias("token"))
        .explode("token", empty_as_null=False, keep_nulls=False)
        .with_columns(pl.lit(1.0).alias("share"))
    ]
    for size, script in GRAM.items():
        parts.append(_grams(base, script, size))
    return pl.concat(parts).unique(["text", "token"])


def _grams(base: pl.DataFrame, script: str, size: int) -> pl.DataFrame:
    """Overlapping groups of `size` characters of one script; a shorter run is one token."""
    character = rf"[{script}]\p{{M}}*"
    some = base.filter(pl.col("normal").str.contains(f"[{script}]"))
    runs = (
        some.select("text", pl.col("normal").str.extract_all(rf"(?:{character})+").alias("run"))
        .explode("run", empty_as_null=False, keep_nulls=False)
        .with_row_index("at")
    )
    letters = runs.select("text", "at", pl.col("run").str.extract_all(character).alias("first")).with_columns(
        pl.col("first").list.len().alias("length")
    )
    letters = letters.explode("first", empty_as_null=False, keep_nulls=False)
    following = [pl.col("first").shift(-step).fill_null("") for step in range(1, size)]
    whole = pl.col("at").shift(1 - size) == pl.col("at")
    grams = letters.filter(pl.col("length") >= size) if letters.height else letters
    grams = grams.with_columns(
        pl.concat_str(["first", *following]).alias("token"), whole.fill_null(False).alias("_whole")
    )
    short = runs.filter(pl.col("run").str.extract_all(character).list.len() < size)
    return pl.concat(
        [
            grams.filter("_whole").select("text", "token", pl.lit(1.0 / size).alias("share")),
            short.select("text", pl.col("run").alias("token"), pl.lit(1.0).alias("share")),
        ]
    )


def tokens(text: str) -> list[str]:
    """The tokens of one text, in text order: for examples, tests and reasons; frames go through `tokens_frame`."""
    normal = normal_frame(pl.Series([text]))["normal"]
    return sorted(tokens_frame(normal)["token"].to_list())


def normalise(text: str) -> str:
    """One text as it is matched. Idempotent."""
    return str(normal_frame(pl.Series([text]))["normal"][0])
