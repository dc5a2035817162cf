"""HTML of a post as the text a reader sees, with the addresses it links to."""

import re
from functools import lru_cache
from typing import Final

from lxml import etree

# Where a reader sees a new line, and where an empty one: the tags alone would join two lines to one word. Most posts have
# nothing but the first three of these, which are replaced faster without an expression.
_BREAKS: Final = (("<br />", "\n"), ("<br>", "\n"), ("</p>", "\n\n</p>"))
_RARE: Final = re.compile(r"<br\s*/?>|</(?:li|div|h[1-6]|pre|blockquote|ul|ol)>", re.IGNORECASE)
_PARAGRAPHS: Final = ("</blockquote>", "</ul>", "</ol>")
_PARSER: Final = etree.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True)
_TEXT: Final = etree.XPath("string()")
# Links to accounts and topics are mentions and hashtags, which posts list by themselves.
_NAMED: Final = frozenset({"mention", "hashtag", "u-url"})


@lru_cache(maxsize=4_096)  # a post that is reposted, and an account's description, come again and again
def read(html: str) -> tuple[str, list[str] | None]:
    """Text and links of a piece of HTML, each link once, None where there are none.

    What cannot be read as HTML is handed back as it stands.
    """
    if "<" not in html and "&" not in html:
        return html, None
    broken = html
    for tag, shown in _BREAKS:
        broken = broken.replace(tag, shown)
    broken = _RARE.sub(_shown, broken)
    try:
        root = etree.fromstring(broken, _PARSER)
    except (ValueError, etree.LxmlError):
        return html, None
    if root is None:
        return "", None
    links = [
        target
        for link in root.iter("a")
        if (target := link.get("href")) and _NAMED.isdisjoint(link.get("class", "").split())
    ]
    return str(_TEXT(root)).strip(), list(dict.fromkeys(links)) or None


def _shown(tag: re.Match[str]) -> str:
    return ("\n\n" if tag[0].lower() in _PARAGRAPHS else "\n") + tag[0]
