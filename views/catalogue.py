"""The words of each language: one file a language beside this module, read once."""

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

LANGUAGES: Final = ("en", "fr")


@cache
def catalogue(language: str) -> dict[str, Any]:
    """Everything the program says in `language`; ValueError for one that has no file."""
    if language not in LANGUAGES:
        raise ValueError(f"no sentences in {language!r}; there are {', '.join(LANGUAGES)}.")
    text = Path(__file__).with_name(f"{language}.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)
    return found
