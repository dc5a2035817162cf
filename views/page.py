"""Our own network page: the app's component and the stand-alone HTML draw the same data with the same scripts.

Nothing of the data is ever markup: it stands as JSON in a script that is never run, and reaches the page as text. The
page names its own scripts by a nonce and may load nothing from anywhere (content security policy).
"""

import hashlib
import json
import math
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup

from views.catalogue import catalogue
from views.network import Network, drawing, vis_network
from views.words import word

HERE: Final = Path(__file__).parent
SCRIPTS: Final = ("dom.js", "palette.js", "panel.js", "search.js", "brush.js", "drawn.js", "network.js")
SEARCHED: Final = ("handle", "display_name", "name")
"""Details the search box looks into, beside label and id."""
CODED: Final = {"role": "roles", "action": "actions"}
"""Details whose values are codes, with the section of the catalogue that names them."""
TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
)


def payload(network: Network, language: str = "en") -> dict[str, Any]:
    """Everything the scripts need, as JSON can hold it; `digest` names its content."""
    strings = catalogue(language)["page"]
    edges = len(network.edges)
    found: dict[str, Any] = {
        "language": language,
        "strings": strings,
        "searched": SEARCHED,
        "groups_found": network.groups_found,
        # One line of fifty must be seen, thousands must not become a grey area.
        "edge_alpha": round(min(0.5, max(0.14, 8 / math.sqrt(edges or 1))), 3),
        "all_accounts": all(node.kind == "account" for node in network.nodes),
        "description": strings["description"].format(
            nodes=network.shown, edges=network.edges_shown, groups=len(network.hulls)
        ),
        "counts": {
            "shown": network.shown,
            "total": network.total,
            "edges_shown": network.edges_shown,
            "edges_total": network.edges_total,
        },
        "groups": [
            {"group": hull.group, "name": hull.name, "count": hull.count, "points": hull.points}
            for hull in network.hulls
        ],
        "drawing": drawing(network),
        "nodes": [
            {
                "kind": node.kind,
                "group": node.group,
                "accent": node.accent,
                "first": _epoch(node.first),
                "last": _epoch(node.last),
                "details": [(name, _said(name, value, language)) for name, value in node.details.items()],
                "posts": [
                    {"at": post.at, "text": post.text, "url": post.url} for post in network.posts.get(node.id, ())
                ],
            }
            for node in network.nodes
        ],
        "edges": [
            {
                "kind": edge.kind,
                "layer": edge.layer,
                "weight": edge.weight,
                "first": _epoch(edge.first),
                "last": _epoch(edge.last),
            }
            for edge in network.edges
        ],
    }
    found["digest"] = hashlib.sha256(embedded(found).encode()).hexdigest()
    return found


def export_html(network: Network, title: str, language: str = "en", *, lead: str = "") -> str:
    """The network as one HTML file that works anywhere, offline; the same bytes for the same input."""
    return render("page.html", network, title, language, {"lead": lead, "beside": False})


def render(template: str, network: Network | None, title: str, language: str, values: Mapping[str, Any]) -> str:
    """A page of templates/ with its scripts, styles and content security policy; `network` None draws none."""
    data = embedded(payload(network, language)) if network is not None else ""
    context = {
        **values,
        "title": title,
        "language": language,
        "strings": catalogue(language)["page"],
        "data": Markup(data),  # noqa: S704  escaped for a script element by embedded()
        "vis": _code(vis_network()),
        "js": _code(f"(() => {{\n{scripts()}\n{_static('start.js')}\n}})();"),
        "css": _code(styles() + _static("page.css")),
    }
    page = TEMPLATES.get_template(template)
    # From the content: the same page has the same nonce, so that an exported file can be compared byte by byte. It
    # guards against markup that got in, which cannot know a hash of a page that holds it.
    nonce = hashlib.sha256(page.render(**context, nonce="").encode("utf-8", "replace")).hexdigest()[:32]
    return page.render(**context, nonce=nonce).encode("utf-8", "replace").decode()


def embedded(value: object) -> str:
    """JSON that may stand inside a script element: ASCII only, so no U+2028, and nothing that could end the element."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


@cache
def scripts() -> str:
    """The page's own scripts, without vis-network and without a start."""
    return "\n".join(_static(name) for name in SCRIPTS)


@cache
def component_script() -> str:
    """One module for Streamlit: vis-network, the same scripts, and the component's entry."""
    return "\n".join((vis_network(), scripts(), _static("component.js")))


@cache
def styles() -> str:
    """The style sheet of the network, for the page and the component."""
    return _static("network.css")


def _static(name: str) -> str:
    return (HERE / "static" / name).read_text(encoding="utf-8")


def _code(text: str) -> Markup:
    """Our own scripts and styles as they are; they hold nothing of the data."""
    if any(end in text for end in ("</script", "</style", "<!--")):
        raise ValueError("a script of the page would end its own element.")
    return Markup(text)  # noqa: S704


def _said(name: str, value: str, language: str) -> str:
    """Codes among the details in the reader's words; everything else as it is."""
    section = CODED.get(name)
    return word(section, value, language) if section and value in catalogue(language)[section] else value


def _epoch(text: str | None) -> int | None:
    return int(datetime.fromisoformat(text).timestamp()) if text else None
