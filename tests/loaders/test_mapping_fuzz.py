"""Whatever a table holds, a guess is made or one sentence says why not, and what was guessed reads the file."""

import csv
import io
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from loaders import mapping
from loaders.base import LoadError, Options, Source
from loaders.guess import guess
from loaders.guess_names import POSTS
from loaders.mapped import preview
from tests.loaders.loader_snapshots import balanced, read

NAMES = st.sampled_from([word for words in POSTS.values() for word in words.replace("|", " ").split()])
HEADERS = st.one_of(NAMES, st.text(st.characters(exclude_categories=["Cs"]), max_size=12))
CELLS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
    st.sampled_from(
        [
            "", "0", "1.5", "-3", "9.01E+17", "true", "2024-02-30", "31/12/2024", "1/2/03 25:61", "2021-03-28 02:30:00",
            "99999999999999999999", "1714566600", "[]", "['a', 'b']", '["https://example.org"]', "https://t.me/a/1",
            "@anna", "en", "telegram", "12月31日", "0000年13月41日 下午99:99", "\u202e\u0000", "NaN", "name:", "Jan 99, 0000",
        ]
    ),
    st.datetimes().map(str),
    st.integers().map(str),
)  # fmt: skip


@st.composite
def tables(draw: st.DrawFn) -> Source:
    width = draw(st.integers(1, 7))
    header = draw(st.lists(HEADERS, min_size=width, max_size=width))
    rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=8))
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    data = out.getvalue().encode()
    return Source("export.csv", len(data), lambda: io.BytesIO(data))


def sentence(error: LoadError) -> bool:
    return str(error).endswith(".")


@settings(max_examples=150, deadline=None)
@given(source=tables(), said=st.sampled_from([{}, {"platform": "x"}, {"dates": "day-first", "platform": "vk"}]))
def test_any_table_is_guessed_and_read_or_refused_in_a_sentence(source: Source, said: dict[str, Any]) -> None:
    try:
        found = guess(source, Options(**said))
    except LoadError as error:
        assert sentence(error)
        return
    asked = {question.field: question.choices[0] for question in found.questions}
    options = mapping.options(found.mapping)
    options = replace(options, platform=options.platform or asked.get("platform"))
    try:
        preview(source, options)
        chunks = read(source, "mapped", options)
    except LoadError as error:
        assert sentence(error)
        assert found.missing or not found.mapping.columns, str(error)
        return
    assert all(balanced(chunk) for chunk in chunks)
