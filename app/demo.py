"""The demonstration case: real posts of a known operation, of an ordinary evening, and a list of state media."""

from pathlib import Path

from app.commands.case import print_ledger
from app.commands.common import note
from app.detecting import chosen, detect, parameters
from app.loading import load_paths
from app.progress import Part, Reporter
from evidence.case import Case
from evidence.errors import CaseError
from evidence.runs import latest
from graph.build import build
from loaders.base import Options
from views.words import get

DATA = Path(__file__).resolve().parents[1] / "data"
NAME = "Thanksgiving 2015"
MADE_UP = "Made-up world"
FILES = (
    DATA / "ira" / "accounts.csv",
    DATA / "ira" / "posts_2015-10-01_2015-12-05.csv.gz",
    DATA / "mayweather" / "tweets_pseudonymised.csv",
    DATA / "outlets" / "State_Media_Matrix.csv",
)
# What the demonstration opens on: the hoax that poisoned nobody and frightened many (data/README.md).
HOAX = ("koch farms", "kochfarms")


def is_demo(case: Case) -> bool:
    return bool(case.meta["name"] == NAME)


def is_made_up(case: Case) -> bool:
    """Whether its people, outlets and posts are a scenario's."""
    return str(case.meta["name"]).startswith(MADE_UP)


def build_demo(path: Path) -> Case:
    """Make or complete the demonstration case in `path`; raises CaseError where another case stands there."""
    return _built(path, NAME, list(FILES))


def build_scenario(path: Path, name: str, seed: int) -> Case:
    """Make or complete the case of a made-up world in `path`.

    The world's files stand in PATH.world, and what was planted in PATH.world.truth.json, outside the case: no detector
    can see it. Raises CaseError for a name that is none, or where another case stands in `path`.
    """
    import scenarios

    if name not in scenarios.names():
        raise CaseError(f"There is no scenario {name}; there are: {', '.join(scenarios.names())}.")
    about = scenarios.catalogue()[name].about
    folder = path.parent / f"{path.name}.world"
    files = scenarios.write(scenarios.build(name, seed), folder)
    case = _built(path, f"{MADE_UP} {name}, seed {seed}", files)
    note(f"{about} Everything in it is made up. What was planted stands in {folder.name}{scenarios.TRUTH_SUFFIX}.")
    return case


def _built(path: Path, name: str, files: list[Path]) -> Case:
    if (path / "case.json").exists():
        case = Case.open(path)
        if case.meta["name"] != name:
            raise CaseError(f"{path} holds another case; name another folder with --case.")
    else:
        case = Case.open_or_create(path, name)
    with Reporter() as reporter:
        entries = list(load_paths(case, files, options=Options(), copy=True, reporter=reporter))
        run = latest(case)
        if run is None or run.meta["input_hash"] != case.input_hash():
            which = chosen([])
            detect(case, which, parameters(which, {}), 1, Part(reporter, 0.3, 0.8))
        build(case, Part(reporter, 0.8, 1.0))
    print_ledger(case, entries)
    note(f"The demonstration case stands in {path}.")
    return case


def opens_on(case: Case) -> str | None:
    """The id of the first finding whose first text tells the Koch Farms hoax, None where none does."""
    run = latest(case)
    for finding in run.findings() if run else []:
        told = str(get(finding.evidence, "families", 0, "text") or "").casefold()
        if any(words in told for words in HOAX):
            return finding.id
    return None
