"""What stands inside a post of Weibo: #topics# between two marks, names behind @ in any script, and who passed it on."""

import polars as pl

from loaders import found

# A topic has a mark on either side, and may hold blanks; names have up to 30 letters, digits, _ and -.
_TOPIC = r"[#＃][^#＃\n]{1,60}[#＃]"
_NAME = r"[@＠][\p{L}\p{N}_-]{2,30}"


def hashtags(text: pl.Series) -> pl.Series:
    """Topics without their marks, each once; null where there is none."""
    return _each(text, _TOPIC, "[#＃]")


def mentions(text: pl.Series) -> pl.Series:
    """Names behind @ as the ids that stand for them, each once; null where there is none."""
    return found.named(_each(text, _NAME, "[@＠]"))


def _each(text: pl.Series, pattern: str, mark: str) -> pl.Series:
    bare = pl.element().str.replace_all(mark, "").str.strip_chars()
    items = pl.lit(text).str.extract_all(pattern).list.eval(bare.filter(bare != "")).list.unique(maintain_order=True)
    return pl.select(pl.when(items.list.len() > 0).then(items)).to_series()
