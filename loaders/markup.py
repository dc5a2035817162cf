"""HTML of a post as the text a reader sees, with the addresses it links to."""

import re
from typing import Final

from lxml import etree

# Where a reader sees a new line, and where an empty one: the tags alone would join two lines to one word.
_LINE: Final = re.compile(r"<br\s*/?>|(?=</(?:li|div|h[1-6]|pre)>)", re.IGNORECASE)
_PARAGRAPH: Final = re.compile(r"(?=</(?:p|blockquote|ul|ol)>)", re.IGNORECASE)
_PARSER: Final = etree.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True)
_TEXT: Final = etree.XPath("string()")
# Links to accounts and topics are mentions and hashtags, which posts list by themselves.
_NAMED: Final = frozenset({"mention", "hashtag", "u-url"})


def read(html: str) -> tuple[str, list[str] | None]:
    """Text and links of a piece of HTML, each link once, None where there are none.

    What cannot be read as HTML is handed back as it stands.
    """
    if "<" not in html and "&" not in html:
        return html, None
    try:
        root = etree.fromstring(_PARAGRAPH.sub("\n\n", _LINE.sub("\n", html)), _PARSER)
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
