"""The numbers of a finding that its title may name, each only where the finding has it."""

import html
import re
from collections.abc import Callable
from datetime import datetime
from statistics import median
from typing import Any, Final

from records.finding import Finding
from views.catalogue import catalogue
from views.words import counted, excerpt, figure, get, listed, percent, platform_name, span, word

_LINK: Final = re.compile(r"https?://\S+")
_LEADING: Final = re.compile(r"^\s*(?:(?:RT\s+)?@\w+[:,]?\s*)+")
"""Whom a post is addressed to: no part of what it says."""
_MENTION: Final = re.compile(r"(?<!\w)@\w+")

Figures = dict[str, str]
"""Placeholder of a title to text; one without a value is not there."""


def figures(finding: Finding, language: str) -> Figures:
    """Everything a title of this finding may name."""
    found: dict[str, str | None] = {
        "who": members(finding, language),
        "targets": counted(len(finding.targets), "target", language) if finding.targets else None,
        "observed": _number(finding.observed, language),
        "expected": _number(finding.expected, language),
    }
    if finding.detector in _OF:
        found.update(_OF[finding.detector](finding, language))
    return {name: text for name, text in found.items() if text}


def members(finding: Finding, language: str) -> str:
    """`158 accounts`; members of several kinds are called members."""
    kinds = {member.get("kind", "account") for member in finding.members}
    noun = kinds.pop() if len(kinds) == 1 else "member"
    return counted(len(finding.members), noun, language)


def _number(value: Any, language: str) -> str | None:
    return None if value is None else figure(float(value), language)


def _coaction(finding: Finding, language: str) -> dict[str, str | None]:
    layers = get(finding.evidence, "layers") or []
    objects = sum(int(layer.get("objects_total") or len(layer.get("objects") or [])) for layer in layers)
    return {"objects": figure(objects, language) if objects > 1 else None}


def _copypasta(finding: Finding, language: str) -> dict[str, str | None]:
    families = get(finding.evidence, "families") or []
    total = int(get(finding.evidence, "families_total") or len(families))
    whole = str(get(families, 0, "text") or "")
    return {"texts": figure(total, language) if total > 1 else None, "text": quoted(whole)}


def quoted(text: str) -> str:
    """A post's words for a title: without links, which say nothing, and without handles: a title stands in lists and
    lines where nobody is masked. A text that is nothing else is quoted by its mentions' places. What exports write as
    `&amp;` reads as `&`; who shows it escapes it."""
    text = html.unescape(text)
    said = _MENTION.sub("@…", _LEADING.sub("", text))
    return excerpt(_LINK.sub(" ", said)) or excerpt(said) or excerpt(_MENTION.sub("@…", text))


def _hijack(finding: Finding, language: str) -> dict[str, str | None]:
    gaps = [float(account["gap_days"]) for account in get(finding.evidence, "accounts") or [] if "gap_days" in account]
    since, until = get(finding.evidence, "wave", "since"), get(finding.evidence, "wave", "until")
    woke = get(finding.evidence, "wave", "woke")
    lasted = (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds() if since and until else 0
    return {
        "gap": counted(round(median(gaps)), "day", language) if gaps else None,
        "woke": _number(woke, language) if woke != len(finding.members) else None,
        "wave": span(lasted, language) if lasted else None,
        "all_woke": span(lasted, language) if lasted and woke == len(finding.members) else None,
    }


def _flood(finding: Finding, language: str) -> dict[str, str | None]:
    replies = sum(int(target.get("replies") or 0) for target in get(finding.evidence, "targets") or [])
    return {"replies": figure(replies, language) if replies else None}


def _follower_farm(finding: Finding, language: str) -> dict[str, str | None]:
    growth = get(finding.evidence, "growth") or {}
    days, per_day = growth.get("days"), growth.get("expected_per_day")
    return {
        "gained": _number(growth.get("gained"), language),
        "days": span(float(days) * 86_400, language) if days else None,
        "usual": _number(round(float(days) * float(per_day)), language) if days and per_day is not None else None,
    }


def _chain(finding: Finding, language: str) -> dict[str, str | None]:
    hops = [step for step in get(finding.evidence, "steps") or [] if step.get("copies")]
    lag = get(hops, 0, "lag_seconds")
    return {
        "hops": counted(len(hops), "hop", language) if hops else None,
        "lag": span(float(lag), language) if lag is not None else None,
        "credited": figure(sum(bool(step.get("credited")) for step in hops), language) if hops else None,
    }


def _engagement(finding: Finding, language: str) -> dict[str, str | None]:
    posts = get(finding.evidence, "posts") or []
    top: dict[str, Any] = max(
        posts, key=lambda post: (float(post.get("ratio") or 0), str(post.get("post_id"))), default={}
    )
    measure = get(finding.evidence, "measure")
    return {
        "measure": word("measures", measure, language) if measure else None,
        "value": _number(top.get("value"), language),
        "usual": _number(top.get("expected"), language),
        "ratio": _number(top.get("ratio") and round(float(top["ratio"]), 1), language),
    }


def _repeat(finding: Finding, _: str) -> dict[str, str | None]:
    return {"campaign": excerpt(str(get(finding.evidence, "campaigns", 0, "campaign") or ""))}


def _shift(finding: Finding, language: str) -> dict[str, str | None]:
    offsets = sorted(float(offset) for offset in get(finding.evidence, "utc_offsets") or [])
    names = [f"UTC{offset:+g}".replace(".5", ":30") for offset in offsets]
    # An unbroken run is written by its ends; nothing between them was excluded.
    whole = len(offsets) > 2 and offsets[-1] - offsets[0] == (len(offsets) - 1) * 0.5
    if whole:
        return {"offsets": str(catalogue(language)["phrases"]["from_to"]).format(least=names[0], most=names[-1])}
    return {"offsets": listed(names, language, most=6) if names else None}


def _echo(finding: Finding, language: str) -> dict[str, str | None]:
    ratio = get(finding.evidence, "ratio")
    return {"share": percent(float(ratio), language) if ratio is not None else None}


def _media(finding: Finding, language: str) -> dict[str, str | None]:
    uses = sum(len(cluster.get("uses") or []) for cluster in get(finding.evidence, "clusters") or [])
    return {"uses": figure(uses, language) if uses else None}


def _persona(finding: Finding, language: str) -> dict[str, str | None]:
    pair = get(finding.evidence, "pairs", 0) or {}
    names = [entry.get("a") for entry in pair.get("contributions") or [] if entry.get("field") == "handle"]
    platforms = sorted({platform_name(str(member["platform"])) for member in finding.members})
    return {
        "platforms": listed(platforms, language) if len(platforms) > 1 else None,
        "name": excerpt(str(names[0])) if names and names[0] else None,
    }


def _ownership(finding: Finding, language: str) -> dict[str, str | None]:
    # Ended ties say least: the first path that still holds is the one named.
    paths = get(finding.evidence, "paths") or []
    path = next((one for one in paths if not one.get("ended")), get(paths, 0)) or {}
    edges = path.get("edges") or []
    last = get(edges, -1) or {}
    return {
        "hops": counted(len(edges), "tie", language) if edges else None,
        "subject": excerpt(str(get(edges, 0, "subject_id") or "")),
        "object": excerpt(str(last.get("object_name") or last.get("object_id") or "")),
    }


def _operation(finding: Finding, language: str) -> dict[str, str | None]:
    signs = ", ".join(word("signs", sign, language) for sign in dict.fromkeys(finding.signs))
    return {"findings": counted(len(finding.children), "finding", language), "signs": signs}


_OF: Final[dict[str, Callable[[Finding, str], dict[str, str | None]]]] = {
    "coaction": _coaction, "copypasta": _copypasta, "hijack": _hijack, "flood": _flood,
    "follower_farm": _follower_farm, "chain": _chain, "engagement": _engagement, "repeat": _repeat, "shift": _shift,
    "echo": _echo, "media": _media, "persona": _persona, "ownership": _ownership, "operation": _operation,
}  # fmt: skip
