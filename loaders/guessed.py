"""What a guess at the columns of an unknown table comes to: each column with a reason, and what has to be asked."""

from dataclasses import dataclass

from loaders.mapping import Mapping


@dataclass(frozen=True, slots=True)
class Guess:
    """What one column is taken for."""

    column: str
    """A column, several joined with +, or "" for what every row has."""
    field: str
    """A field of the table, `author.FIELD`, or `extra`."""
    confidence: str
    """high, moderate or low."""
    reason: str
    example: str
    """A value as it stands; for "" the constant."""


@dataclass(frozen=True, slots=True)
class Question:
    """What names and values leave open."""

    field: str
    """The field it is about, or `dates`."""
    sentence: str
    choices: tuple[str, ...]
    """Columns that may be the field, platforms, or day-first and month-first."""

    def answer(self, choice: str) -> dict[str, str]:
        """The choice as words of Options: `{"mapping": column}`, `{"platform": ...}` or `{"dates": ...}`."""
        return {self.field if self.field in ("platform", "dates") else "mapping": choice}

    def words(self, choice: str) -> list[str]:
        """The choice as words of the command."""
        if self.field in ("platform", "dates"):
            return [f"--{self.field}", choice]
        return ["--map", f"{choice}={self.field}"]


@dataclass(frozen=True, slots=True)
class Guessed:
    """A mapping nobody has confirmed yet."""

    mapping: Mapping
    """As far as it can be guessed; where there are questions, with the first choice of each."""
    guesses: tuple[Guess, ...]
    """Every column of the file, in its order, then what every row has."""
    questions: tuple[Question, ...]
    missing: tuple[str, ...]
    """Fields the table cannot do without, for which no column was found."""
    notes: tuple[str, ...]
