"""What a scenario is: one module of `plays/` that declares SCENARIOS."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scenarios.stage import Stage

Reading = Literal["quiet", "open", "unexplained", "meets_deceptive"]


@dataclass(frozen=True, slots=True)
class Scenario:
    """One named world."""

    name: str
    about: str
    """One sentence: what happens in it."""
    reading: Reading
    """The most a good detector may say: nothing beyond `undetermined`, `open`, `unexplained`, or deception as well."""
    play: Callable[[Stage], None]
    """Populates the stage, plants what there is to plant, makes the background."""
    language: str = "en"
    """Where the dial `language` is not turned."""
    trap: str | None = None
    """The contract's word for what explains it, or the name of the situation."""
