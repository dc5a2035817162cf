"""What one receiver may read of findings and texts: its own platform's subjects; all other people are covered.

Subjects elsewhere are members, targets and authors of the findings, with ids, handles and addresses, and any account,
page or post of the case that a text names. Bystanders are people of the receiver's own platform that the pack is not about.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any, Final

import polars as pl

from records.finding import Finding, Json, from_json
from records.masking import Mask, folded
from records.store import Records, query
from referrals.addresses import links_covered
from referrals.base import AUTHORITY
from referrals.choose import Choice

ELSEWHERE: Final = "[redacted]"
BYSTANDER: Final = "[bystander]"
_MENTION: Final = re.compile(r"(?<![\w@＠.])([@＠])([\w][\w.\-]*)")
_TOKEN: Final = re.compile(r"[^\s,;\"'()<>\[\]{}，。；：（）]+")
_PART: Final = re.compile(r"[\w.\-]+")
_INSIDE: Final = ("evidence", "alternatives", "tests", "comparison", "parameters")
_ACCOUNT_KEYS: Final = ("id", "account_id", "author_id")
# A word of this length may be looked up as a handle; with an @, a digit or an underscore it is one rather than a word.
_HANDLE: Final = 4

# Authors by their posts, because exports without account rows still have authors.
_PEOPLE: Final = """
    CREATE OR REPLACE TEMP TABLE _people AS
    SELECT platform, id FROM _subjects
    UNION SELECT p.platform, p.author_id FROM posts p JOIN _evidence e ON p.platform = e.platform AND p.post_id = e.id
    UNION SELECT platform, author_id FROM posts WHERE author_id IN (SELECT word FROM _tokens)
    UNION SELECT platform, account_id FROM accounts
        WHERE account_id IN (SELECT word FROM _tokens) OR lower(ltrim(handle, '@')) IN (SELECT word FROM _handles)
    UNION SELECT platform, page_id FROM pages
        WHERE page_id IN (SELECT word FROM _tokens) OR lower(ltrim(handle, '@')) IN (SELECT word FROM _handles)
"""
_IDENTIFIERS: Final = """
    SELECT platform, id, NULL AS name, NULL AS url FROM _people
    UNION SELECT platform, account_id, handle, profile_url FROM accounts
        SEMI JOIN _people ON _people.platform = accounts.platform AND id = account_id
    UNION SELECT platform, account_id, handle, NULL FROM account_history
        SEMI JOIN _people ON _people.platform = account_history.platform AND id = account_id
    UNION SELECT platform, page_id, handle, NULL FROM pages
        SEMI JOIN _people ON _people.platform = pages.platform AND id = page_id
    UNION SELECT platform, page_id, name, NULL FROM pages
        SEMI JOIN _people ON _people.platform = pages.platform AND id = page_id
    UNION SELECT 'web', outlet_id, domain, NULL FROM outlets
        SEMI JOIN _people ON _people.platform = 'web' AND id = outlet_id
    UNION SELECT p.platform, p.author_id, NULL, p.url FROM posts p
        JOIN _evidence e ON p.platform = e.platform AND p.post_id = e.id
    ORDER BY ALL
"""


class Redaction:
    """Covers texts and findings for one receiver, and counts what it covers."""

    def __init__(
        self, records: Records, platform: str, choice: Choice, own: set[str], posts: set[str], texts: Iterable[str]
    ):
        """`own`: uids of accounts the pack may name; `posts`: uids of its posts; `texts`: every free text it will hold."""
        self.platform, self.own, self.posts = platform, own, posts
        self.all = platform == AUTHORITY
        self.changed = self.words = 0
        findings = [one.finding for one in choice.findings]
        subjects = {one for finding in findings for one in _subjects(finding)}
        quoted = (getattr(finding, field) for finding in findings for field in (*_INSIDE, "targets"))
        tokens = _tokens([*texts, *_strings(list(quoted))])
        rows = _identifiers(records, subjects, tokens, findings)
        keep, hide = self._sorted(rows, findings)
        self.handles = {folded(word) for word in keep}
        self.mask = Mask(hide, keep)

    def _sorted(self, rows: list[Json], findings: list[Finding]) -> tuple[set[str], dict[str, str]]:
        """Identifiers that stay and identifiers that are covered, from {platform, id, name, url} rows."""
        keep: set[str] = set()
        hide: dict[str, str] = {}
        for row in rows:
            uid = f"{row['platform']}:{row['id']}"
            words = [word for word in (row["id"], row["name"], uid, *_address(row["url"])) if word]
            if uid in self.own:
                keep.update(words)
            elif row["platform"] == self.platform or self.all:
                hide.update(dict.fromkeys(words, BYSTANDER))
            else:
                hide.update(dict.fromkeys(words, ELSEWHERE))
        for finding in findings:
            for post in finding.posts:
                uid = f"{post['platform']}:{post['post_id']}"
                if uid in self.posts:
                    keep.add(str(post["post_id"]))
                else:
                    hide.update(dict.fromkeys((uid, str(post["post_id"])), ELSEWHERE))
        return keep, hide

    def texts(self, texts: list[str]) -> list[str]:
        """Every text with all others covered, in the order given."""
        if not texts:
            return []
        plain = texts if self.all else [links_covered(text, self.platform, ELSEWHERE) for text in texts]
        covered = [
            _MENTION.sub(self._mention, text) if "@" in text or "＠" in text else text
            for text in self.mask.texts(plain)
        ]
        for before, after in zip(texts, covered, strict=True):
            if before != after:
                self.changed += 1
                self.words += sum(after.count(word) - before.count(word) for word in (ELSEWHERE, BYSTANDER))
        return covered

    def text(self, text: str) -> str:
        return self.texts([text])[0]

    def _mention(self, found: re.Match[str]) -> str:
        name = found[2].rstrip(".-")
        if folded(name) in self.handles or f"[{name}" in (ELSEWHERE[:-1], BYSTANDER[:-1]):
            return found[0]
        return f"{found[1]}{BYSTANDER}{found[2][len(name) :]}"

    def finding(self, finding: Finding, actions: dict[str, str]) -> Finding:
        """The finding as this receiver may read it; `actions` are those the rules allow, by uid."""
        document = {field.name: getattr(finding, field.name) for field in fields(finding)}
        document["members"] = [
            {**member, "action": actions[f"{member['platform']}:{member['id']}"]}
            for member in finding.members
            if f"{member['platform']}:{member['id']}" in actions
        ]
        document["posts"] = [p for p in finding.posts if f"{p['platform']}:{p['post_id']}" in self.posts]
        document["targets"] = [t for t in finding.targets if f"{t['platform']}:{t['account_id']}" in self.own]
        inside = {field: self._own(document[field]) for field in _INSIDE}
        strings = sorted({*_strings(inside), *_strings(document["targets"])})
        known = dict(zip(strings, self.texts(strings), strict=True))
        document.update(_replaced(inside, known), targets=_replaced(document["targets"], known))
        return from_json(document)

    def _own(self, node: Any) -> Any:
        """`node` without objects that name other people or posts."""
        if isinstance(node, dict):
            return {key: self._own(item) for key, item in node.items() if self._may(item)}
        if isinstance(node, list):
            return [self._own(item) for item in node if self._may(item)]
        return node

    def _may(self, node: Any) -> bool:
        if not isinstance(node, dict) or "platform" not in node:
            return True
        platform = str(node["platform"])
        if not self.all and platform != self.platform:
            return False
        if node.get("post_id") is not None and f"{platform}:{node['post_id']}" not in self.posts:
            return False
        ids = [node[key] for key in _ACCOUNT_KEYS if node.get(key) is not None]
        return all(f"{platform}:{one}" in self.own for one in ids)


def _subjects(finding: Finding) -> Iterator[tuple[str, str]]:
    """(platform, id) of everybody a finding names."""
    yield from ((member["platform"], str(member["id"])) for member in finding.members)
    yield from ((target["platform"], str(target["account_id"])) for target in finding.targets)
    for node in _objects(finding.evidence):
        if "platform" in node:
            yield from ((str(node["platform"]), str(node[key])) for key in _ACCOUNT_KEYS if node.get(key) is not None)


def _identifiers(
    records: Records, subjects: set[tuple[str, str]], tokens: set[str], findings: list[Finding]
) -> list[Json]:
    """{platform, id, name, url} of the subjects, of the authors of the findings' posts, and of whom the tokens name."""
    handles = {t.lower().lstrip("@") for t in tokens if len(t) >= _HANDLE and not (t.isalpha() and t.isascii())}
    evidence = {(post["platform"], str(post["post_id"])) for finding in findings for post in finding.posts}
    frames = {
        "_subjects": pl.DataFrame(sorted(subjects), schema=["platform", "id"], orient="row"),
        "_evidence": pl.DataFrame(sorted(evidence), schema=["platform", "id"], orient="row"),
        "_tokens": pl.DataFrame({"word": sorted(tokens)}),
        "_handles": pl.DataFrame({"word": sorted(handles)}),
    }
    for name, frame in frames.items():
        records.register(name, frame.cast(pl.String).to_arrow())
    try:
        records.execute(_PEOPLE)
        return query(records, _IDENTIFIERS).to_dicts()
    finally:
        for name in frames:
            records.unregister(name)


def _address(url: str | None) -> list[str]:
    """An address without its scheme, as texts quote it."""
    return [re.sub(r"^https?://(?:www\.)?", "", url).rstrip("/")] if url else []


def _tokens(texts: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for text in texts:
        for token in _TOKEN.findall(text):
            found.add(token)
            found.update(_PART.findall(token))
    return found


def _objects(node: Any) -> Iterator[Json]:
    if isinstance(node, dict):
        yield node
    if isinstance(node, dict | list):
        for item in node.values() if isinstance(node, dict) else node:
            yield from _objects(item)


def _strings(node: Any) -> Iterator[str]:
    """Every text in a document, keys too."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict):
        yield from node
        for item in node.values():
            yield from _strings(item)
    elif isinstance(node, list):
        for item in node:
            yield from _strings(item)


def _replaced(node: Any, known: dict[str, str]) -> Any:
    """`node` with every text as `known` has it."""
    if isinstance(node, dict):
        # A key that names somebody goes with what stands under it.
        return {key: _replaced(item, known) for key, item in node.items() if known[key] == key}
    if isinstance(node, list):
        return [_replaced(item, known) for item in node]
    return known[node] if isinstance(node, str) else node
