"""How codes, numbers, spans and names are written in English and French."""

import math
import re
import unicodedata
from datetime import datetime
from typing import Any, Final

from views.catalogue import catalogue

NARROW_SPACE: Final = "\u202f"
"""Groups digits in French."""
PLATFORMS: Final = {
    "x": "X", "facebook": "Facebook", "instagram": "Instagram", "threads": "Threads", "youtube": "YouTube",
    "tiktok": "TikTok", "douyin": "Douyin", "wechat": "WeChat", "weibo": "Weibo", "bilibili": "Bilibili",
    "xiaohongshu": "Xiaohongshu", "telegram": "Telegram", "bluesky": "Bluesky", "mastodon": "Mastodon",
    "reddit": "Reddit", "vk": "VK", "web": "Web",
}  # fmt: skip
EXCERPT: Final = 72
"""Characters of a quoted text in a title: one line of a list."""
_UNITS: Final = (("day", 86_400), ("hour", 3600), ("minute", 60), ("second", 1))
_SHORT_UNITS: Final = (("d", 86_400), ("h", 3600), ("min", 60), ("s", 1))


def word(section: str, code: str, language: str = "en") -> str:
    """The name of `code` in a section of the catalogue (roles, actions, states, layers, signs, traps, ...).

    A code without a name is written out as it is, so that a new detector's word is never lost.
    """
    found = catalogue(language)[section].get(code)
    if isinstance(found, dict):
        found = found.get("name") or found.get("label") or found.get("what")
    return str(found) if found else code.replace("_", " ")


def platform_name(code: str) -> str:
    """X for x; the name of `other:NAME` as it was given."""
    return PLATFORMS.get(code) or code.removeprefix("other:")


def figure(value: float | None, language: str = "en") -> str:
    """A number with grouped digits and three leading digits of its fraction; "–" where there is none."""
    if value is None or not math.isfinite(value):
        return "–"
    if value == int(value):
        text = f"{int(value):,}"
    elif abs(value) >= 100:
        text = f"{value:,.0f}"
    elif abs(value) >= 0.001:
        text = f"{value:,.{max(0, 2 - math.floor(math.log10(abs(value))))}f}".rstrip("0").rstrip(".")
    else:
        # Powers of ten say nothing to most readers, and nobody can tell such numbers apart.
        text = "<0.001" if value > 0 else ">-0.001"
    if language == "fr":
        text = text.replace(",", NARROW_SPACE).replace(".", ",")
    return text


def percent(share: float, language: str = "en") -> str:
    """A share of 1 in per cent: `72 %`; what is under a half per cent keeps its digits."""
    whole = 100 * share
    return f"{figure(round(whole) if abs(whole) >= 0.5 else whole, language)} %"


def counted(count: int, noun: str, language: str = "en") -> str:
    """`3 accounts`, `1 account`; French has the singular for 0 too."""
    one, many = catalogue(language)["nouns"][noun]
    single = count == 1 or (language == "fr" and count == 0)
    return f"{figure(count, language)} {one if single else many}"


def span(seconds: float, language: str = "en") -> str:
    """A length of time in its largest unit of which there are at least two: `6 days`, `90 minutes`."""
    for noun, length in _UNITS:
        if seconds >= 2 * length or noun == "second":
            return counted(round(seconds / length), noun, language)
    raise AssertionError("unreachable: seconds always fit")


def window(seconds: int) -> str:
    """A time window as people write it beside others: `10 s`, `5 min`, `24 h`, `14 d`."""
    for unit, length in _SHORT_UNITS:
        # 24 hours are a window of their own name; longer ones are days.
        if seconds % length == 0 and (unit != "d" or seconds > length):
            return f"{seconds // length} {unit}"
    return f"{seconds} s"


def instant(text: str | None) -> str:
    """`2015-11-26 22:12 UTC`, as evidence is quoted in every language; "–" where unknown."""
    if not text:
        return "–"
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M UTC")


def excerpt(text: str, most: int = EXCERPT) -> str:
    """The beginning of a quoted text on one line, without characters that turn or hide what follows them."""
    visible = "".join(" " if unicodedata.category(letter) in ("Cc", "Zl", "Zp") else letter for letter in text)
    # Cf: writing-direction overrides and invisible joiners; a joiner inside an emoji is lost with them.
    visible = "".join(letter for letter in visible if unicodedata.category(letter) not in ("Cf", "Cs"))
    line = re.sub(r"\s+", " ", visible).strip()
    return line if len(line) <= most else line[: most - 1].rstrip() + "…"


def listed(names: list[str], language: str = "en", most: int = 3) -> str:
    """`a, b and c`; beyond `most` the rest is counted."""
    phrases = catalogue(language)["phrases"]
    if len(names) > most:
        shown = [*names[:most], phrases["more"].format(n=figure(len(names) - most, language))]
    else:
        shown = names
    return f" {phrases['and']} ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def get(value: Any, *path: str | int) -> Any:
    """What stands at `path` in nested JSON; None where any step is missing."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value):
            value = value[step]
        else:
            return None
    return value
