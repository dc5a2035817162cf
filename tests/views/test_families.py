"""What is said of texts that put parts of others together anew, in the finding and on its page."""

from typing import Any

import pytest

from records.finding import Finding
from tests.views.samples import finding
from views.families import recombined
from views.report import EvidencePost, finding_html


def copies(*anew: int | None) -> Finding:
    families: list[dict[str, Any]] = [{"family": f"f{n}", "text": "turkey i ate"} for n in range(len(anew))]
    for family, count in zip(families, anew, strict=True):
        if count is not None:  # a run of an earlier version does not say it
            family["recombined"] = count
    return finding(evidence={"families": families})


@pytest.mark.parametrize(
    ("anew", "language", "family", "said"),
    [
        ((0, None), "en", None, ""),
        ((1, 0), "en", None, "1 post puts parts of the other texts together anew; the test of the texts did not count it."),
        ((3, 4), "en", None, "7 posts put parts of the other texts together anew; the test of the texts did not count them."),
        ((3, 4), "fr", "f1", "4 messages recomposent des parties des autres textes ; le test des textes ne les a pas comptés."),
        ((1, 4), "fr", "f0", "1 message recompose des parties des autres textes ; le test des textes ne l'a pas compté."),
        ((3, 4), "en", "another", ""),
    ],
)  # fmt: skip
def test_posts_put_together_anew_are_told(
    anew: tuple[int | None, ...], language: str, family: str | None, said: str
) -> None:
    assert recombined(copies(*anew), language, family) == said


def test_the_page_tells_them_under_its_posts() -> None:
    posts = [EvidencePost("2015-11-26 22:12 UTC", "ada", "turkey i ate")]
    assert '</p>\n<p class="quiet">7 posts put parts of the other texts' in finding_html(copies(3, 4), None, posts)
    assert "together anew" not in finding_html(copies(0), None, posts)
    assert "together anew" not in finding_html(copies(3), None, [])
