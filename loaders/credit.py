"""Whom a text credits: the news agency or source that an article names in its byline, its dateline or its last line."""

from typing import Final

import polars as pl

# Agencies by the names they sign with. A known name is needed wherever nothing else says that a credit is meant: brackets
# and last lines hold many other words.
AGENCIES: Final = (
    "Agence France-Presse", "AFP", "The Associated Press", "Associated Press", "AP", "Thomson Reuters", "Reuters",
    "The Canadian Press", "La Presse canadienne", "Canadian Press", "Presse canadienne", "PC", "CP", "Bloomberg", "UPI",
    "EFE", "DPA", "dpa", "ANSA", "PA Media", "Press Association", "TASS", "RIA Novosti", "Sputnik", "Interfax",
    "Anadolu Agency", "Anadolu", "Xinhua", "China News Service", "Kyodo News", "Kyodo", "Yonhap", "PTI", "ANI", "IANS",
    "AAP", "Belga", "ATS", "Keystone-ATS", "新华社", "中新社", "中新网", "中国新闻网", "人民网", "央视新闻", "法新社", "路透社",
    "美联社", "塔斯社", "共同社", "俄新社", "环球网", "澎湃新闻",
)  # fmt: skip
# Longest first, so that "Agence France-Presse" is not read as what it begins with.
_AGENCY: Final = "|".join(sorted((name.replace(".", r"\.") for name in AGENCIES), key=lambda name: -len(name)))
# Where a credit stands: near the beginning or the end. In between an article talks about agencies.
_EDGE: Final = 300
_ENDED: Final = r"[\s.,;:|)\]】]*"
_PATTERNS: Final = (
    # 来源：新华社 | 稿源: ... A label says that what follows is the source, whoever it is.
    r"(?:新闻来源|来源|稿源|文章来源)\s*[:：]\s*([^\s，。；、|<>（）()【】\[\]]{2,20})",
    # Source : AFP, on a line of its own.
    r"(?im)^[\s*(\[]*(?:sources?|crédit|credit|avec)\s?[:：]\s*([\p{L}][^\n|<>()]{0,38}?)" + _ENDED + "$",
    # PARIS (AFP) - ..., (Reuters), （新华社）
    rf"[(（\[【]\s*({_AGENCY})(?:\s*[/,–-][^)）\]】]{{0,30}})?\s*[)）\]】]",
    # 新华社北京3月4日电
    r"(新华社|中新社|中新网|法新社|路透社|美联社|塔斯社|共同社)[^\s，。]{0,12}\d{1,2}月\d{1,2}日(?:电|讯)",
    # A line that is nothing but the agency: By The Associated Press | La Presse canadienne, 2024
    rf"(?im)^[\s–—*-]*(?:par |by |with |avec )?(?:l['’])?({_AGENCY})(?:,? (?:19|20)\d\d)?{_ENDED}$",
)
_BYLINE: Final = rf"(?i)(?:^|[\s(/,;|–-])({_AGENCY})(?:$|[\s)/,;|–-])"


def credited(text: pl.Series, byline: pl.Series, field: pl.Series | None = None) -> pl.Series:
    """The source each text credits, as it spells it; null where it credits none.

    `field` is what an export itself names as the source, which is taken whatever it says. In `byline` (authors) and at the
    edges of `text` only known agencies count, unless a label such as `来源：` or `Source :` says that a source follows.
    """
    frame = pl.DataFrame({"text": text, "byline": byline})
    length = pl.col("text").str.len_chars()
    edges = pl.concat_str(
        pl.col("text").str.head(_EDGE),
        pl.when(length > _EDGE).then(pl.lit("\n") + pl.col("text").str.tail(pl.min_horizontal(length - _EDGE, _EDGE))),
        ignore_nulls=True,
    )
    found = [pl.col("byline").str.extract(_BYLINE), *(edges.str.extract(pattern) for pattern in _PATTERNS)]
    if field is not None:
        found.insert(0, pl.lit(field))
    said = pl.coalesce(*(pl.when(value.str.strip_chars() != "").then(value.str.strip_chars()) for value in found))
    return frame.select(said).to_series().alias("credited_to")
