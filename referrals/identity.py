"""What names a pack and the program that made it."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import orjson

from records.finding import Json
from referrals.base import VERSION


def pack_id(document: Json) -> str:
    """The id of a pack: a hash of all it says but the id itself."""
    body = {key: value for key, value in document.items() if key != "id"}
    return hashlib.sha256(orjson.dumps([VERSION, body], option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]


@cache
def program_version() -> str:
    try:
        return version("murmuration")
    except PackageNotFoundError:  # run from a checkout
        text = (Path(__file__).resolve().parents[1] / "pyproject.toml").read_text(encoding="utf-8")
        return text.partition('\nversion = "')[2].partition('"')[0]
