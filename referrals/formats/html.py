"""The pack as a page for people: claims first, then every row; no script, nothing from a network, made to be printed."""

from pathlib import Path
from typing import Final

import jinja2

from referrals.base import STEM, Format, Pack, nothing
from referrals.paper import paper
from referrals.pictures import network_picture, timeline_picture

_TEMPLATES: Final = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent.parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def write(pack: Pack, folder: Path) -> list[Path]:
    path = folder / f"{STEM}.html"
    pictures = [one for one in (timeline_picture(pack), network_picture(pack)) if one]
    page = _TEMPLATES.get_template("referral.html").render(p=paper(pack), pictures=pictures)
    path.write_text(page, encoding="utf-8", newline="\n")
    return [path]


FORMAT: Final = Format(
    name="html",
    title="a page for people, one page of claims and an annex with every row; prints well",
    suffix=".html",
    write=write,
    lacks=nothing,
)
