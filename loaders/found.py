"""What stands inside the text of a post: hashtags, mentions and links, for exports that do not list them."""

from collections.abc import Callable
from typing import Final

import polars as pl

# A hashtag begins at a boundary, and is no number; what follows & or / belongs to an entity or a link.
_HASHTAG: Final = r"(?:^|[^\w/&#＃])[#＃](?:\w*[\p{L}\p{M}_]\w*)"
# Handles of every platform here: letters, digits, _ and inner dots or hyphens; an e-mail address is no mention.
_MENTION: Final = r"(?:^|[^A-Za-z0-9_@＠.])[@＠](?:[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,48}[A-Za-z0-9_])?)"
# Scripts written without blanks follow a link directly, and never are part of one as posts show it.
_URL: Final = (
    r"https?://[^\s<>\"'“”‘’«»（）「」『』【】，。！？、；：\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}]+"
)
_TRAILING: Final = ".,;:!?)]}*_"


def hashtags(text: pl.Series) -> pl.Series:
    """Hashtags without #, as written, each once in the order of the text; null where the text has none."""
    return _each(text, "#＃", _HASHTAG, lambda item: item.str.replace(r"^[^#＃]*[#＃]", ""))


def mentions(text: pl.Series) -> pl.Series:
    """Handles behind @, as written, each once."""
    return _each(text, "@＠", _MENTION, lambda item: item.str.replace(r"^[^@＠]*[@＠]", ""))


def named(handles: pl.Series) -> pl.Series:
    """Handles as the ids that stand for names, for exports that say of a mention only the handle."""
    return pl.select(pl.lit(handles).list.eval("name:" + pl.element())).to_series()


def urls(text: pl.Series) -> pl.Series:
    """Links, each once, without the punctuation that ends a sentence. Links cut off by … are left out: cut links of
    different pages look the same."""
    return _each(
        text,
        ":",
        _URL,
        lambda item: pl.when(~item.str.ends_with("…")).then(item.str.strip_chars_end(_TRAILING)),
    )


def _each(text: pl.Series, hints: str, pattern: str, clean: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    empty = pl.Series("", [None], dtype=pl.List(pl.String)).new_from_index(0, len(text))
    candidates = text.str.contains_any(list(hints)).fill_null(False)
    if not candidates.any():
        return empty
    rows = candidates.arg_true()
    frame = pl.DataFrame({"row": rows, "item": text.gather(rows).str.extract_all(pattern)}).explode("item")
    frame = frame.with_columns(clean(pl.col("item")).alias("item")).filter(pl.col("item").str.len_bytes() > 0)
    grouped = frame.unique(maintain_order=True).group_by("row", maintain_order=True).agg("item")
    index = pl.DataFrame({"row": pl.arange(0, len(text), eager=True).cast(grouped["row"].dtype)})
    return index.join(grouped, on="row", how="left", maintain_order="left")["item"].alias("")
