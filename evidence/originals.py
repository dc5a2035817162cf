"""Originals without one person: rows of the person made empty where a file is a table of lines, else the file removed."""

import csv
from collections.abc import Iterable
from pathlib import Path

from evidence.files import sha256, sync
from evidence.person import Person

# Plain text whose every row stands on lines of its own. Archives, documents and packed files have no such rows.
_LINES = (".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv")


def rewrite(person: Person, path: Path, lines: Iterable[int]) -> str | None:
    """Take the person out of one original; returns the new SHA-256, or None where the file had to be removed.

    `lines` are those the case knows the person's rows by. An emptied row leaves its line ends, so that every other row
    keeps its line. Where the person can still be found afterwards, or the file is of no such kind, it is removed.
    """
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            rows = stream.read().splitlines(keepends=True) if path.suffix.lower() in (*_LINES, *_TABLES) else []
    except UnicodeDecodeError:
        rows = []
    kept = _emptied(person, rows, set(lines), path.suffix.lower() in _TABLES) if rows else None
    if kept is None:
        path.unlink()
        if not any(path.parent.iterdir()):
            path.parent.rmdir()
        return None
    temporary = path.with_name(".copy-erasing")
    with temporary.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(kept)
    sync(temporary)
    temporary.replace(path)
    sync(path.parent)
    return sha256(path)


def _emptied(person: Person, rows: list[str], lines: set[int], table: bool) -> list[str] | None:
    """The file's lines with the person's rows empty; None where the rows cannot be told apart."""
    groups = _records(rows) if table else [(number, number + 1) for number in range(len(rows))]
    if groups is None:
        return None
    texts = ["".join(rows[first:last]) for first, last in groups]
    for (first, last), text, after in zip(groups, texts, person.mask.texts(texts), strict=True):
        named = any(number + 1 in lines for number in range(first, last))
        if not named and after == text:
            continue
        if table and first == 0:
            return None  # the header names the person: nothing in this file is safe
        for number in range(first, last):
            rows[number] = rows[number][len(rows[number].rstrip("\r\n")) :]
    return rows


def _records(rows: list[str]) -> list[tuple[int, int]] | None:
    """First and last line of every record of a CSV file; None where it does not read as one."""
    csv.field_size_limit(1 << 30)
    # splitlines knows more line ends than CSV does; only such files as have none of them are taken apart.
    if any(row[-1:] not in ("\n", "\r") for row in rows[:-1]):
        return None
    reader = csv.reader(iter(rows), strict=True)
    found, first = [], 0
    try:
        for _ in reader:
            found.append((first, reader.line_num))
            first = reader.line_num
    except csv.Error:
        return None
    return found
