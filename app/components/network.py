"""The network page inside the app: the same scripts as the exported HTML, clicks back in Python."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from views.network import Network
from views.page import component_script, payload, styles

# Registered once for each start of the app: a second registration of a name replaces the first and is logged.
_COMPONENT = st.components.v2.component(
    "murmuration.network",
    html='<div class="mn-root"></div>',
    css=styles() + ".mn-root { height: var(--mn-height, 560px); }",
    js=component_script(),
)


@dataclass(frozen=True, slots=True)
class Clicked:
    """What the reader did in a network."""

    selected: str | None
    """Id of the node whose panel is open; stays until another is clicked."""
    expand: str | None
    """Id of the node whose neighbours were asked for; in one rerun only."""


def network_component(
    network: Network,
    key: str,
    *,
    height: int = 600,
    language: str = "en",
    expandable: bool = False,
    selected: str | None = None,
) -> Clicked:
    """Draw `network` and say what was clicked; a rerun with the same network keeps view and selection.

    `height` in pixels; `expandable` offers "show its neighbours", which comes back as Clicked.expand; `selected` is
    chosen at first, and whenever it changes: a row of a table can lead to its node.
    """
    data: dict[str, Any] = payload(network, language)
    data.update(height=height, expandable=expandable, selected=selected)
    result = _COMPONENT(
        key=key,
        data=data,
        default={"selected": selected},
        on_selected_change=_nothing,
        on_expanded_change=_nothing,
    )
    return Clicked(selected=result.selected, expand=result.expanded)


def _nothing() -> None:
    """Streamlit returns only values that have a callback; the page reads them where it draws the component."""
