"""How STIX names what a pack holds: deterministic ids, account types, patterns, addresses, the scale of confidence."""

import json
import re
from datetime import datetime
from typing import Final
from uuid import UUID, uuid5

from records.finding import Finding
from referrals.base import Asset

NAMESPACE: Final = UUID("6f0d3c1e-3b0f-5f0a-9b53-6d75726d7572")
"""Ours, for version 5 ids of what STIX gives no deterministic id."""
ACCOUNT_TYPES: Final = {"x": "twitter"}
"""STIX's vocabulary where it differs from our platform words."""
_DOMAIN: Final = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{1,61}")
# A URI of RFC 3986: STIX's readers refuse a bundle for one address that is none.
_URI: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?:[A-Za-z0-9._~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+")
SCALE: Final = {"low": "Low", "moderate": "Med", "high": "High"}


def account_type(platform: str) -> str:
    """STIX's word for a platform; `other:NAME` is NAME."""
    return ACCOUNT_TYPES.get(platform, platform.removeprefix("other:"))


def confidence(finding: Finding) -> int | None:
    """The analysts' confidence on STIX's scale of a hundred; None where the source's truth cannot be judged (Admiralty 6)."""
    from stix2.confidence.scales import admiralty_credibility_to_value, none_low_med_high_to_value

    grade = str(finding.source_grade or "")
    try:
        if grade[1:]:
            admiralty_credibility_to_value(_CREDIBILITY[grade[1]])
    except ValueError:  # 6, Truth cannot be judged
        return None
    word = SCALE.get(str(finding.confidence))
    return int(none_low_med_high_to_value(word)) if word else None


_CREDIBILITY: Final = {
    "1": "1 - Confirmed by other sources", "2": "2 - Probably True", "3": "3 - Possibly True", "4": "4 - Doubtful",
    "5": "5 - Improbable", "6": "6 - Truth cannot be judged",
}  # fmt: skip


def pattern(asset: Asset) -> str:
    """What finds the asset again: its domain or its permanent id; the standing name where the export had no id."""
    domain = domain_of(asset)
    if domain:
        return f"[domain-name:value = {_quoted(domain)}]"
    field = "user_id" if asset.persistent else "account_login"
    return (
        f"[user-account:{field} = {_quoted(asset.id.removeprefix('name:'))}"
        f" AND user-account:account_type = {_quoted(account_type(asset.platform))}]"
    )


def domain_of(asset: Asset) -> str | None:
    """The domain an outlet is named by; None for accounts and pages, and for outlets under a name of their own."""
    return asset.id if asset.kind == "outlet" and _DOMAIN.fullmatch(asset.id) else None


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def identity(kind: str, *basis: object) -> str:
    return f"{kind}--{uuid5(NAMESPACE, json.dumps([kind, *map(str, basis)]))}"


def address(url: str | None) -> str | None:
    """`url` where it is one by RFC 3986."""
    return url if url and _URI.fullmatch(url) else None


def instant(text: str) -> datetime:
    """An ISO 8601 time as stix2 takes it: it knows Z alone."""
    return datetime.fromisoformat(text)
