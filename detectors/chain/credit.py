"""Whether a piece says whose story it is: what the export names, or a name or a label at the edges of its text."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from detectors.texts.text import simplified_text
from records.store import Records, query

# Credits stand near the beginning or the end; in between an article talks about others.
_EDGE: Final = 300
_LEAST: Final = 3  # letters of a name, or two characters of Chinese: fewer stand in any text
# Words by which a text hands its story on to somebody it names, a few words before or after the name.
_SAYS: Final = (
    r"according to|reported by|reports|via|source\s?:|originally (?:published|appeared) (?:in|on|by)|writes|credit\s?:|h/t"
    r"|selon|d['’]apres|rapporte|paru dans|publie par|repris de|据|来源|转自|转载自|摘自|稿源|原载|首发|报道|报导|综合"
)
_BEFORE, _AFTER = 40, 20
# A label says that a source follows, whoever it is; folded as `_fold` does. 据 ... 报道 does so where a name stands between.
_NAME: Final = r"[^\s，。；、|<>（）()【】\[\]《》:：\"“”]"
_LABELS: Final = (
    r"(?:新闻来源|文章来源|消息来源|来源|稿源|转自|转载自|摘自|原载|首发于)\s*[:：]?\s*[《「“]?(" + _NAME + r"{2,20})",
    r"(?:据|综合)\s*[《「“](" + _NAME + r"{2,20})[》」”]",
    r"(?:据|综合)(" + _NAME + r"{2,15}?)(?:等媒体)?(?:的)?(?:报道|报导|电讯|消息称)",
    r"(?m)(?:^|[.!?。])[\s(*\[]*(?:sources?|credits?|via|h/t)\s?[:：]\s*([^\W\d_][^\n|<>()]{1,38}?)[\s.,;:|)\]]*$",
    r"(?:reprinted|republished) from ([^\W\d_][^\n|<>().,;:]{1,38})",
    r"(?:originally|first) (?:published|appeared|reported) (?:in|on|by) ([^\W\d_][^\n|<>().,;:]{1,38})",
    r"(?:repris de|paru initialement dans|publie initialement (?:par|dans)) ([^\W\d_][^\n|<>().,;:]{1,38})",
    r"\b(?:via|h/t) (@[\w.-]{2,30})",
    r"[(（\[【]\s*(afp|reuters|ap|xinhua|新华社|中新社|法新社|路透社|美联社)\s*电?[)）\]】]",
)
# Sources that nobody could look up.
_NOBODY: Final = re.compile(
    r"^(?:悉|了解|介绍|统计|当地|海外|国外|有关|多家|相关|外|港|台|多方)*(?:媒体?|悉|了解|介绍|统计|报|消息)?$"
)
_AGENCIES: Final = (
    "Agence France-Presse", "AFP", "Reuters", "Associated Press", "La Presse canadienne", "The Canadian Press", "Xinhua",
    "新华社", "中新社", "法新社", "路透社", "美联社",
)  # fmt: skip
_ARTICLE: Final = re.compile(r"^(?:the|le|la|les|l['’])\s*(?=\w{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Credit:
    """What gives a credit."""

    names: str
    phrase: str


def names(records: Records) -> dict[str, list[str]]:
    """Account uid to the names a credit may use for it: display name, handle, outlet, site."""
    rows = query(
        records,
        """
        WITH speaks AS (
            SELECT platform || ':' || page_id AS account, outlet_id, name FROM pages
            UNION ALL
            SELECT DISTINCT platform || ':' || author_id, author_id, NULL FROM posts WHERE author_kind = 'outlet'
        ), said AS (
            SELECT platform || ':' || account_id AS account, display_name AS name FROM accounts
            UNION ALL SELECT platform || ':' || account_id, handle FROM accounts
            UNION ALL SELECT account, name FROM speaks
            UNION ALL SELECT speaks.account, outlets.name FROM speaks JOIN outlets USING (outlet_id)
            UNION ALL SELECT speaks.account, outlets.domain FROM speaks JOIN outlets USING (outlet_id)
        )
        SELECT DISTINCT account, trim(name) AS name FROM said WHERE length(trim(name)) >= 2 ORDER BY account, name
        """,
    )
    found: dict[str, list[str]] = {}
    for account, name in rows.rows():
        if len(name) >= _LEAST or not name.isascii():
            found.setdefault(account, []).append(name)
    return found


def credit(text: str, field: str | None, sources: Sequence[str], copier: Sequence[str] = ()) -> Credit | None:
    """The credit of a piece by somebody of the names `copier`, whose story comes from or through somebody of the names
    `sources`; None where it names no source. To name oneself is no credit.

    >>> credit("According to Maple Bay Morning, the ferry stops.", None, ["The Maple Bay Morning"])
    Credit(names='The Maple Bay Morning', phrase='According to Maple Bay Morning, the ferr')
    """
    own = {_plain(name) for name in copier}
    if field and field.strip() and _plain(field) not in own:
        at = fold(text).find(fold(field.strip()))
        return Credit(field.strip(), _phrase(text, at, len(field.strip())) or field.strip())
    edges = _edges(text)
    folded = fold(edges)
    for name in (*sorted(sources, key=lambda one: (-len(one), one)), *_AGENCIES):
        if _plain(name) not in own and (span := _said(folded, _plain(name))):
            return Credit(name, _phrase(edges, span[0], span[1] - span[0]))
    for label in _LABELS:
        for found in re.finditer(label, folded):
            at, end = found.span(1)
            if found[1].strip() not in own and not _NOBODY.match(found[1]):
                return Credit(edges[at:end].strip(), _phrase(edges, at, end - at))
    return None


def credits(text: str, field: str | None, source: Sequence[str]) -> bool:
    """Whether a piece names just this source: one of its names `source`."""
    if field and field.strip():
        return _plain(field) in {_plain(name) for name in source}
    folded = fold(_edges(text))
    return any(_said(folded, _plain(name)) for name in source)


def _said(folded: str, name: str) -> tuple[int, int] | None:
    """Where a folded text names somebody as its source."""
    # A part of a longer word is no name; scripts without spaces have no such bounds.
    left, right = (r"(?<!\w)" if name[0].isascii() else "", r"(?!\w)" if name[-1].isascii() else "")
    for found in re.finditer(left + re.escape(name) + right, folded):
        at, end = found.span()
        if re.search(_SAYS, folded[max(0, at - _BEFORE) : end + _AFTER]):
            return at, end
    return None


def _edges(text: str) -> str:
    return text if len(text) <= 2 * _EDGE else f"{text[:_EDGE]}\n{text[-_EDGE:]}"


def _plain(name: str) -> str:
    """A name without its article, which a sentence may swallow: "the Maple Bay Morning's"."""
    return _ARTICLE.sub("", fold(name.strip()))


def fold(text: str) -> str:
    """One case, no accents, simplified characters; as many characters as before, so that places stay what they are."""
    return "".join(unicodedata.normalize("NFKD", one)[0].lower()[0] for one in simplified_text(text))


def _phrase(text: str, at: int, length: int) -> str:
    """What stands at a place with a few words around it; "" where it is none."""
    return " ".join(text[max(0, at - 20) : at + length + 10].split()) if at >= 0 else ""
