"""What loading a file would do: its format, or a guess at its columns, the first rows, and the command that takes it."""

from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import polars as pl

from loaders import loaders, mapped, mapping, recognise
from loaders.base import LoadError, Options, Source
from loaders.guess import guess
from loaders.guessed import Guessed
from loaders.opening import columns_of
from loaders.plan import IncompleteError
from records.chunk import Refusal
from records.tables import conform


@dataclass(frozen=True, slots=True)
class Proposal:
    """One file before it is loaded."""

    file: str
    format: str
    """The loader that would read it; `mapped` for a table of no known format."""
    seen: str
    """One sentence on how it was recognised."""
    options: Options
    """What it would be read with; where something has to be asked, with the first choice."""
    guessed: Guessed | None
    """The guess behind it; None where the format is known or the user said everything."""
    table: str
    fields: dict[str, str]
    """Each column and where it goes; empty for known formats."""
    frame: pl.DataFrame
    """The first rows as they would be kept."""
    refused: list[Refusal]
    """What would go to the quarantine among them."""
    error: str
    """Why it cannot be read so, in one sentence; "" where it can."""

    @property
    def settled(self) -> bool:
        """Whether it can be loaded as it stands, with nothing left to ask."""
        return not self.error and not (self.guessed and (self.guessed.questions or self.guessed.missing))


def propose(source: Source, options: Options, format_name: str | None = None) -> Proposal:
    """What loading `source` with `options` would do. Raises LoadError where it is neither a known format nor a table."""
    if not options.mapping and format_name in (None, "mapped"):
        loader, seen = recognise(source)
        if loader is not None and format_name is None:
            return _known(source, loader.name, seen, options)
        if len(columns_of(source)) < 2:
            raise LoadError(seen)
        return _guess(source, options)
    if format_name not in (None, "mapped"):
        return _known(source, str(format_name), "The format was named.", options)
    try:
        return _mapped(source, options, None, "The columns were mapped.")
    except IncompleteError:
        return _guess(source, options)


def words(proposal: Proposal) -> list[str]:
    """The options that load the file as proposed; what has to be asked is left out."""
    if proposal.format != "mapped":
        return [] if not proposal.options.timezone else ["--timezone", proposal.options.timezone]
    meant = mapping.of(proposal.options)
    questions = proposal.guessed.questions if proposal.guessed else ()
    asked = {question.field for question in questions}
    said: list[str] = []
    for column, field in mapping.words(meant).items():
        if field.removeprefix(f"{meant.table}.") not in asked:
            said += ["--map", f"{column}={field}"]
    if meant.constants.get("platform") and "platform" not in asked:
        said += ["--platform", meant.constants["platform"]]
    if meant.dates and "dates" not in asked:
        said += ["--dates", meant.dates]
    return said + (["--timezone", meant.timezone] if meant.timezone else [])


def document(proposal: Proposal, command: str) -> dict[str, Any]:
    """The proposal as one JSON document."""
    guessed = proposal.guessed
    return {
        "file": proposal.file,
        "format": proposal.format,
        "table": proposal.table,
        "fields": proposal.fields,
        "guesses": [
            {name: getattr(one, name) for name in ("column", "field", "confidence", "reason", "example")}
            for one in (guessed.guesses if guessed else ())
        ],
        "questions": [
            {"field": one.field, "question": one.sentence, "choices": one.choices}
            for one in (guessed.questions if guessed else ())
        ],
        "missing": list(guessed.missing) if guessed else [],
        "notes": list(guessed.notes) if guessed else [],
        "rows": proposal.frame.to_dicts(),
        "refused": [{"line": one.line, "column": one.column, "reason": one.reason} for one in proposal.refused],
        "error": proposal.error,
        "command": command,
    }


def _known(source: Source, name: str, seen: str, options: Options) -> Proposal:
    if name not in loaders():
        raise LoadError(f"There is no format {name}; `murmur formats` lists: {', '.join(loaders())}.")
    frame, refused, table = pl.DataFrame(), list[Refusal](), ""
    for chunk in islice(loaders()[name].read(source, options), 1):
        table = chunk.primary
        frame = conform(table, chunk.frames[table].head(mapped.PREVIEW_ROWS))
        refused = chunk.refused[: mapped.PREVIEW_ROWS]
    return Proposal(source.name, name, seen, options, None, table, {}, _filled(frame), refused, "")


def _guess(source: Source, options: Options) -> Proposal:
    guessed = guess(source, options)
    complete = mapping.options(guessed.mapping, replace(options, mapping={}, constants={}, platform=None, dates=None))
    platform = next((one.choices[0] for one in guessed.questions if one.field == "platform"), complete.platform)
    tried = replace(complete, platform=platform)
    try:
        found = _mapped(source, tried, guessed, f"{source.name} is of no known format; its columns were guessed.")
        if "platform" not in {one.field for one in guessed.questions}:
            return found
        return replace(found, frame=found.frame.with_columns(pl.lit("?").alias("platform")))
    except LoadError as error:
        seen = f"{source.name} is of no known format, and its columns do not make a table."
        return Proposal(
            source.name, "mapped", seen, tried, guessed, guessed.mapping.table, {}, pl.DataFrame(), [], str(error)
        )


def _mapped(source: Source, options: Options, guessed: Guessed | None, seen: str) -> Proposal:
    shown = mapped.preview(source, options)
    return Proposal(
        source.name, "mapped", seen, options, guessed, shown.table, shown.fields, shown.frame, shown.refused, ""
    )


def _filled(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(name for name in frame.columns if frame[name].null_count() < frame.height)
