"""Benign reasons for the same text under many names, recognised by what shows them: in English, French and Chinese.

A trap explains only where most of the finding's posts show it, and it makes the finding `open` only where the
coordination is declared: a template or release that its publisher put out, an owner in the register, a membership in
most profiles. What is merely possible stays an alternative of the finding.
"""

from dataclasses import dataclass
from typing import Final

import polars as pl

from detectors.texts.text import normal_frame
from detectors.verdict import trap
from records.finding import Json
from records.store import Records, query

_MOST: Final = 0.8  # of the posts, or of the members whose profile is known: what explains must explain nearly all
_HALF: Final = 0.5
_RARE: Final = 0.05  # of all other profiles may have the word that shows a membership: "music" shows none
_FEWEST: Final = 4  # profiles from which a common membership can be read

# Letters and petitions: to whom they speak and what they ask, or that they are there to be sent.
_LETTER: Final = "|".join((
    r"(?i)\bdear (?:representative|senator|minister|councill?or|mayor|member|mp|sir|madam|mr|ms|editor)\b",
    r"\bi ask you to vote\b|\bas (?:a|your) (?:resident|constituent)\b|\bsign (?:the|this|our) petition\b",
    r"\bcopy(?: and|,) paste\b|\bsend this (?:letter|e-?mail|message)\b",
    r"\bwrite to your (?:mp|member|representative|senator|council)",
    r"\b(?:madame|monsieur),? (?:madame|monsieur|le|la)\b|\bje vous demande de voter\b",
    r"\bsignez (?:la|cette|notre) pétition\b|\bcopie[rz][ -](?:et )?colle[rz]\b",
    r"\benvoyez (?:cette lettre|ce (?:courrier|message))\b|\bécrivez à votre (?:député|élu|maire)",
    r"尊敬的(?:代表|议员|部长|市长)|我请您投票|请(?:签署|联署)|請(?:簽署|聯署)|复制(?:并|后)?(?:粘贴|转发)|致信您的(?:代表|议员)",
))  # fmt: skip
_PETITION_SITE: Final = "|".join((
    r"(?i)change\.org|avaaz\.org|38degrees|mesopinions|openpetition|actionnetwork|ipetitions|petition",
    r"letters?\.|/lettres?/|请愿|联署",
))  # fmt: skip
_RELEASE: Final = "|".join((
    r"(?i)\bpress release\b|\bfor immediate release\b|^\W*communiqué(?: de press[e])?\b|\bcontacts? press[e]\b",
    r"\bcontact: ?press@|\bpress contact\b|(?:新闻稿|新聞稿|通稿)\s*[:：]|-\s?30\s?-\s*$|\n#{3}\s*$|联系[:：]\s?press@",
))  # fmt: skip
_AGENCIES: Final = "|".join((
    r"(?i)[(（\[]\s*(?:afp|reuters|ap|dpa|efe|ansa|upi|xinhua|kyodo|tass|тасс|риа новости|интерфакс|新华社|新華社|中新社"
    r"|法新社|路透社|美联社)\s*[电電]?[)）\]]",
    r"(?:新华社|新華社|中新社|法新社|路透社)[^。]{0,12}[电電]",
))  # fmt: skip
_PLATFORM_CLIENTS: Final = "|".join((
    r"(?i)^(?:twitter|x|tweetdeck|facebook|instagram|telegram|微博|weibo|web|mobile)\b",
    r"\b(?:iphone|ipad|android|web app|web client)\b",
))  # fmt: skip
_SCHEDULERS: Final = r"(?i)buffer|hootsuite|socialflow|dlvr\.?it|ifttt|sprout|sprinklr|zapier|later\b|皮皮时光机|定时"
_BUTTON: Final = r"(?i)\bvia @?\p{L}|\bpar @\p{L}|来自|分享自|來自"
_TOOL_SAYS: Final = "|".join((
    r"(?i)^\W*(?:i(?:['’]ve)? (?:have )?just |je viens (?:de |d['’])|j['’]ai (?:activé|rejoint|obtenu) ",
    r"我(?:刚刚?|正在)(?:用|在|通过))",
))  # fmt: skip
_FANS: Final = r"(?i)\bfans?\b|\bstan\b|fan ?club|supporter|粉丝|粉絲|后援会|後援會"
_STAFF: Final = "|".join((
    r"(?i)\bstaff|\bofficer\b|\bvolunteer|\bmembers? of\b|\bcouncill?or\b|\b(?:mp|mep|mpp)\b|\bspokes|\bunion\b",
    r"\bcampaign|\borgani[sz]|\breporter\b|\bjournalist|\beditor\b|\bworks? (?:for|at)\b|\bteam\b|\bparty\b",
    r"\bassistante?\b|\bmilitant|\badhérent|\bsyndi|\bélue?\b|\bporte-parole|\bbénévole|\battachée?\b|\bpermanent",
    r"\bparti\b|工作人员|党员|黨員|志愿者|志願者|记者|記者|编辑|编輯|工会|工會|发言人|發言人|党部|办公室",
))  # fmt: skip


SPEAKS: Final = """
    SELECT platform || ':' || page_id AS account, outlet_id AS outlet FROM pages WHERE outlet_id <> ''
    UNION
    SELECT DISTINCT platform || ':' || author_id AS account, author_id AS outlet FROM posts WHERE author_kind = 'outlet'
"""
"""SQL: the accounts that speak for an outlet: `account` (uid), `outlet`."""


@dataclass(frozen=True, slots=True)
class Context:
    """What the records say beside the posts of a finding."""

    profiles: pl.DataFrame
    """`account`, `description` of every account that has one."""
    published: pl.DataFrame
    """Texts of pages, outlets and articles that read like a template or a release: `post`, `normal`, `said`."""
    owners: pl.DataFrame
    """`account`, `owner`: outlets by their owner's id."""
    agencies: frozenset[str]
    """Accounts of outlets that are agencies: what they write is written to be printed."""


def context(records: Records) -> Context:
    """Profiles, published templates and owners in `records`."""
    profiles = query(
        records,
        "SELECT platform || ':' || account_id AS account, description FROM accounts WHERE trim(coalesce(description, '')) <> ''",
    )
    published = query(
        records,
        "SELECT platform || ':' || post_id AS post, concat_ws(' ', title, text, array_to_string(urls, ' ')) AS said FROM posts"
        " WHERE author_kind IN ('page', 'outlet') OR content_type = 'article' ORDER BY 1",
    )
    published = published.filter(pl.col("said").str.contains(f"{_LETTER}|{_RELEASE}|{_PETITION_SITE}"))
    published = published.with_columns(normal_frame(published["said"])["normal"])
    owners = query(
        records,
        "WITH speaks AS (SELECT platform || ':' || page_id AS account, outlet_id AS subject FROM pages"
        " UNION SELECT platform || ':' || author_id AS account, author_id AS subject FROM posts)"
        " SELECT DISTINCT account, object_id AS owner FROM speaks JOIN ownership ON subject_id = subject"
        " WHERE relation = 'owned_by' ORDER BY 1, 2",
    )
    agencies = query(
        records,
        f"SELECT DISTINCT account FROM ({SPEAKS}) JOIN outlets ON outlet_id = outlet WHERE kind = 'wire' ORDER BY 1",
    )
    return Context(profiles, published, owners, frozenset(agencies["account"].to_list()))


def recognise(rows: pl.DataFrame, known: Context) -> list[Json]:
    """The traps the posts of a finding show, as `Finding.tests["traps"]` holds them.

    `rows` as detectors.texts.families.Families.posts: `text`, `client`, `address`, `author_kind`, `credited_to`, `created_at`,
    `precision`, `account`, `platform`, `post_id`, `is_repost`, `surface`.
    """
    own = rows.filter(~pl.col("is_repost"))
    if not own.height:
        return []
    found = (
        _letter(own, known), _release(own), _wire(own), _app(own), _button(own), _scheduler(own),
        _owner(own, known), _membership(own, known),
    )  # fmt: skip
    return [one for one in found if one is not None]


def _share(rows: pl.DataFrame, condition: pl.Expr) -> float:
    return float(rows.select(condition.fill_null(False).cast(pl.Float64).mean()).item())


def _source(rows: pl.DataFrame, known: Context) -> str | None:
    """The page, outlet or article that published what the posts say, where one was loaded."""
    # Without greetings by name, the common part is in the middle; the shortest text is nearest to the template.
    normal = normal_frame(rows["text"].unique().sort())["normal"]
    shortest = min((one for one in normal.to_list() if one), key=lambda text: (len(text), text), default="")
    if not shortest:
        return None
    holding = known.published.filter(
        pl.col("normal").str.contains(shortest, literal=True)
        | ((pl.col("normal").str.len_chars() >= 60) & pl.lit(shortest).str.contains(pl.col("normal"), literal=True))
    )
    return None if holding.is_empty() else str(holding["post"][0])


def _letter(rows: pl.DataFrame, known: Context) -> Json | None:
    asking = _share(rows, pl.col("text").str.contains(_LETTER))
    to_site = _share(rows, pl.col("address").str.contains(_PETITION_SITE))
    source = _source(rows, known) if max(asking, to_site) >= _HALF else None
    if max(asking, to_site) < _MOST:
        return None
    # Asking alone could be a chorus made to look like citizens; a petition's page or a loaded template shows the call.
    declared = source is not None
    if not declared and to_site < _MOST:
        return None
    return trap(
        "template_letter", explains=True, open=declared, asking=asking, to_petition_site=to_site, template=source
    )


def released(rows: pl.DataFrame) -> bool:
    """Whether all of `rows` carry the marks of a press release."""
    return _share(rows, pl.col("text").str.contains(_RELEASE)) == 1


def _release(rows: pl.DataFrame) -> Json | None:
    marked = _share(rows, pl.col("text").str.contains(_RELEASE))
    if marked < _MOST:
        return None
    first = rows.sort("created_at", "post").row(0, named=True)
    declared = first["author_kind"] == "page"
    return trap("press_release", explains=True, open=declared, marked=marked, issued_by_page=declared)


def _wire(rows: pl.DataFrame) -> Json | None:
    """Outlets that print an agency's text with its mark, or name the same source."""
    outlets = _share(rows, (pl.col("author_kind") == "outlet") | (pl.col("author_kind") == "page"))
    marked = _share(rows, pl.col("text").str.contains(_AGENCIES))
    named = rows.filter(pl.col("credited_to").is_not_null())
    same = 0.0
    if named.height:
        sources = named.group_by("credited_to").agg(pl.col("account").n_unique().alias("by")).sort("by", "credited_to")
        most = str(sources["credited_to"][-1])
        # The source's own post names nobody.
        same = named.filter(credited_to=most).height / max(rows.height - rows["family"].n_unique(), 1)
    if outlets < _MOST or max(marked, min(same, 1.0)) < _HALF:
        return None
    return trap("wire", explains=True, outlets=outlets, marked=marked, same_source=round(min(same, 1.0), 4))


def _app(rows: pl.DataFrame) -> Json | None:
    """An app's sentence filled in with each user's figures: its client, or its own site with a page a post."""
    figures = pl.col("text").str.replace_all(r"(?i)https?:\S*|[@#]\S+", " ").str.extract_all(r"\d+").list.join(" ")
    filled = rows.with_columns(figures.alias("figures"))
    with_figures = _share(filled, pl.col("figures") != "")
    different = filled["figures"].n_unique() / filled.height
    clients = rows.filter((pl.col("client") != "") & ~pl.col("client").str.contains(_PLATFORM_CLIENTS))
    clients = clients.filter(~pl.col("client").str.contains(_SCHEDULERS))
    one_client = clients["client"].value_counts()["count"].to_list()
    client = max(one_client, default=0) / rows.height
    site = rows.with_columns(pl.col("address").str.extract(r"^https?://([^/]+)").alias("site")).drop_nulls("site")
    one_site = site.group_by("site").agg(pl.len(), pl.col("address").n_unique().alias("pages")).sort("len", "site")
    pages = one_site.row(-1, named=True) if one_site.height else {"len": 0, "pages": 0}
    own_pages = pages["len"] >= _MOST * rows.height and pages["pages"] >= _HALF * pages["len"]
    filled_in = with_figures >= _MOST and different >= 0.2 and (client >= _MOST or own_pages)
    # Or it speaks for the user and names itself, to the letter the same each time, with its link.
    itself = _share(rows, pl.col("text").str.contains(_TOOL_SAYS) & pl.col("address").is_not_null())
    named = rows.select(pl.col("text").str.extract(r"@[\p{L}\p{N}_]+", 0).alias("name")).drop_nulls()
    advertises = itself >= _MOST and named.height >= _MOST * rows.height and named["name"].n_unique() == 1
    if not filled_in and not (advertises and rows["surface"].n_unique() == 1):
        return None
    return trap("app_post", explains=True, same_client=client, with_figures=with_figures, page_each=bool(own_pages),
                speaks_for_user=itself)  # fmt: skip


def _button(rows: pl.DataFrame) -> Json | None:
    """A site's button: the link, and the site named as it names itself."""
    pressed = _share(rows, pl.col("text").str.contains(_BUTTON) & pl.col("address").is_not_null())
    quoted = _share(rows, pl.col("text").str.contains(r"[“\"«《「‘].{8,}[”\"»》」’]"))
    if min(pressed, quoted) < _MOST:
        return None
    return trap("app_post", explains=True, share_button=pressed)


def _scheduler(rows: pl.DataFrame) -> Json | None:
    """Feeds that a tool fills: it explains the minute, and the words only where outlets or pages post them."""
    by_tool = _share(rows, pl.col("client").str.contains(_SCHEDULERS))
    timed = rows.filter(precision="second")
    sharp = _share(timed, pl.col("created_at").dt.second() == 0) if timed.height >= _FEWEST else 0.0
    feeds = _share(rows, pl.col("author_kind").is_in(["outlet", "page"]))
    if max(by_tool, sharp) < _MOST or feeds < _MOST:
        return None
    return trap("scheduler", explains=True, scheduling_clients=by_tool, on_the_full_minute=sharp)


def _owner(rows: pl.DataFrame, known: Context) -> Json | None:
    members = rows.select("account").unique()
    owned = members.join(known.owners, on="account").group_by("owner").len().sort(["len", "owner"])
    if not owned.height or owned["len"][-1] < _MOST * members.height:
        return None
    return trap("same_owner", explains=True, open=True, owner=owned["owner"][-1], members=int(owned["len"][-1]))


def _membership(rows: pl.DataFrame, known: Context) -> Json | None:
    """A club, party, union or newsroom that most profiles name, and hardly anybody else's."""
    members = rows.select("account").unique()
    theirs = known.profiles.join(members, on="account", how="semi")
    if theirs.height < max(_FEWEST, _HALF * members.height):
        return None
    others = known.profiles.join(members, on="account", how="anti")
    word = r"(?i)\p{Han}{2,}|\p{L}[\p{L}\p{M}'’-]{3,}"

    def words(frame: pl.DataFrame) -> pl.DataFrame:
        listed = frame.select("account", pl.col("description").str.to_lowercase().str.extract_all(word).alias("word"))
        listed = listed.explode("word", empty_as_null=False, keep_nulls=False).unique()
        return listed.group_by("word").len("by")

    shared = words(theirs).filter(pl.col("by") >= _MOST * theirs.height)
    common = shared.join(words(others), on="word", how="left", suffix="_2").with_columns(pl.col("by_2").fill_null(0))
    telling = common.filter(pl.col("by_2") <= _RARE * max(others.height, 1)).sort(
        ["by", "word"], descending=[True, False]
    )
    for code, pattern in (("fan_club", _FANS), ("staff", _STAFF)):
        declared = _share(theirs, pl.col("description").str.contains(pattern))
        if telling.height and declared >= _MOST:
            return trap(code, explains=False, open=True, declared=declared, word=str(telling["word"][0]))
    return None
