"""What a person must see of a finding of one detector, as a picture: one function of `views` each."""

from collections.abc import Callable
from typing import Final

import altair as alt
import streamlit as st

from app.style import heading, language
from records.finding import Finding
from views import chain_chart, engagement_chart, farm_chart, flood_chart, hijack_strip, shift_heat

Picture = alt.Chart | alt.LayerChart | alt.VConcatChart | alt.FacetChart
Draw = Callable[[Finding, str], Picture]
_DRAWN: Final[dict[str, Draw]] = {
    "chain": chain_chart.chart,
    "engagement": engagement_chart.chart,
    "flood": flood_chart.chart,
    "follower_farm": farm_chart.chart,
    "hijack": hijack_strip.chart,
    "shift": shift_heat.chart,
}


def drawn(finding: Finding) -> None:
    """The picture of the finding's detector; nothing where it has none."""
    draw = _DRAWN.get(finding.detector)
    if draw is None or not finding.evidence:
        return
    heading("must_see")
    st.altair_chart(draw(finding, language()), width="stretch")  # its description is what it is called aloud
