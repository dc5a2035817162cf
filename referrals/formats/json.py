"""The whole pack as one JSON document with a published schema."""

from pathlib import Path
from typing import Final

import orjson

from referrals.base import STEM, VERSION, Format, Pack, nothing


def write(pack: Pack, folder: Path) -> list[Path]:
    path = folder / f"{STEM}.json"
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    path.write_bytes(orjson.dumps({"version": VERSION, **pack.document()}, option=options))
    return [path]


FORMAT: Final = Format(
    name="json",
    title="the whole pack as one document (docs/schemas/referral.schema.json)",
    suffix=".json",
    write=write,
    lacks=nothing,
)
