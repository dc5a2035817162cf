"""The `murmur` command. Every command lives in app/commands; here they meet, and errors become one sentence."""

import errno
import signal
import sys
from types import FrameType

import typer

from app.commands import ask, case, detect, erase, graph, load, refer, review, show
from app.commands.common import clean

# Errors whose message is one sentence that says what to do.
SENTENCES = {"CaseError", "LoadError", "EngineError", "LinksError"}
DISK = "The disk is full; free some space and run the same command again, nothing half done was kept."
MEMORY = "There is not enough memory for this; close other programs or use a smaller part of the data."

cli = typer.Typer(
    help="Shows who moves together: loads exports, finds coordination, and says what cannot be known.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for module in (load, case, detect, review, refer, erase, ask, graph, show):
    module.register(cli)


def main() -> None:
    """Run one command. Exit code 0 done, 1 the work failed, 2 wrong usage; an error is one sentence on stderr."""
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        if sys.argv[1:2] == ["links"] and "--help" not in sys.argv:
            from app.links_command import main as links  # timed as a whole process; typer's parser is a third of it

            sys.exit(links(sys.argv[2:]))
        cli()
    except KeyboardInterrupt:
        fail("Stopped; what was finished before is safe, the rest is as it was.")
    except OSError as problem:
        if problem.errno == errno.ENOSPC:
            fail(DISK)
        if isinstance(problem, BrokenPipeError):
            sys.stderr.close()
            sys.exit(0)
        fail(f"The operating system refused: {problem}.")
    except MemoryError:
        fail(MEMORY)
    except Exception as problem:
        if type(problem).__module__.endswith("duckdb"):
            fail(_of_duckdb(" ".join(str(problem).split())))
        # Known by name: importing every module that has one would make each command start slowly.
        if not SENTENCES & {kind.__name__ for kind in type(problem).__mro__}:
            raise
        fail(str(problem))


def _of_duckdb(text: str) -> str:
    """What DuckDB reports, as a sentence; it has errors of its own for a full disk and a full memory."""
    if "No space left" in text:
        return DISK
    if "Out of Memory" in text:
        return MEMORY
    return f"The case's tables refused: {text[:300]}"


def _interrupted(number: int, frame: FrameType | None) -> None:
    # A cancelled job cleans up as one ended with Ctrl-C does.
    raise KeyboardInterrupt


def fail(sentence: str) -> None:
    print(f"murmur: {clean(sentence)}", file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
