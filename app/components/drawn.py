"""What a person must see of a finding of one detector, as a picture: one function of `views` each."""

from collections.abc import Callable
from typing import Final

import altair as alt
import streamlit as st

from app.style import language
from records.finding import Finding

Draw = Callable[[Finding, str], alt.Chart]
_DRAWN: Final[dict[str, Draw]] = {}


def drawn(finding: Finding) -> None:
    """The picture of the finding's detector; nothing where it has none."""
    draw = _DRAWN.get(finding.detector)
    if draw is None or not finding.evidence:
        return
    chart = draw(finding, language())
    st.html('<div class="mm"><h2>What a person must see</h2></div>')
    st.altair_chart(chart, width="stretch", alt=str(chart.to_dict().get("description", "")))
