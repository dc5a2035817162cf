"""Whether a piece says whose story it is: what the export names, or the parent's name or site at the edges of its text."""

import re
from dataclasses import dataclass
from typing import Final

from records.store import Records, query

# Credits stand near the beginning or the end; in between an article talks about others.
_EDGE: Final = 300
_LEAST: Final = 3  # letters of a name, or two characters of Chinese: fewer stand in any text
# Words by which a text hands its story on to somebody: they may stand anywhere.
_SAYS: Final = (
    r"(?i)(?:according to|as (?:first )?reported by|reported by|via|source\s?:|originally (?:published|appeared) (?:in|on)|writes"
    r"|selon|d['’]après|rapporte|source\s?:|paru dans|publié par|\bvia\b|据|來源|来源|转自|轉自|转载自|摘自|稿源|报道|報道)"
)


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


def credit(text: str, field: str | None, parent: list[str]) -> Credit | None:
    """The credit of a piece whose story comes from somebody of the names `parent`; None where it names no source."""
    if field and field.strip():
        return Credit(field.strip(), _phrase(text, field.strip()) or field.strip())
    edges = text if len(text) <= 2 * _EDGE else f"{text[:_EDGE]}\n{text[-_EDGE:]}"
    folded = edges.casefold()
    for name in sorted(parent, key=lambda one: (-len(one), one)):
        at = folded.find(name.casefold())
        if at >= 0 and re.search(_SAYS, edges[max(0, at - 40) : at + len(name) + 20]):
            return Credit(name, _phrase(edges, name) or name)
    return None


def _phrase(text: str, name: str) -> str | None:
    """The name with a few words around it, as the text has it."""
    at = text.casefold().find(name.casefold())
    return None if at < 0 else " ".join(text[max(0, at - 20) : at + len(name) + 10].split())
