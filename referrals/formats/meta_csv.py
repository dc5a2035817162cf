"""Indicators in the manner of Meta's threat reports, defanged; other teams load them as an earlier campaign."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

from referrals.base import STEM, Asset, Format, Pack
from referrals.formats.csv import table
from views.words import platform_name

COLUMNS: Final = ("Tactic", "Technique", "Procedure", "Indicator")
TACTIC: Final = "Acquiring assets"
TECHNIQUE: Final = "Acquiring social media accounts"
# Under its handle an account is read back as an account of its platform; the address by id is a second row.
_PROFILES: Final = {
    "x": "https://x.com/{}",
    "facebook": "https://www.facebook.com/{}",
    "instagram": "https://www.instagram.com/{}",
    "threads": "https://www.threads.com/@{}",
    "youtube": "https://www.youtube.com/@{}",
    "tiktok": "https://www.tiktok.com/@{}",
    "telegram": "https://t.me/{}",
    "vk": "https://vk.com/{}",
    "reddit": "https://www.reddit.com/user/{}",
    "bluesky": "https://bsky.app/profile/{}",
}


def defang(url: str) -> str:
    """An address nobody follows by mistake: hxxps://x[.]com/name."""
    found = re.match(r"(?i)h(tt)(ps?)://([^/?#]*)(.*)", url, re.DOTALL)
    return f"hxx{found[2]}://{found[3].replace('.', '[.]')}{found[4]}" if found else url.replace(".", "[.]")


def _addresses(asset: Asset) -> Iterator[str]:
    """Where the asset is, by handle and by id, each once."""
    seen = set()
    handle = (asset.handle or "").lstrip("@")
    if asset.platform in _PROFILES and handle and not re.search(r"[\s\x00-\x1f]", handle):
        seen.add(_PROFILES[asset.platform].format(quote(handle, safe="")))
    if asset.url:
        seen.add(asset.url)
    yield from sorted(seen)


def lacks(pack: Pack) -> str | None:
    if not any(True for asset in pack.assets for _ in _addresses(asset)):
        return "Indicators are addresses, and no account here has one that is not a possible victim's."
    return None


def write(pack: Pack, folder: Path) -> list[Path]:
    """One row an address. Possible victims are no indicators; neither are links and texts, which anybody may share."""
    rows = (
        (TACTIC, TECHNIQUE, f"Acquiring {platform_name(asset.platform)} accounts", defang(address))
        for asset in pack.assets
        for address in _addresses(asset)
    )
    return [table(folder / f"{STEM}-meta.csv", COLUMNS, rows)]


FORMAT: Final = Format(
    name="meta-csv",
    title="defanged indicators in the manner of Meta's threat reports, which `murmur load` reads as a campaign",
    suffix=".csv",
    write=write,
    lacks=lacks,
)
