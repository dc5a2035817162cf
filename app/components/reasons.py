"""Why a finding is one, what speaks against it, what it joins, and what cannot be determined."""

import streamlit as st

from app import data
from app.style import heading, html, label, language, say
from records.finding import Finding
from views.sentences import against, cannot_determine, outcome_label, title, why, windows

_WHY = """
<div class="mm"><h2>{{ say("why") }}</h2></div><table class="mm-rows">
<tr><th>{{ say("sign") }}</th><th></th><th class="mm-num">{{ say("observed") }}</th>
<th class="mm-num">{{ say("expected") }}</th><th>{{ say("holds_at") }}</th></tr>
{% for row in rows %}<tr><td><b>{{ row.name }}</b></td><td>{{ row.says }}</td><td class="mm-num">{{ row.observed }}</td>
<td class="mm-num">{{ row.expected }}</td><td>
{% for w in row.holds.split(", ") %}<span class="mm-whole">{{ w }}{{ "" if loop.last else "," }}</span>
{% endfor %}</td></tr>{% endfor %}
</table>
{% if windows %}<div class="mm-small">{{ say("by_window") }} {% for w in windows %}{{ w.window }}: {{ w.observed }}
{% if not loop.last %} · {% endif %}{% endfor %}</div>{% endif %}
"""
_AGAINST = """
<div class="mm"><h2>{{ say("against") }}</h2></div><table class="mm-rows">
{% for row in rows %}<tr><td><b>{{ row.name }}</b></td><td>{% for point in row.speaks_for %}+ {{ point }}<br>{% endfor %}
{% for point in row.speaks_against %}− {{ point }}<br>{% endfor %}
{% if not row.speaks_for and not row.speaks_against %}<span class="mm-small">{{ say("either_way") }}</span>{% endif %}
</td></tr>{% endfor %}</table>
"""
_UNKNOWN_SHORT = """
<div class="mm-unknown"><b>{{ say("cannot") }}</b> · {% for row in rows %}{{ row.what }} {% endfor %}
<span class="mm-small">{{ say("settles_below") }}</span></div>
"""
_UNKNOWN = """
<div class="mm-unknown"><b>{{ say("cannot") }}</b><table class="mm-rows">
{% for row in rows %}<tr><td>{{ row.what }}</td><td><span class="mm-small">{{ say("settles") }} {{ row.settles }}</span></td></tr>
{% endfor %}</table></div>
"""


def reasons(finding: Finding) -> None:
    """Both sides, beside each other; of an operation also the findings it joins."""
    left, right = st.columns([3, 2], gap="large")
    left.html(html(_WHY, say=say, rows=why(finding, language()), windows=windows(finding, language())))
    left.html(html(_UNKNOWN_SHORT, say=say, rows=cannot_determine(finding, language())))
    right.html(html(_AGAINST, say=say, rows=against(finding, language())))
    if finding.children:
        _joined(finding)


def unknown(finding: Finding) -> None:
    """What cannot be determined, each with what would settle it."""
    st.html(html(_UNKNOWN, say=say, rows=cannot_determine(finding, language())))


def _joined(finding: Finding) -> None:
    heading("joins")
    for number in finding.children:
        known = data.finding(data.state(), number)
        if known is None:
            continue
        name, outcome = st.columns([8, 4], vertical_alignment="center")
        name.page_link("screens/finding.py", label=label(title(known[0], language())), query_params={"id": number})
        outcome.html(
            html('<span class="mm-chip">{{ outcome }}</span>',
                 outcome=outcome_label(known[1]["effective_outcome"], language()))
        )  # fmt: skip
