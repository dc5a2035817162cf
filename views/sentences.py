"""A finding in plain words, English or French, from its codes and numbers: what was seen, why, and what stays open.

Nothing here claims more than the finding's outcome does. A sentence names what accounts did, never who they are.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from records.finding import NOT_TESTED, Finding
from views.catalogue import catalogue
from views.figures import figures
from views.points import points
from views.words import counted, figure, get, listed, percent, span, window, word

HOLDS: Final = 0.01
"""A window holds where q is at most this: the error rate the group test keeps for the whole case."""
_NEVER_RUN_BY: Final = frozenset({"ownership", "engagement", "shift"})
"""Detectors whose members are outlets, one author or hours: the question whether owners know does not arise."""


@dataclass(frozen=True, slots=True)
class Why:
    """One row of what speaks for a finding."""

    sign: str
    """Code, of records.words.SIGNS or `hours`."""
    name: str
    says: str
    """What the sign means in a few words."""
    observed: str
    expected: str
    """A number, or "not tested yet"."""
    holds: str
    """Windows at which it holds: `10 s, 60 s, 5 min`."""


@dataclass(frozen=True, slots=True)
class Window:
    """One row of how a finding holds at different time windows."""

    window: str
    observed: str
    expected: str
    holds: bool | None
    """None where it was not tested."""


@dataclass(frozen=True, slots=True)
class Against:
    """Another explanation with what speaks for and against it."""

    code: str
    name: str
    speaks_for: tuple[str, ...]
    speaks_against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something these data cannot tell, and which data would."""

    code: str
    what: str
    settles: str


def title(finding: Finding, language: str = "en") -> str:
    """What was seen, in one line; quoted texts are shortened to plain characters but are still the authors' own."""
    values = figures(finding, language)
    words = catalogue(language)
    for line in words["titles"].get(finding.title_code, ()):
        if set(re.findall(r"{(\w+)}", line)) <= values.keys():
            return _upper(str(line).format(**values))
    # A code of a later version: the detector's name says at least what kind of thing was found.
    return f"{word('detectors', finding.detector, language)} · {values['who']}"


def summary(finding: Finding, language: str = "en") -> str:
    """Posts, span, observed against expected, windows: one line under the title."""
    words = catalogue(language)["summary"]
    parts = []
    if finding.posts:
        shown, total = len(finding.posts), int(finding.evidence.get("posts_total") or 0)
        if total > shown:
            parts.append(words["posts_of"].format(n=counted(total, "post", language), shown=figure(shown, language)))
        else:
            parts.append(words["posts"].format(n=counted(shown, "post", language)))
    if finding.first_seen and finding.last_seen:
        lasted = (
            datetime.fromisoformat(finding.last_seen) - datetime.fromisoformat(finding.first_seen)
        ).total_seconds()
        parts.append(words["span"].format(span=span(lasted, language)) if lasted else words["moment"])
    if finding.observed is not None:
        observed = figure(finding.observed, language)
        if finding.expected is None:
            # A test that draws no expectation is a test all the same: only what was not tested is called so.
            untested = NOT_TESTED in finding.reasons
            parts.append(words["untested" if untested else "observed"].format(observed=observed))
        else:
            expected = figure(finding.expected, language)
            parts.append(words["compared"].format(observed=observed, expected=expected))
    held = [row for row in windows(finding, language) if row.holds]
    if held:
        parts.append(words["holds"].format(n=counted(len(held), "window", language)))
    return " · ".join(parts)


def outcome_sentence(finding: Finding, language: str = "en", effective: str | None = None) -> str:
    """What may be concluded; `effective` is the outcome after the journal where it differs from the run's."""
    words = catalogue(language)
    outcome = effective or finding.outcome
    if outcome == "undetermined" and NOT_TESTED in finding.reasons:
        return str(words["untested_outcome"])
    sentence = str(words["outcomes"][outcome]["sentence"])
    if outcome == "unexplained" and finding.meets_deceptive:
        sentence += f" {words['meets_deceptive']}"
    return sentence


def outcome_label(outcome: str, language: str = "en") -> str:
    """The outcome in two or three words, for a badge."""
    return str(catalogue(language)["outcomes"][outcome]["label"])


def why(finding: Finding, language: str = "en") -> list[Why]:
    """What speaks for the finding: one row for each independent sign, the detector's own first."""
    words = catalogue(language)
    own = str(words["detectors"].get(finding.detector, {}).get("sign", "coaction"))
    signs = list(dict.fromkeys(finding.signs)) or [own]
    signs.sort(key=lambda sign: sign != own)
    held = [row.window for row in windows(finding, language) if row.holds]
    tested = any(row.holds is not None for row in windows(finding, language))
    unknown = "not_tested" if NOT_TESTED in finding.reasons else "not_counted"
    joined = {row["sign"]: row for row in finding.evidence.get("independent") or []}
    makers = {row["finding"]: row["detector"] for row in finding.evidence.get("findings") or []}
    rows = []
    for place, sign in enumerate(signs):
        counts = None
        if sign in joined:  # an operation has no numbers of its own, its findings have
            observed, expected = joined[sign]["observed"], joined[sign]["expected"]
            holds = ", ".join(window(seconds) for seconds in sorted(joined[sign]["windows"]))
            shown = _shown(observed, expected, language)
            maker = makers.get(joined[sign]["finding"], "")
            if observed is not None:
                counts = get(words, "detectors", maker, "counts")
        elif place == 0:
            shown = _shown(finding.observed, finding.expected, language)
            counts = get(words, "detectors", finding.detector, "counts")
            holds = _held(held, tested, bool(finding.windows), words["phrases"])
        else:
            shown, holds = _beside(finding, sign, language), ""
        rows.append(
            Why(
                sign=sign,
                name=word("signs", sign, language),
                says=str(counts or get(words, "signs", sign, "says") or ""),
                observed=shown[0] or words["phrases"]["not_counted"],
                expected=shown[1] or words["phrases"][unknown],
                holds=holds,
            )
        )
    return rows


def windows(finding: Finding, language: str = "en") -> list[Window]:
    """How the finding holds at each time window, narrowest first."""
    missing = catalogue(language)["phrases"]["not_tested"]
    passed = {int(row["window_seconds"]): row["passed"] for row in finding.tests.get("synchrony", [])}
    rows = []
    for row in sorted(finding.windows, key=lambda row: int(row["window_seconds"])):
        chance = row["q"] if row.get("q") is not None else row.get("p")
        rows.append(
            Window(
                window=window(int(row["window_seconds"])),
                observed=figure(row["observed"], language),
                expected=missing if row.get("expected") is None else figure(row["expected"], language),
                holds=passed.get(int(row["window_seconds"]), None if chance is None else chance <= HOLDS),
            )
        )
    return rows


def against(finding: Finding, language: str = "en") -> list[Against]:
    """Other explanations, those with something to weigh first."""
    rows = [
        Against(
            code=str(row["code"]),
            name=word("traps", str(row["code"]), language),
            speaks_for=points(row.get("for", ()), language),
            speaks_against=points(row.get("against", ()), language),
        )
        for row in finding.alternatives
    ]
    return sorted(rows, key=lambda row: not (row.speaks_for or row.speaks_against))


def cannot_determine(finding: Finding, language: str = "en") -> list[Unknown]:
    """What these data cannot tell and which data would settle it: part of every finding, page and pack."""
    words = catalogue(language)
    rows = {"runs": words["always"]["runs"]}
    if finding.detector not in _NEVER_RUN_BY and any(row.get("kind") == "account" for row in finding.members):
        rows["owners"] = words["always"]["owners"]
    for code in finding.reasons:
        trap = code.removeprefix("explained_by_")
        own = get(words, "reasons_of", finding.detector, code)
        found = get(words, "traps", trap) if trap != code else own or get(words, "reasons", code)
        rows[code] = {"what": get(found, "explained") or get(found, "what"), "settles": get(found, "settles")}
    for gate in finding.unmet:
        # A reason that already says the same makes the gate's own sentence a repetition.
        if _SAID_BY.get(gate, frozenset()).isdisjoint(finding.reasons):
            rows[gate] = words["gates"][gate]
    return [
        Unknown(code, str(row["what"] or code.replace("_", " ")), str(row["settles"] or "–"))
        for code, row in rows.items()
    ]


_SAID_BY: Final = {
    "group_test": frozenset({"not_tested"}),
    "two_signs": frozenset({"single_layer"}),
    "two_windows": frozenset({"window_dependent"}),
}
"""Gate to the reasons that say the same."""


LEAST_FLAGS: Final = 0.001


def expected_flags(finding: Finding, language: str = "en") -> str:
    """How many findings like this one to expect where nobody coordinates."""
    phrases = catalogue(language)["phrases"]
    if finding.expected_false_flags is None:
        return str(phrases["no_flags"])
    # What is smaller is nobody; more noughts make nobody surer.
    few = finding.expected_false_flags < LEAST_FLAGS
    shown = LEAST_FLAGS if few else finding.expected_false_flags
    return str(phrases["few_flags" if few else "flags"]).format(n=figure(shown, language))


def compared_with(finding: Finding, language: str = "en") -> str:
    """Which population the finding was compared with, and its size."""
    phrases = catalogue(language)["phrases"]
    population = finding.comparison.get("population")
    if not population:
        return str(phrases["nothing_compared"])
    name = word("populations", str(population), language)
    size = finding.comparison.get("size")
    if size is None:
        return str(phrases["compared_with_unsized"]).format(population=name)
    return str(phrases["compared_with"]).format(population=name, size=figure(size, language))


def layers_sentence(finding: Finding, language: str = "en") -> str:
    """The layers of the finding: `links, hashtags and texts`."""
    return listed([word("layers", layer, language) for layer in finding.layers], language, most=12)


def _held(held: list[str], tested: bool, any_window: bool, phrases: dict[str, Any]) -> str:
    if not any_window:
        return ""
    if not tested:
        return str(phrases["not_tested"])
    return ", ".join(held) if held else str(phrases["holds_nowhere"])


def _shown(observed: float | None, expected: float | None, language: str) -> tuple[str | None, str | None]:
    return (
        None if observed is None else figure(observed, language),
        None if expected is None else figure(expected, language),
    )


def _beside(finding: Finding, sign: str, language: str) -> tuple[str | None, str | None]:
    """Observed and expected of a sign that is not the detector's own, where its evidence counts them."""
    evidence = finding.evidence
    if sign == "place":
        told = [
            (point["observed"], point.get("expected"))
            for row in finding.alternatives
            for point in row.get("against", ())
            if isinstance(point, dict) and point.get("code") == "place_conflict"
        ]
        places = {place["id"] for place in evidence.get("places") or []}
        observed, expected = told[0] if told else (float(len(places)) if places else None, None)
        return _shown(observed, expected, language)
    if sign == "wake":
        share, usual = get(evidence, "repliers", "share"), get(evidence, "repliers", "usual_share")
        return (
            None if share is None else percent(share, language),
            None if usual is None else percent(usual, language),
        )
    for row in evidence.get("afterwards") or []:
        if row.get("layer") == sign:
            return _shown(get(row, "test", "observed"), get(row, "test", "expected"), language)
    return None, None


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
