"""What a loader makes of a file, as JSON: the whole values the catalogue test compares. `python -m` writes them anew."""

import json
import sys
from pathlib import Path
from typing import Any

from loaders import loaders
from loaders.base import Options, Source
from loaders.csvfile import LINE
from loaders.source import sources
from records.chunk import Chunk
from records.tables import conform

FIXTURES = Path(__file__).parent / "fixtures"


def fixtures() -> list[Path]:
    """Every fixture: a file in the folder of its loader, without the files that belong to it."""
    beside = (".expected.json", ".options.json")
    return sorted(path for path in FIXTURES.glob("*/*") if not path.name.endswith(beside))


def options_of(path: Path) -> Options:
    beside = path.with_name(path.name + ".options.json")
    return Options(**json.loads(beside.read_text())) if beside.exists() else Options()


def chunks(path: Path, loader: str | None = None, options: Options | None = None) -> list[Chunk]:
    return read(sources(path)[0], loader or path.parent.name, options or options_of(path))


def read(source: Source, loader: str, options: Options | None = None) -> list[Chunk]:
    return list(loaders()[loader].read(source, options or Options()))


def balanced(chunk: Chunk) -> bool:
    """Every row of the export is kept, refused or ignored."""
    return chunk.rows == chunk.frames[chunk.primary].height + len(chunk.refused) + sum(chunk.ignored.values())


def document(found: list[Chunk]) -> dict[str, Any]:
    """Everything the chunks say, values as JSON; columns that stay empty are left out."""
    tables: dict[str, list[dict[str, Any]]] = {}
    for chunk in found:
        for name, frame in chunk.frames.items():
            lines = frame[LINE].to_list()
            for line, row in zip(lines, conform(name, frame).iter_rows(named=True), strict=True):
                values = {key: value for key, value in row.items() if value is not None and not key.startswith("_")}
                if "extra" in values:
                    values["extra"] = json.loads(values["extra"])
                tables.setdefault(name, []).append({"line": line, **values})
    text = json.dumps(
        {
            "rows": sum(chunk.rows for chunk in found),
            "primary": found[0].primary,
            "tables": tables,
            "refused": [[item.line, item.column, item.reason, item.text] for chunk in found for item in chunk.refused],
            "ignored": {key: count for chunk in found for key, count in chunk.ignored.items()},
            "columns_unknown": sorted({name for chunk in found for name in chunk.columns_unknown}),
            "notes": {key: count for chunk in found for key, count in chunk.notes.items()},
        },
        default=lambda value: value.isoformat(),
    )
    value: dict[str, Any] = json.loads(text)
    return value


def expected(path: Path) -> Path:
    return path.with_name(path.name + ".expected.json")


def main() -> None:
    for path in fixtures():
        text = json.dumps(document(chunks(path)), ensure_ascii=False, indent=1)
        expected(path).write_text(text + "\n", encoding="utf-8")
        print(path.relative_to(FIXTURES), file=sys.stderr)


if __name__ == "__main__":
    main()
