"""Who packs can be for: notes of their own for some platforms and for an authority, general ones for any other."""

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from evidence.errors import CaseError
from records.words import PLATFORMS, platform
from referrals.base import AUTHORITY, Receiver
from views.words import platform_name


@cache
def _known() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return found


def noted() -> list[str]:
    """Receivers with notes of their own."""
    return [code for code in _known() if code != "general"]


def receiver(word: str) -> Receiver:
    """The receiver a user means; raises CaseError for a word that is none."""
    code = AUTHORITY if word.strip().lower() == AUTHORITY else platform(word)
    if code is None:
        raise CaseError(f"{word} is no receiver; there are {', '.join(PLATFORMS)}, other:NAME and {AUTHORITY}.")
    given = _known().get(code, _known()["general"])
    return Receiver(
        code=code,
        name=given["name"] or platform_name(code),
        policy=given["policy"],
        identity=given["identity"],
        notes=tuple(given["notes"]),
    )
