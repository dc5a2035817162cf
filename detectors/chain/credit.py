"""Whether a piece says whose story it is: what the export names, or a name or a label at the edges of its text."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from detectors.texts.text import simplified_text
from records.store import Records, query
from records.urls import canonical

# Credits to agencies, and to those whose piece is not known, stand near the beginning or the end; in between an article
# talks about others. Who is known to have told the story before is named wherever the name stands.
_EDGE: Final = 300
_LEAST: Final = 3  # letters of a name, or two characters of Chinese: fewer stand in any text
# Words by which a text hands its story on to somebody it names, in the same sentence; folded as `fold` does.
_SAYS: Final = "|".join((
    r"according to|©|\b(?:report|reveal|disclos|expos|(?:re)?publi(?:sh|cation|ee?s?\b|er\b)"
    r"|investigat|exclusive|obtain|uncover|reprint|learn[ts]?\b|learned)",
    r"\b(?:via|sources?|originally|first (?:ran|appeared)|wr(?:ites?|ote|itten)|sa(?:id|ys)|broke|scoop|story|article"
    r"|credits?|courtesy|permission|copyright|h/t|cit(?:es|ed|ing)|quot(?:es|ed|ing)|has found)\b",
    r"\bselon\b|d['’]apres|\b(?:rapport|revel|repris|indiqu|ecri[tv]|affirm|relat|racont|annonc|devoil|relay|enquet)",
    r"\b(?:paru|lu dans|lire dans|colonnes|citant|cite|confreres?|information|explique|precise)\b",
    r"(?<![数证收票依占])据|来源|来自|转自|转载|摘自|摘编|稿源|原载|首发|报道|报导|综合|讯|消息|披露|指出|刊文|刊发|刊登|发文|爆料|独家|调查|获悉",
    r"写道|援引|引述|引用|出处|发布|称|透露",
))  # fmt: skip
_BEFORE, _AFTER = 40, 30
_SENTENCE: Final = re.compile(r"[.!?。！？\n]")
# Who was asked and said nothing is no source.
_REFUSES: Final = re.compile(
    r"\b(?:declin|refus|did not|didn['’]t|n['’]a(?:vait)? pas|n['’]ont pas|no comment)|拒绝|没有回应|未回应|不予置评|未予"
)
# Whose pictures or figures they are says nothing of the words.
_PICTURE: Final = re.compile(
    r"(?:^|[\n.(\[|。])\s*(?:credits? )?(?:photos?|images?|pictures?|videos?|illustrations?|infographi\w*|graphics?|maps?"
    r"|cartes?|cartographie|图片?|摄影|照片|封面|视频|音频|数据)\s*(?:credits?|by|via|from|courtesy|来源|源|[:/©|丨])[^\n。]{0,30}$"
)
# A line of the text that holds a name and so little else signs it; a Chinese character says what a few letters do.
_SIGNED, _SIGNED_UNSPACED = 24, 8
# A label says that a source follows, whoever it is. 据 ... 报道 does so where a name stands between, at the edges.
_NAME: Final = r"[^\s,;!?，。；、|<>（）()【】\[\]《》:：\"“”]"
_LABELS: Final = (
    r"(?<![一-鿿])(?:新闻|文章|消息|内容|信息|本文|图文|素材|稿件|原文)?来源(?:于|自|\s*[:|丨]|\s)\s*[《「“]?("
    + _NAME
    + r"{2,20})",
    r"(?:稿源|转自|转载自|摘自|摘编自|原载|首发于|出处)\s*:?\s*[《「“]?(" + _NAME + r"{2,20})",
    r"(?m)(?:^|[.!?。])[\s(*\[]*(?:sources?|via|h/t)\s?:\s*([^\W\d_][^\n|<>()]{1,38}?)[\s.,;:|)\]]*$",
    r"(?:reprinted|republished) from ([^\W\d_][^\n|<>().,;:]{1,38})",
    r"(?:originally|first) (?:published|appeared|reported) (?:in|on|by) ([^\W\d_][^\n|<>().,;:]{1,38})",
    r"(?:repris de|paru initialement dans|publie initialement (?:par|dans)) ([^\W\d_][^\n|<>().,;:]{1,38})",
    r"\b(?:via|h/t) (@[\w.-]{2,30})",
    r"[(（\[【]\s*(afp|reuters|ap|xinhua|新华社|中新社|法新社|路透社|美联社)\s*电?[)）\]】]",
)
_EDGE_LABELS: Final = (
    r"(?:据|综合)\s*[《「“](" + _NAME + r"{2,20})[》」”]",
    r"(?:据|综合)(" + _NAME + r"{2,15}?)(?:等媒体)?(?:的)?(?:报道|报导|电讯|消息称)",
)
# Sources that nobody could look up: a crowd, a platform where anybody writes, oneself.
_NOBODY: Final = re.compile(
    r"(?:悉|了解|介绍|统计|当地|海外|国外|有关|多家|相关|外|港|台|多方|于|自|网络|互联网|网上|网友|本站|本网|本号|自媒体|社交|平台|综合|整理"
    r"|朋友圈|微信|微博|抖音|快手|小红书|视频号|公众号|头条|百度|知乎|现场|目击者?|知情人士?|公开|资料)*(?:媒体?|悉|了解|介绍|统计|报|消息)?"
    r"|(?:the )?(?:internet|web|social media|media reports|(?:(?:our )?own|various|multiple|several)\b.*|staff|agencies)"
    r"|facebook|instagram|tiktok|twitter|youtube|whatsapp|telegram|wechat|weibo|reddit"
    r"|(?:les )?(?:reseaux sociaux|agences|divers|archives?\b.*|redaction)"
)
_AGENCIES: Final = (
    "Agence France-Presse", "AFP", "Reuters", "Associated Press", "La Presse canadienne", "The Canadian Press", "Xinhua",
    "新华社", "中新社", "法新社", "路透社", "美联社",
)  # fmt: skip
_ARTICLE: Final = re.compile(r"^(?:the|le|la|les|l['’])\s*(?=\w{4})", re.IGNORECASE)
# A site, an address of a page or a handle with its sign: nobody writes these but to name whose they are.
_ADDRESS: Final = re.compile(r"@\S+|[^\s/]+\.[^\s/]{2,}(?:/\S*)?")

_SCHEME: Final = re.compile(r"^https?://(?:www\.)?")


@dataclass(frozen=True, slots=True)
class Credit:
    """What gives a credit."""

    names: str
    phrase: str


def names(records: Records) -> dict[str, list[str]]:
    """Account uid to the names a credit may use for it: display name, handle with its sign, outlet, site."""
    rows = query(
        records,
        """
        WITH speaks AS (
            SELECT platform || ':' || page_id AS account, outlet_id, name FROM pages
            UNION ALL
            SELECT DISTINCT platform || ':' || author_id, author_id, NULL FROM posts WHERE author_kind = 'outlet'
        ), said AS (
            SELECT platform || ':' || account_id AS account, display_name AS name FROM accounts
            UNION ALL SELECT platform || ':' || account_id, '@' || handle FROM accounts
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


def spoken_of(rows: pl.DataFrame, known_as: Mapping[str, list[str]]) -> list[str]:
    """The names of the authors of `rows` as they stand in sentences: without an article, the longest first."""
    said = {_ARTICLE.sub("", name) for account in rows["account"].unique() for name in known_as.get(account, [])}
    return sorted(said, key=lambda name: (-len(name), name))


def linking(rows: pl.DataFrame) -> tuple[list[str], list[list[str]]]:
    """For each piece of `rows` what it links to, one address a line, and the address by which others link to it."""
    linked, address = [], []
    for links, url in rows.select("links", "url").rows():
        linked.append("\n".join(canonical(link) for link in (links or "").split()))
        page = _SCHEME.sub("", canonical(url or ""))
        address.append([page] if _ADDRESS.fullmatch(page) else [])
    return linked, address


def credit(
    text: str, field: str | None, sources: Sequence[str], copier: Sequence[str] = (), links: str = ""
) -> Credit | None:
    """The credit of a piece by somebody of the names `copier`, whose story comes from or through somebody of the names
    and addresses `sources`, which may stand in its text or in what it `links` to; None where it names no source. To name
    oneself is no credit.

    >>> credit("According to Maple Bay Morning, the ferry stops.", None, ["The Maple Bay Morning"])
    Credit(names='The Maple Bay Morning', phrase='According to Maple Bay Morning, the ferr')
    """
    own = {_plain(name) for name in copier}
    if field and field.strip() and _plain(field) not in own and not _NOBODY.fullmatch(fold(field.strip())):
        at = fold(text).find(fold(field.strip()))
        return Credit(field.strip(), _phrase(text, at, len(field.strip())) or field.strip())
    edges = _edges(text)
    known = sorted(sources, key=lambda one: (-len(one), one))
    for said, given in ((f"{text}\n{links}", known), (edges, _AGENCIES)):
        folded = fold(said)
        for name in given:
            if _plain(name) not in own and (span := _said(said, folded, name)):
                return Credit(name, _phrase(said, span[0], span[1] - span[0]))
    for said, labels in ((text, _LABELS), (edges, _EDGE_LABELS)):
        folded = fold(said)
        for label in labels:
            for found in re.finditer(label, folded):
                at, end = found.span(1)
                who = found[1].strip()
                if who not in own and not _NOBODY.fullmatch(who) and not _PICTURE.search(folded[:at]):
                    return Credit(said[at:end].strip(), _phrase(said, at, end - at))
    return None


def credits(text: str, field: str | None, source: Sequence[str], links: str = "") -> bool:
    """Whether a piece names just this source: one of its names `source`."""
    if field and _plain(field) in {_plain(name) for name in source}:
        return True
    said = f"{text}\n{links}"
    folded = fold(said)
    return any(_said(said, folded, name) for name in source)


def _said(text: str, folded: str, name: str) -> tuple[int, int] | None:
    """Where a text, also given folded, names somebody as its source."""
    plain = _plain(name)
    # A part of a longer word is no name; scripts without spaces have no such bounds.
    left, right = (r"(?<!\w)" if plain[0].isascii() else "", r"(?!\w)" if plain[-1].isascii() else "")
    before, after, signed = (
        (_BEFORE, _AFTER, _SIGNED) if plain.isascii() else (_BEFORE // 3, _AFTER // 3, _SIGNED_UNSPACED)
    )
    for found in re.finditer(left + re.escape(plain) + right, folded):
        at, end = found.span()
        if _ADDRESS.fullmatch(plain):
            return at, end
        # "Le Monde" is a paper, "le monde" is not.
        if plain.isalpha() and name[-len(plain)].isupper() and not text[at].isupper():
            continue
        begins = _SENTENCE.split(folded[max(0, at - before) : at])[-1]
        ends = _SENTENCE.split(folded[end : end + after], maxsplit=1)[0]
        if _PICTURE.search(folded[:at]) or _REFUSES.search(ends):
            continue
        line = folded[folded.rfind("\n", 0, at) + 1 : at], folded[end:].split("\n", 1)[0]
        alone = len("".join(line).strip()) <= signed and len(folded) > 2 * len(plain) + sum(map(len, line))
        opens = re.search(r"[(\[【]\s*$", line[0]) or (not line[0].strip() and re.match(r"\s?[:|—–-]", line[1]))
        if alone or opens or re.search(_SAYS, f"{begins} {ends}"):
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
