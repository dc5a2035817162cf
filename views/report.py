"""A finding as a page of its own: sentences, network, the posts side by side, members, and what stays open."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from records.finding import Finding
from views.catalogue import catalogue
from views.families import recombined
from views.network import Network
from views.page import TEMPLATES, render
from views.repeats import mark_repeats
from views.sentences import (
    against,
    cannot_determine,
    compared_with,
    expected_flags,
    outcome_label,
    outcome_sentence,
    summary,
    title,
    why,
)
from views.words import figure, platform_name, word

POSTS: Final = 500
"""Posts in one page: more than a person compares; the rest is counted."""
MEMBERS: Final = 2000
"""Members listed: a page of some hundred kilobytes; the rest is counted."""


@dataclass(frozen=True, slots=True)
class EvidencePost:
    """One post as evidence."""

    at: str
    """As it is to be read, such as `2015-11-26 22:12 UTC`."""
    who: str
    """Handle, or id where there is none."""
    text: str
    note: str = ""
    """Such as its address, or that it was posted first."""


def posts_html(posts: list[EvidencePost], language: str = "en", *, total: int | None = None) -> str:
    """A table of the first POSTS posts in their order with what repeats in <mark>; everything of them is escaped.

    `total`: how many there are where the caller passes a part. Safe for st.html: no script, style or link in it.
    """
    shown = posts[:POSTS]
    rows = [
        {"at": post.at, "who": post.who, "note": post.note, "pieces": pieces}
        for post, pieces in zip(shown, mark_repeats([post.text for post in shown]), strict=True)
    ]
    return TEMPLATES.get_template("posts.html").render(
        posts=rows,
        report=catalogue(language)["report"],
        shown=figure(len(shown), language),
        total=figure(max(total or 0, len(posts)), language),
    )


def finding_html(
    finding: Finding,
    network: Network | None,
    posts: list[EvidencePost],
    language: str = "en",
    *,
    handles: Mapping[str, str] | None = None,
    effective: str | None = None,
    posts_total: int | None = None,
) -> str:
    """The finding as one HTML file that works offline; the same bytes for the same input.

    `handles`: account uid to the name shown; uids without one are shown as they are. `effective`: the outcome after
    the journal where it differs from the run's.
    """
    report = catalogue(language)["report"]
    names = handles or {}
    members = [
        {
            "who": _who(member, names),
            "role": word("roles", str(member.get("role") or ""), language),
            "action": word("actions", str(member.get("action") or "none"), language),
        }
        for member in finding.members[:MEMBERS]
    ]
    values = {
        "report": report,
        "beside": True,
        "outcome": outcome_sentence(finding, language, effective),
        "label": outcome_label(effective or finding.outcome, language),
        "summary": summary(finding, language),
        "confidence": word("confidences", finding.confidence, language),
        "grade": finding.source_grade,
        "likelihood": word("likelihoods", finding.likelihood, language) if finding.likelihood else "",
        "id": finding.id,
        "run": finding.run or "–",
        "why": why(finding, language),
        "compared": compared_with(finding, language),
        "flags": expected_flags(finding, language),
        "against": against(finding, language),
        "unknown": cannot_determine(finding, language),
        # Rendered by our own autoescaped template just above.
        "posts": Markup(posts_html(posts, language, total=posts_total)) if posts else "",  # noqa: S704
        "recombined": recombined(finding, language),
        "members": members,
        "members_total": figure(len(finding.members), language),
    }
    return render("finding.html", network, title(finding, language), language, values)


def _who(member: Mapping[str, object], names: Mapping[str, str]) -> str:
    uid = f"{member['platform']}:{member['id']}"
    name = names.get(uid)
    return f"{name} ({platform_name(str(member['platform']))})" if name else uid
