"""One spelling for one address: canonical URLs and registrable domains, so that two shares of a page are seen as one.

Nothing here asks the network: domains come from the public suffix list bundled with tldextract. Nothing here raises:
what does not read as a web address is handed back as it stands.
"""

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

import polars as pl

if TYPE_CHECKING:
    from tldextract import TLDExtract

# Longer "addresses" are cells that went wrong; they are handed back rather than taken apart.
MAX_LENGTH: Final = 16_384


def _set(names: str) -> frozenset[str]:
    return frozenset(names.split())


_WEB: Final = re.compile(r"(https?)://([^/?#\\\s]+)([^?#]*)(\?[^#]*)?(#.*)?", re.IGNORECASE | re.DOTALL)
_HOST: Final = re.compile(r"^(?:[A-Za-z][A-Za-z0-9+.-]*:)?//(?:[^/?#@]*@)?([^/?#:\\\s\[\]]+)")
_BARE_HOST: Final = re.compile(r"^[^\s/?#:@\[\]\\]+\.[^\s/?#:@\[\]\\]+$")
_NAMED: Final = re.compile(r"^(?:[^.]+\.)+[^.\d][^.]+$")
_ESCAPE: Final = re.compile(r"%[0-9a-fA-F]{2}")
_DEFAULT_PORT: Final = {"http": ":80", "https": ":443"}

# Parameters that say how a reader came to the page, never which page it is; each vendor documents its own.
_TRACKING: Final = _set(
    "fbclid gclid dclid gclsrc gbraid wbraid msclkid yclid ysclid twclid ttclid igshid igsh li_fat_id mkt_tok"
    " rb_clickid s_cid ref_src ref_url cmpid ncid ocid smid smtyp xtor wickedid epik _ga _gl _ke trk_contact trk_msg"
    " trk_module __twitter_impression amp_js_v usqp guccounter guce_referrer guce_referrer_sig at_medium at_campaign"
    " at_link_id at_link_type at_link_origin at_bbc_team at_format at_ptr_name mibextid spm share_source"
    " share_medium vd_source wprov soc_src soc_trk taid"
)
_TRACKING_PREFIXES: Final = tuple(sorted(_set("utm_ mc_ pk_ mtm_ matomo_ piwik_ hsa_ _hs vero_ oly_ __cft__")))

# Parameters that track on one site and mean something on others.
_TRACKING_AT: Final = {
    "www.youtube.com": _set("si feature pp ab_channel app"),
    "twitter.com": _set("s t cxt lang"),
    "x.com": _set("s t cxt lang"),
    "www.facebook.com": _set("__tn__ __xts__ sfnsn extid refid ref locale _rdr _rdc"),
    "www.instagram.com": _set("hl"),
    "www.tiktok.com": _set("_t _r is_from_webapp sender_device is_copy_url web_id lang"),
    "open.spotify.com": _set("si"),
    "mp.weixin.qq.com": _set(
        "chksm scene subscene mpshare srcid sharer_shareid sharer_sharetime sharer_shareinfo sessionid clicktime"
        " enterid ascene devicetype version nettype lang exportkey pass_ticket wx_header poc_token"
    ),
}

# Hosts known to serve the very same paths; a general rule for "m." would merge pages that differ.
_SAME_HOST: Final = {
    "mobile.twitter.com": "twitter.com",
    "m.twitter.com": "twitter.com",
    "www.twitter.com": "twitter.com",
    "mobile.x.com": "x.com",
    "www.x.com": "x.com",
    "m.facebook.com": "www.facebook.com",
    "mbasic.facebook.com": "www.facebook.com",
    "touch.facebook.com": "www.facebook.com",
    "web.facebook.com": "www.facebook.com",
    "facebook.com": "www.facebook.com",
    "m.youtube.com": "www.youtube.com",
    "youtube.com": "www.youtube.com",
    "instagram.com": "www.instagram.com",
    "m.vk.com": "vk.com",
    "www.vk.com": "vk.com",
    "m.weibo.com": "weibo.com",
    "m.tiktok.com": "www.tiktok.com",
    "tiktok.com": "www.tiktok.com",
}
_GOOGLE_AMP: Final = re.compile(r"https?://(?:www\.)?google\.[a-z.]{2,6}/amp/(s/)?(?=[^/?#]+\.)", re.IGNORECASE)
_WIKIPEDIA_MOBILE: Final = re.compile(r"^([a-z-]+)\.m\.(wikipedia\.org)$")


def canonical(url: str) -> str:
    """The address without what does not tell pages apart; anything but http and https comes back stripped, unchanged.

    Lower-case scheme and host, no default port, no fragment (except `#!`, which names another page), no tracking
    parameters, the others in text order. Defanged addresses (`hxxp://`, `[.]`) are left alone. Idempotent.
    """
    text = url.strip()
    if len(text) > MAX_LENGTH:
        return text
    found = _WEB.fullmatch(text)
    if found is None:
        return text
    while amp := _GOOGLE_AMP.match(text):  # Google's cache holds the publisher's own address in its path
        text = ("https://" if amp[1] else "http://") + text[amp.end() :]
        found = _WEB.fullmatch(text)
        if found is None:
            return text
    scheme, authority, path, query, fragment = found.groups(default="")
    scheme = scheme.lower()
    if "[" in authority:  # defanged, or an IPv6 literal: neither gains from being taken apart
        return text
    user, at, host = authority.rpartition("@")
    host = _host(host.lower().removesuffix(_DEFAULT_PORT[scheme]))
    path = _ESCAPE.sub(lambda escape: escape[0].upper(), path) or "/"
    parameters = query[1:].split("&") if len(query) > 1 else []
    if host == "youtu.be" and len(path) > 1 and "/" not in path[1:]:
        host, parameters, path = "www.youtube.com", [f"v={path[1:]}", *parameters], "/watch"
    kept = sorted(_kept(parameters, _TRACKING_AT.get(host, frozenset()))) if parameters else []
    rest = f"?{'&'.join(kept)}" if kept else ""
    return f"{scheme}://{user}{at}{host}{path}{rest}{fragment if fragment.startswith('#!') else ''}"


def _host(host: str) -> str:
    host = host.removesuffix(".")
    return _SAME_HOST.get(host) or _WIKIPEDIA_MOBILE.sub(r"\1.\2", host)


def _kept(parameters: list[str], also: frozenset[str]) -> list[str]:
    kept = []
    for parameter in parameters:
        name = parameter.partition("=")[0].lower()
        if name and name not in _TRACKING and name not in also and not name.startswith(_TRACKING_PREFIXES):
            kept.append(_ESCAPE.sub(lambda escape: escape[0].upper(), parameter))
    return kept


def domain(url: str) -> str:
    """The registrable domain of an address or a bare host name, lower case; "" where there is none.

    `https://news.bbc.co.uk/x` is `bbc.co.uk`. A site under a shared host is a domain of its own (`a.blogspot.com`):
    two strangers' blogs are not one source.
    """
    text = url.strip()
    found = _HOST.match(text)
    if found:
        host = found[1].lower()
        # A name under no known suffix, as in tests and inside networks: its last two labels, as the list itself rules.
        return _registrable(host) or (".".join(host.split(".")[-2:]) if _NAMED.match(host) else "")
    return _registrable(text.lower()) if _BARE_HOST.match(text) else ""


@lru_cache(maxsize=200_000)  # hosts repeat; a case rarely has more
def _registrable(host: str) -> str:
    parts = _suffixes().extract_str(host)
    if parts.is_private and not parts.domain:  # the shared host itself
        return parts.suffix
    return parts.top_domain_under_public_suffix


@cache
def _suffixes() -> "TLDExtract":
    from tldextract import TLDExtract  # half a second to import: only those who ask for domains pay it

    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)


def canonical_frame(urls: pl.Series, domains: bool = True) -> pl.DataFrame:
    """Each distinct address of `urls` once, in text order: columns `url`, `canonical` and, unless told not, `domain`.

    Nulls and blank addresses are left out; join on `url`. For millions of rows: the work is done once an address.
    """
    distinct = urls.drop_nulls().unique().sort()
    kept = [url for url in distinct.to_list() if url.strip()]
    columns = {"url": kept, "canonical": [canonical(url) for url in kept]}
    if domains:
        columns["domain"] = [domain(url) for url in columns["canonical"]]
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String()))
