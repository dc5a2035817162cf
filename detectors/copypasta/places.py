"""Claimed place against known place: texts that say "I was there", written by accounts that are known to be elsewhere.

A family claims a place when most of its texts name it and most speak as somebody who was there. Where the place lies is
read from the gazetteer or, for places too small for it, from what profiles and posts of the case write behind its name
("Fallowmere, Ontario"). Where an account is, is what its profile, an earlier profile or the places of its posts say. One
account far from home is a traveller; the family is tested: do more of its writers live elsewhere than of those who come
to such a place, of whom the case's other witnesses of the same place are the measure? Language and hours are no sign:
people speak many languages at home.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final

import polars as pl
from scipy.stats import binom

from records import places
from records.finding import Finding, Json
from records.store import Records, query

# A quarter of those at a rally, a match or a festival may live elsewhere, and profiles are out of date; who claims that
# chance made it so has to explain more than that.
_VISITORS: Final = 0.25
# With fewer other witnesses their share of visitors says nothing yet.
_WITNESSES: Final = 5
_MOST: Final = 0.5
_FEWEST: Final = 4
# Within a country: further than people drive to a meeting and back.
_FAR_KM: Final = 300.0
# Of the places that share a name the data must mean one clearly.
_AGREE: Final = 0.6
_WORDS: Final = 3  # of a place's name, Grand Coteau West
_SHOWN: Final = 2_000

_BACK: Final = re.compile(
    r"(?i)\b(?:(?:back|home|returned|returning|walked|came|coming|left|straight) (?:from|out of)|got (?:back|home)|i(?:'m| am| was)?"
    r" (?:just )?(?:at|there|left)|we (?:were|are|left)|(?:drove|flew|travelled|traveled|walked|queued|waited|came) .{0,40}\bto"
    r" (?:hear|see|meet|listen)|was there|been there|never seen .{0,60}(?:tonight|today)"
    r"|(?:rentr|revenu|ressorti|sorti|reparti|parti)\w* |de retour|j'(?:y )?étais|on (?:y )?était|nous étions|j'ai quitté"
    r"|(?:heures?|kilom\w+|km) de route|jamais vu .{0,60}(?:ce soir|aujourd))"
    r"|刚从|刚刚从|刚回|回来|回到家|到家|才回家|离开|从没见过|从来没见过|开了.{0,6}车|我在|我们在|人在现场"
)
_EVENT: Final = re.compile(
    r"(?i)\b(?:rall(?:y|ies)|speech|hall|room|crowd|meeting|town hall|march|protest|gathering|stage|arena|stadium|concert|vigil"
    r"|meetings?|rassemblements?|salle|halle|foule|discours|soirée|manif\w*|réunion|scène|stade)\b"
    r"|集会|大会|现场|会场|礼堂|演讲|讲话|人群|游行|活动"
)
_NOW: Final = re.compile(
    r"(?i)\b(?:i|i'm|we|us|our|my|tonight|today|just|je|j|nous|on|mon|ma|notre|ce soir|aujourd'hui|à peine)\b|今晚|今天|刚|我|咱"
)
_NAME: Final = re.compile(r"[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,2}")
_HAN: Final = re.compile(r"[㐀-鿿]")


_PLACED: Final = re.compile(
    r"\b(?:(?i:in|at|from|near|to|à|depuis|vers|(?:meeting|rassemblement|retour|soirée) (?:de|à|du)))"
    r" ([A-ZÀ-Þ][\w’'-]*[^\W_](?:[ -][A-ZÀ-Þ][\w’'-]*[^\W_]){0,2})(?!['’]s|[\w'’]| [A-ZÀ-Þ])"
)


@dataclass(frozen=True, slots=True)
class Where:
    """A place and the words it was known by."""

    text: str
    country: str
    region: str | None
    latitude: float | None
    longitude: float | None
    known_from: str
    """profile, history or post_location; `text` for a claimed place."""


@dataclass(frozen=True, slots=True)
class Context:
    """What a case says of places."""

    homes: dict[str, Where]
    """Account uid to where it is known to be."""
    named: dict[str, Where]
    """Names of places (folded) that the case's own locations explain, and where they lie."""
    posts: pl.DataFrame
    """post, account, text of everything that speaks like a witness, to find who else was there."""


def context(records: Records) -> Context:
    """Places of accounts, names of places, and witnesses, read once for a case."""
    said = query(
        records,
        """
        SELECT platform || ':' || account_id AS account, location, 1 AS rank, 'profile' AS known_from FROM accounts
        WHERE coalesce(location, '') <> ''
        UNION ALL
        SELECT platform || ':' || account_id, arg_max(location, observed_at), 2, 'history' FROM account_history
        WHERE coalesce(location, '') <> '' GROUP BY 1
        UNION ALL
        SELECT platform || ':' || author_id, mode(location), 3, 'post_location' FROM posts
        WHERE coalesce(location, '') <> '' GROUP BY 1
        ORDER BY 1, 3
        """,
    )
    if said.is_empty():
        return Context({}, {}, pl.DataFrame(schema={"post": pl.String, "account": pl.String, "text": pl.String}))
    texts = said["location"].unique().sort()
    # London alone may be either; a flag may be sympathy.
    read = pl.concat([texts.to_frame("location"), places.places(texts)], how="horizontal").filter(
        pl.col("country").is_not_null() & (pl.col("kind") != "flag") & ~pl.col("ambiguous")
    )
    where = {
        row["location"]: Where(row["location"], row["country"], row["region"], row["latitude"], row["longitude"], "")
        for row in read.iter_rows(named=True)
    }
    homes: dict[str, Where] = {}
    for account, location, _, known_from in said.rows():
        if location in where and account not in homes:
            homes[account] = _from(where[location], known_from)
    posts = query(
        records,
        "SELECT platform || ':' || post_id AS post, platform || ':' || author_id AS account, text FROM posts"
        " WHERE text <> '' AND NOT coalesce(is_repost, repost_of_post_id IS NOT NULL)",
    )
    return Context(homes, _names(said, where), posts)


def _from(place: Where, known_from: str) -> Where:
    return Where(place.text, place.country, place.region, place.latitude, place.longitude, known_from)


def _names(said: pl.DataFrame, where: dict[str, Where]) -> dict[str, Where]:
    """The first part of locations of several parts, where the case agrees on which place is meant."""
    meant: dict[str, Counter[str]] = {}
    for _, location, _, _ in said.rows():
        parts = re.split(r"\s*[,，、]\s*", location)
        if len(parts) > 1 and location in where and len(parts[0]) > 1:
            meant.setdefault(_folded(parts[0]), Counter())[location] += 1
    names = {}
    for name, counts in meant.items():
        countries: Counter[str] = Counter()
        for location, count in counts.items():
            countries[where[location].country] += count
        country, most = min(countries.items(), key=lambda item: (-item[1], item[0]))
        if most >= _AGREE * counts.total():
            best = min(
                (item for item in counts.items() if where[item[0]].country == country),
                key=lambda item: (-item[1], item[0]),
            )[0]
            names[name] = _from(where[best], "text")
    return names


def _folded(name: str) -> str:
    return name.strip().casefold()


def compare(finding: Finding, rows: pl.DataFrame, known: Context, alpha: float, tests: int) -> None:
    """Hold the places claimed in a finding's texts against the known ones; adds evidence, sign and deception, in place.

    `rows` are its posts (family, post, platform, author_id, account, text, is_repost); `alpha` is for `tests` families
    of the case together (Bonferroni).
    """
    compared: list[Json] = []
    conflicts: set[str] = set()
    passed: list[Json] = []
    for (family,), part in rows.filter(~pl.col("is_repost")).group_by("family", maintain_order=True):
        own = part.unique("account", keep="first", maintain_order=True)
        claimed = claim(own["text"].to_list(), known)
        if claimed is None:
            continue
        name, place = claimed
        homes = [
            (row, known.homes[row["account"]]) for row in own.iter_rows(named=True) if row["account"] in known.homes
        ]
        told = [(row, home) for row, home in homes if home.text and _folded(home.text) != name]
        apart = [(row, home) for row, home in told if conflict(place, home)]
        # Witnesses in words of their own: what share of those who were there lives elsewhere?
        rate, others = _visitors(name, place, known, set(rows["account"]))
        chance = float(binom.sf(len(apart) - 1, len(told), rate)) if apart else 1.0
        if len(apart) < _FEWEST or len(apart) < _MOST * len(told) or chance * max(tests, 1) > alpha:
            continue
        passed.append(
            {
                "family": str(family), "claimed": place.text, "compared": len(told), "conflicts": len(apart),
                "expected": round(rate * len(told), 2), "witnesses": others, "p": float(f"{chance:.3g}"),
            }
        )  # fmt: skip
        for row, home in apart:
            conflicts.add(row["account"])
            compared.append(
                {
                    "platform": row["platform"], "id": row["author_id"], "post_id": row["post_id"], "claimed": name,
                    "known": home.text, "known_from": home.known_from,
                }
            )  # fmt: skip
    if not passed:
        return
    finding.evidence["places"] = compared[:_SHOWN]
    finding.signs = [*finding.signs, "place"]
    finding.tests.setdefault("deception", []).append({"code": "place_conflict", "evidence": passed})
    told_of = {(row["platform"], row["id"]) for row in compared}
    point = {
        "code": "place_conflict",
        "observed": float(len(told_of)),
        "expected": round(sum(one["expected"] for one in passed), 2),
        "posts": [{"platform": row["platform"], "post_id": row["post_id"]} for row in compared[:3]],
    }
    finding.alternatives.append({"code": "attendees", "for": [], "against": [point]})


def claim(texts: list[str], known: Context) -> tuple[str, Where] | None:
    """The place most of the texts claim to be at (its name, where it lies); None where they claim none."""
    witness = [text for text in texts if speaks_as_witness(text)]
    if 2 * len(witness) < len(texts) or len(witness) < 2:
        return None
    counts: Counter[str] = Counter()
    for text in witness:
        counts.update(_candidates(text, known))
    for name, count in sorted(counts.items(), key=lambda item: (-item[1], -len(item[0]), item[0])):
        if 2 * count < len(texts):
            return None
        if place := _located(name, known):
            return name, place
    return None


def speaks_as_witness(text: str) -> bool:
    """Whether a text says that its writer was there: came back from it, or speaks of an event here and now."""
    return bool(_BACK.search(text) or (_EVENT.search(text) and _NOW.search(text)))


def _candidates(text: str, known: Context) -> set[str]:
    """Names a text may name a place by: words with a capital, and in Chinese the case's own names of places."""
    found = {name for name in known.named if _HAN.search(name) and name in text}
    if _HAN.search(text):
        for length in (2, 3, 4):
            found |= {
                text[at : at + length]
                for at in range(len(text) - length + 1)
                if all(_HAN.match(sign) for sign in text[at : at + length])
                and text[max(0, at - 1) : at] in "在从到去回"
            }
    for run in _NAME.finditer(text):
        words = run.group().split(" ")
        for first in range(len(words)):
            for last in range(first + 1, min(first + _WORDS, len(words)) + 1):
                name = _folded(" ".join(words[first:last]).strip(".'’-"))
                if name in known.named:
                    found.add(name)
    # Other names have to stand where a place stands: people are called Florence and Sydney too.
    return found | {_folded(match.group(1)) for match in _PLACED.finditer(text)}


def _located(name: str, known: Context) -> Where | None:
    if name in known.named:
        return known.named[name]
    shown = name if _HAN.search(name) else name.title()
    row = places.places(pl.Series([shown])).row(0, named=True)
    if row["kind"] != "city" or row["ambiguous"]:
        return None
    return Where(shown, row["country"], row["region"], row["latitude"], row["longitude"], "text")


def conflict(claimed: Where, home: Where) -> bool:
    """Whether somebody at `home` is elsewhere: another country, or further in the same one than people drive."""
    if claimed.country != home.country:
        return True
    points = (claimed.latitude, claimed.longitude, home.latitude, home.longitude)
    if any(point is None for point in points):
        return False  # neighbouring provinces meet; without points nothing is said
    a, b, c, d = (pl.lit(point) for point in points)
    away = pl.select(places.kilometres(a, b, c, d)).item()
    return bool(away > _FAR_KM)


def _visitors(name: str, place: Where, known: Context, members: set[str]) -> tuple[float, int]:
    """The share of other witnesses of the place who live elsewhere (never below _VISITORS), and how many they are."""
    posts = known.posts.filter(
        pl.col("text").str.to_lowercase().str.contains(name, literal=True) & ~pl.col("account").is_in(list(members))
    )
    others = {
        account
        for account, text in posts.select("account", "text").rows()
        if account in known.homes and speaks_as_witness(text)
    }
    if len(others) < _WITNESSES:
        return _VISITORS, len(others)
    away = sum(conflict(place, known.homes[account]) for account in sorted(others))
    return max(_VISITORS, (away + 1) / (len(others) + 2)), len(others)
