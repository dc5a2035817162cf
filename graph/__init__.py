"""The case as a Neo4j graph: a projection that can be made again at any time, asked read-only."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from graph.ogm import Notebook


def notebook(case: Path | str = "case") -> "Notebook":
    """The graph of a case for a notebook: `graph, model = notebook("case")`; graph/ogm.py says more."""
    from graph.ogm import notebook  # py2neo is for those who ask for it: nothing else of ours imports it

    return notebook(Path(case))
