"""How stories travel: origin, every hop, lag, credit, and who carries whose stories as a habit."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl
from scipy.stats import binom

from detectors.base import OUTPUTS, Detection, Detector, Parameter, Progress
from detectors.chain import stories
from detectors.chain.credit import credit, credits, linking, names, spoken_of
from detectors.chain.examples import example
from detectors.chain.finding import finding
from detectors.chain.hop import Hop, Route
from detectors.texts import traps
from records.store import Records

PARAMETERS: Final = (
    Parameter(
        "min_containment", 0.5, "share", "half of the shorter text: the least two texts may share to be one text"
    ),
    Parameter("min_similarity", 0.85, "share", "of a headline: a word may be added or dropped, not the story"),
    Parameter("max_days", 14, "days", "a story older than a fortnight is told again, not carried on"),
    Parameter("min_accounts", 3, "authors", "two texts alike are a copy; a chain needs one who carries it further"),
    Parameter("min_stories", 10, "stories", "of fewer no habit can be read"),
    Parameter("alpha", 0.01, "probability", "at most one case in a hundred may hold any habit that is chance (Holm)"),
)


def detect(records: Records, parameters: Mapping[str, Any], seed: int, progress: Progress) -> Detection:
    """One finding for each story that at least three authors told, and every hop as a copy."""
    progress("reading pieces", 0.0)
    rows = stories.pieces(records)
    notes: dict[str, Any] = {"pieces": rows.height}
    if rows.height < 2:
        return Detection(notes=notes)
    progress("comparing pieces", 0.1)
    known_as, linked = names(records), linking(rows)
    found = stories.hops(
        rows,
        float(parameters["min_containment"]),
        float(parameters["min_similarity"]),
        float(parameters["max_days"]),
        _credited(rows, known_as, linked),
        spoken_of(rows, known_as),
    )
    told = stories.stories(found)
    progress("looking for credits", 0.6)
    hops = _hops(rows, found, known_as, linked)
    routes = _habits(rows, hops, int(parameters["min_stories"]), float(parameters["alpha"]))
    progress("writing findings", 0.8)
    accounts = rows["account"].to_list()
    known = traps.context(records)
    findings, posts = [], {}
    for pieces in told.values():
        if len({accounts[piece] for piece in pieces}) < parameters["min_accounts"]:
            continue
        part = rows[pieces]
        one = finding(part, [hops[piece] for piece in pieces[1:]], routes, dict(parameters), DETECTOR, known)
        findings.append(one)
        posts[one.id] = frozenset(part["post"].to_list())
    findings.sort(key=lambda one: (-one.score, one.id))
    notes |= {
        "copies": found.height,
        "stories_told_again": len(told),
        "habits": sum(one.passed for one in routes.values()),
    }
    return Detection(findings=findings, tables={"copies": _copies(rows, hops)}, posts=posts, notes=notes)


def _credited(
    rows: pl.DataFrame, known_as: Mapping[str, list[str]], linked: tuple[list[str], list[list[str]]]
) -> stories.Credited:
    text, field, account = (rows[name].to_list() for name in ("text", "credited_to", "account"))
    links, address = linked

    def credited(piece: int, sources: Sequence[int]) -> int | None:
        for source in sources:
            if account[source] == account[piece]:
                continue
            of = [*known_as.get(account[source], []), *address[source]]
            if credits(text[piece], field[piece], of, links[piece]):
                return source
        return None

    return credited


def _hops(
    rows: pl.DataFrame,
    found: pl.DataFrame,
    known_as: Mapping[str, list[str]],
    linked: tuple[list[str], list[list[str]]],
) -> dict[int, Hop]:
    """Every copy by its piece's number, with lag, order and credit."""
    table = rows.select("post", "account", "created_at", "error", "text", "credited_to").rows(named=True)
    links, address = linked
    parent_of = dict(found.select("piece", "parent").rows())
    made = {}
    for piece, parent, similarity in found.rows():
        copy, source = table[piece], table[parent]
        lag = (copy["created_at"] - source["created_at"]).total_seconds()
        # Who carries a story on often names where it began instead of where it was found.
        through = [one for one in stories.line(parent, parent_of) if table[one]["account"] != copy["account"]]
        others = [name for one in through for name in (*known_as.get(table[one]["account"], []), *address[one])]
        own = known_as.get(copy["account"], [])
        given = credit(copy["text"], copy["credited_to"], list(dict.fromkeys(others)), own, links[piece])
        made[piece] = Hop(
            piece=piece,
            parent=parent,
            post=copy["post"],
            copies=source["post"],
            source=source["account"],
            copier=copy["account"],
            similarity=similarity,
            lag=max(lag, 0.0),
            # Where the earlier one's minute or day is not over, nobody can say that it was earlier.
            tie=lag < source["error"],
            credit=given,
        )
    return made


def _habits(rows: pl.DataFrame, hops: Mapping[int, Hop], least: int, alpha: float) -> dict[tuple[str, str], Route]:
    """For each source and copier: does it carry more of this source's pieces than of anybody's? Binomial, Holm."""
    pieces = Counter(rows["account"].to_list())
    carried: dict[tuple[str, str], set[str]] = defaultdict(set)
    copied: Counter[str] = Counter()
    for hop in hops.values():
        if hop.source != hop.copier:
            carried[hop.source, hop.copier].add(hop.copies)
            copied[hop.copier] += 1
    routes = {}
    for (source, copier), both in sorted(carried.items()):
        of, took = pieces[source], len(both)
        # What it copies of all others, were every piece as likely to be taken; one more of each, so that it is never 0.
        others = sum(pieces.values()) - pieces[copier]
        rate = min((copied[copier] + 1) / (others + 2), 1.0)
        p = float(binom.sf(took - 1, of, rate)) if of >= least else None
        routes[source, copier] = Route(source, copier, of, took, rate * of, p, False)
    tested = sorted((route.p, pair) for pair, route in routes.items() if route.p is not None)
    for place, (p, pair) in enumerate(tested):
        if p * (len(tested) - place) > alpha:
            break
        routes[pair].passed = True
    return routes


def _copies(rows: pl.DataFrame, hops: Mapping[int, Hop]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                "post": hop.post, "original": hop.copies, "similarity": hop.similarity, "lag_seconds": hop.lag,
                "credited": hop.credit is not None,
            }
            for hop in hops.values()
        ],
        schema=OUTPUTS["copies"],
    )  # fmt: skip


DETECTOR: Final = Detector(
    name="chain",
    version="3",
    title="How stories travel",
    question="Where did this story begin, who carried it on, how fast, and did they say whose it was?",
    definition="A piece copies an earlier one when they share half of the shorter text, or when a short piece repeats its"
    " headline; a story is all that goes back to one origin, told by at least three authors. It is beyond chance where one"
    " of them carries another's pieces more often than everybody's.",
    parameters=PARAMETERS,
    false_positives=(
        "wire copy that many print under licence, with the agency's mark",
        "press releases, from which all copied and none from another",
        "papers of one house that share their pages",
        "licensed reprints and translations agreed on",
        "pages dated back, and clocks of sites that are wrong",
    ),
    must_see="the passages side by side, the time of each piece and where it comes from, the credit found or missing",
    disarm=("T0084.002", "T0119"),
    hit=example(copied=True),
    miss=example(copied=False),
    detect=detect,
)
