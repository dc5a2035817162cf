"""Formats of a pack: one module each, found by its FORMAT; add a file to add one."""

import importlib
import pkgutil
from functools import cache

from referrals.base import Format


@cache
def formats() -> dict[str, Format]:
    """Every format by name, in name order."""
    found = {}
    for module in pkgutil.iter_modules(__path__):
        declared = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FORMAT", None)
        if isinstance(declared, Format):
            found[declared.name] = declared
    return dict(sorted(found.items()))
