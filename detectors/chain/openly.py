"""What explains that many print one story: its source is named, an agency or a release is what all of them have it from."""

from collections.abc import Sequence
from typing import Final

import polars as pl

from detectors.chain.hop import Hop
from detectors.texts import traps
from detectors.verdict import trap
from records.finding import Json

_MOST: Final = 0.8  # of the hops: what explains must explain nearly all
_HALF: Final = 0.5  # straight from an agency: the others have the same copy with the same cut or headline, as wire goes


def recognise(rows: pl.DataFrame, hops: Sequence[Hop], known: traps.Context) -> list[Json]:
    """The traps of the story of `rows` (origin first) and its `hops`, beside those its texts show."""
    origin = rows.row(0, named=True)
    others = [hop for hop in hops if hop.source != hop.copier]
    if not others:
        return []
    credited = sum(hop.credit is not None for hop in others) / len(others)
    theirs = {hop.post for hop in hops if hop.source == hop.copier == origin["account"]} | {origin["post"]}
    direct = sum(hop.copies in theirs for hop in others) / len(others)
    found = []
    if credited >= _MOST:
        found.append(trap("wire", explains=True, credited=round(credited, 4)))
    elif direct >= _HALF and origin["account"] in known.agencies:
        found.append(trap("wire", explains=True, from_agency=round(direct, 4)))
    if direct >= _MOST and traps.released(rows[:1]):
        declared = origin["author_kind"] == "page"
        found.append(trap("press_release", explains=True, open=declared, from_release=round(direct, 4)))
    return found
