"""A credit is found where it stands and is meant as one, and nowhere else."""

import polars as pl
import pytest

from loaders.credit import credited

LONG = "The council met for hours and nobody knew why the bridge was closed. " * 12


@pytest.mark.parametrize(
    ("text", "byline", "expected"),
    [
        ("NORTH HARBOUR (Reuters) - The bridge is closed again.", None, "Reuters"),
        ("Le pont est fermé.\nSource : AFP", None, "AFP"),
        ("Le pont est fermé depuis ce matin.\nLa Presse canadienne, 2024", None, "La Presse canadienne"),
        ("The bridge is closed.\nBy The Associated Press", None, "The Associated Press"),
        ("来源：新华社\n大桥再次关闭。", None, "新华社"),
        ("新华社北京3月4日电 大桥再次关闭。", None, "新华社"),
        ("大桥再次关闭。（来源: 北方时报）", None, "北方时报"),
        (LONG + "\n(AFP)", None, "AFP"),
        ("The bridge is closed.", "Lena Hartwell, The Canadian Press", "The Canadian Press"),
        ("The bridge is closed.", "Reuters", "Reuters"),
        (None, "AFP / Lena Hartwell", "AFP"),
        # Talk about an agency is no credit, and neither is a word in brackets.
        (LONG + "A photographer of Reuters (the agency) waited. " + LONG, None, None),
        (LONG + "(Reuters) " + LONG, None, None),
        ("The bridge (closed since March) stays closed.", "Lena Hartwell", None),
        ("The maps app shows it.", "Apolline Capet", None),
        ("", "", None),
        (None, None, None),
    ],
)
def test_who_is_credited(text: str | None, byline: str | None, expected: str | None) -> None:
    found = credited(pl.Series([text], dtype=pl.String), pl.Series([byline], dtype=pl.String))
    assert found.to_list() == [expected]


def test_what_the_export_says_beats_what_the_text_says() -> None:
    text = pl.Series(["来源：新华社", "来源：新华社"])
    found = credited(text, pl.Series([None, None], dtype=pl.String), pl.Series(["北方时报", None]))
    assert found.to_list() == ["北方时报", "新华社"]
