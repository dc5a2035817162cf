"""The stand-alone page: the same bytes every time, nothing from outside, nothing of the data as markup."""

import json
import re

import pytest

from tests.views.samples import HOSTILE, cluster, hostile
from views.catalogue import catalogue
from views.network import Post, network
from views.page import component_script, embedded, export_html, payload


def data_of(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="network-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    whole: dict[str, object] = json.loads(found[1])
    return whole


def test_the_same_network_gives_the_same_bytes() -> None:
    page = export_html(network(*cluster()), "Turkeys", "en")
    assert page == export_html(network(*cluster()), "Turkeys", "en")
    assert page != export_html(network(*cluster()), "Turkeys", "fr")
    assert page != export_html(network(*cluster(159)), "Turkeys", "en")


def test_the_page_names_its_scripts_and_may_load_nothing() -> None:
    page = export_html(network(*cluster(30)), "Turkeys")
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    nonce = re.search(r"'nonce-([0-9a-f]{32})'", policy[1])
    assert nonce is not None
    assert policy[1] == (
        f"default-src 'none'; script-src 'nonce-{nonce[1]}'; style-src 'nonce-{nonce[1]}'; img-src data:;"
        " base-uri 'none'; form-action 'none'"
    )
    bare = re.sub(r"(<script[^>]*>).*?</script>", r"\1", page, flags=re.DOTALL)
    started = re.findall(r"<(script|style|link|img|iframe|object|base|form)\b([^>]*)>", bare)
    assert [(tag, rest.replace(nonce[1], "N")) for tag, rest in started] == [
        ("link", ' rel="icon" href="data:,"'),
        ("style", ' nonce="N"'),
        ("script", ' type="application/json" id="network-data"'),
        ("script", ' nonce="N"'),
        ("script", ' nonce="N"'),
    ]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_hostile_text_comes_through_whole_and_as_data(language: str) -> None:
    nodes, edges = hostile()
    posts = {name: [Post(text, text, text) for text in HOSTILE] for name in HOSTILE}
    page = export_html(network(nodes, edges, posts=posts), HOSTILE[0], language, lead=HOSTILE[5])
    found = data_of(page)
    assert {node["label"] for node in found["drawing"]["nodes"]} == set(HOSTILE)  # type: ignore[index]
    assert {post["text"] for node in found["nodes"] for post in node["posts"]} == set(HOSTILE)  # type: ignore[attr-defined]
    assert page.count("</script>") == 3
    assert "<title>&lt;/script&gt;&lt;script&gt;window.pwned = 1&lt;/script&gt;</title>" in page
    assert "\u2028" not in page.split('id="network-data"')[1].split("</script>")[0]


def test_embedded_json_can_end_no_element() -> None:
    text = embedded({"a": "</script>&\u2028\ud800"})
    assert text == '{"a":"\\u003c/script\\u003e\\u0026\\u2028\\ud800"}'
    assert json.loads(text) == {"a": "</script>&\u2028\ud800"}


def test_the_payload_says_how_much_is_shown() -> None:
    found = payload(network(*cluster(), max_nodes=100, max_edges=200), "fr")
    assert found["counts"]["shown"] == 100
    assert found["counts"]["total"] == 160
    assert found["counts"]["edges_shown"] == 200
    assert found["description"].startswith("Réseau de 100 nœuds et 200 liens en ")


def test_the_component_is_the_same_code_and_asks_for_nothing() -> None:
    assert component_script().count("export default function") == 1
    assert "sourceMappingURL" not in component_script()
    ours = component_script().split("// Small tools")[1]
    assert "innerHTML" not in ours
    assert "insertAdjacentHTML" not in ours
    assert "fetch(" not in ours


def test_both_languages_have_the_same_words_on_the_page() -> None:
    english, french = catalogue("en")["page"], catalogue("fr")["page"]
    assert list(english) == list(french)
    for name, text in english.items():
        if isinstance(text, str):
            assert set(re.findall(r"{\w+}", text)) == set(re.findall(r"{\w+}", french[name])), name
        else:
            assert list(text) == list(french[name])


def test_a_language_without_sentences_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no sentences in 'de'; there are en, fr\."):
        catalogue("de")


def test_codes_in_the_panel_are_said_in_the_readers_words() -> None:
    nodes, edges = cluster(8)
    found = payload(network(nodes, edges), "fr")
    assert found["nodes"][0]["details"] == [("role", "a diffusé"), ("language", "en")]
