"""Detectors: records in, links and findings out. One module (or package) each, found by its DETECTOR; add one to add it."""

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detectors.base import Detector


@cache
def detectors() -> dict[str, "Detector"]:
    """Every detector by name, in name order."""
    # Imported here: `murmur links` needs detectors.links alone, and Polars would be half of its time.
    from detectors.base import Detector

    found = {}
    for module in pkgutil.iter_modules(__path__):
        declared = getattr(importlib.import_module(f"{__name__}.{module.name}"), "DETECTOR", None)
        if isinstance(declared, Detector):
            found[declared.name] = declared
    return dict(sorted(found.items()))
