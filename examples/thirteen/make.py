"""Writes the example case again: `python examples/thirteen/make.py [FOLDER]` gives the same bytes every time.

Texts, people, parties and outlets are invented. Counts, times and passages in the findings are taken from the tables;
what chance would give (expected, p, q) is invented, for no detector ran.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The stories stand beside this file; records is the repository's own package.
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

import article  # noqa: E402
import crowd_findings  # noqa: E402
import followers  # noqa: E402
import news_findings  # noqa: E402
import others  # noqa: E402
import rally  # noqa: E402
import spam  # noqa: E402
import spam_findings  # noqa: E402
from world import World  # noqa: E402

from records.finding import Finding  # noqa: E402
from records.words import DETECTOR_NAMES  # noqa: E402


def make(folder: Path) -> None:
    """Write the thirteen tables, `findings.json` and `findings_before.json` (an earlier run's) into `folder`."""
    world = World()
    for story in (spam, rally, followers, article, others):
        story.build(world)
    world.write(folder)
    crowd, before = crowd_findings.build(world)
    now = [*spam_findings.build(world), *crowd, *news_findings.build(world)]
    now.sort(key=lambda finding: DETECTOR_NAMES.index(finding.detector))
    _write(folder / "findings.json", now)
    _write(folder / "findings_before.json", before)


def _write(path: Path, findings: list[Finding]) -> None:
    path.write_text(_lines([finding.to_json() for finding in findings], "") + "\n", encoding="utf-8")


def _lines(value: object, indent: str) -> str:
    """JSON in which whatever fits a line stands on one line: a person reads and edits it so."""
    short = json.dumps(value, ensure_ascii=False)
    if len(indent) + len(short) <= 135 or not isinstance(value, dict | list) or not value:
        return short
    deeper = indent + " "
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {_lines(item, deeper)}" for key, item in value.items()]
        return "{\n" + ",\n".join(deeper + item for item in items) + f"\n{indent}}}"
    return "[\n" + ",\n".join(deeper + _lines(item, deeper) for item in value) + f"\n{indent}]"


if __name__ == "__main__":
    make(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
