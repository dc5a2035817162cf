"""A page whose followers leap from 13,000 to 397,000 in four counts; and one whose public really came in a night."""

from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.random import Generator

from scenarios.base import Scenario
from scenarios.clock import DAY, SECOND, Ints
from scenarios.grammar import LANGUAGES
from scenarios.people import places
from scenarios.planting import POLITICS, after, attendance, exponential, ordinary, whole
from scenarios.rewriting import copies
from scenarios.stage import Account, Planted, Stage

COUNTS: Final = ((0.0, 13_000), (11.0, 287_000), (18.0, 328_000), (33.0, 397_000))
"""(day, followers) of the page: all that is known of its growth."""
FARM, FANS, PEERS, PER_PEER = 700, 260, 10, 140
_DAYS: Final = 42
_BANDS: Final = 14  # days on which farm accounts were made, in the order in which they then followed
_OTHERS: Final = 3  # pages that bought from the same farm
_VISITS: Final = 8  # posts of the page under which the farm may leave its praise
_PRAISING: Final = 0.3  # farm accounts that ever comment
_TAIL: Final = "abcdefghijklmnopqrstuvwxyz"


def play(stage: Stage) -> None:
    stage.days = _DAYS
    rng = stage.rng("plant")
    language = str(stage.dials.language)
    _populate(stage)
    farm = stage.pick(FARM, rng)
    _machine_made(stage, farm, rng)
    one = stage.plant("farm", "follower_farm", farm, "follower")
    fans = stage.pick(FANS, rng, language=language)
    stage.harmless("real_followers", fans)
    page = _page(stage, 0, language, rng)
    clients = [_page(stage, 1 + number, language, rng) for number in range(_OTHERS)]
    peers = [_page(stage, 10 + number, language, rng) for number in range(PEERS)]
    stage.background()
    _sampled(stage)
    _counts(stage, page, COUNTS)
    _sample(stage, page, np.concatenate([farm, fans]), len(fans), rng)
    for number, client in enumerate(clients):
        taking = attendance(len(farm), 10, stage.dials.participation, rng)[:, number]
        _sample(stage, client, farm[taking], 0, rng)
        _ordinary_growth(stage, client, rng)
    for peer in peers:
        _sample(stage, peer, ordinary(stage, PER_PEER, rng), PER_PEER, rng)
        _ordinary_growth(stage, peer, rng)
    _praise(stage, one, page, farm, rng)
    one.targets = [page]
    one.extra |= {
        "page": Account(page),
        "counts": [count for _, count in COUNTS],
        "clients": [Account(c) for c in clients],
    }


def _populate(stage: Stage) -> None:
    stage.populate(2600, 8, stage.speakers(0.6), {"instagram": 1.0}, least=2600)


def _machine_made(stage: Stage, farm: Ints, rng: Generator) -> None:
    """Accounts by the hundred: two names and a tail, made in bands, hardly a post, hardly a follower."""
    who = stage.people
    band = np.sort(rng.integers(0, _BANDS, len(farm)))
    day = np.sort(rng.integers(20, 400, _BANDS))[::-1]
    who.created[farm] = stage.start - whole(day[band] * DAY + rng.random(len(farm)) * DAY * 0.8)
    english = stage.lexicon("city", "en")
    for number, first, last in zip(
        farm, english.draw("first", len(farm), rng), english.draw("last", len(farm), rng), strict=True
    ):
        tail = "".join(_TAIL[i] for i in rng.integers(0, 26, int(rng.integers(4, 9))))
        digits = str(rng.integers(10**5, 10**10))
        who.handle[number] = f"{first}{last}".lower().replace("-", "") + (tail if rng.random() < 0.5 else digits)
        who.name[number] = f"{first} {last}"
        who.bio[number] = None if rng.random() < 0.85 else who.bio[number]
        who.location[number] = None if rng.random() < 0.6 else str(places("en", 1, rng)[0][0])
        stage.overrides.setdefault("following", {})[int(number)] = int(rng.integers(700, 7500))
        stage.overrides.setdefault("followers", {})[int(number)] = int(rng.integers(3, 60))
        stage.overrides.setdefault("posts_count", {})[int(number)] = int(rng.integers(0, 4))
        stage.overrides.setdefault("default_avatar", {})[int(number)] = bool(rng.random() < 0.45)
    who.posts[farm] = 0
    who.window[farm] = 0.0
    who.influence[farm] = 0.01
    stage.shown[farm] = True


def _page(stage: Stage, number: int, language: str, rng: Generator) -> int:
    """A politician's page with a few posts a week."""
    words = stage.lexicon("politics", language)
    name = words.forms("l1")[0] if not number else f"{words.one('first', rng)} {words.one('last', rng)}"
    page = stage.account("instagram", language, name, f"page.{number}.{rng.integers(10, 9999)}", kind="page",
                         created=stage.start - int(rng.integers(400, 3000)) * DAY, influence=float(rng.uniform(60, 120)))  # fmt: skip
    stage.people.posts[page] = 12
    stage.row("pages", platform="instagram", page_id=Account(page), name=name,
              handle=str(stage.people.handle[page]), created_at=_moment(int(stage.people.created[page])))  # fmt: skip
    stage.harmless("pages", [page])
    return page


def _moment(at: int) -> datetime:
    return datetime.fromtimestamp(at // SECOND, UTC)


def _sampled(stage: Stage) -> None:
    """That follower lists were looked at: samples, not whole lists."""
    stage.row(
        "collections", collection_id="followers-instagram", platform="instagram", scope="followers", complete="no"
    )


def _counts(stage: Stage, page: int, counts: tuple[tuple[float, int], ...]) -> None:
    for day, followers in counts:
        stage.row("metrics", platform="instagram", entity_id=Account(page), entity_kind="page",
                  observed_at=_moment(stage.start + int((1 + day) * DAY)), followers=followers)  # fmt: skip


def _ordinary_growth(stage: Stage, page: int, rng: Generator) -> None:
    """A count every week or two: a few per cent a month, now and then a good week."""
    count = float(rng.lognormal(9.8, 0.6))
    days = np.sort(rng.choice(np.arange(_DAYS), int(rng.integers(4, 7)), replace=False))
    counts = []
    for day in days:
        count *= 1 + max(rng.normal(0.012, 0.01), -0.01) + (0.06 if rng.random() < 0.1 else 0.0)
        counts.append((float(day), int(count)))
    _counts(stage, page, tuple(counts))


def _sample(stage: Stage, page: int, followers: Ints, real: int, rng: Generator) -> None:
    """Followers in the order in which they came: the `real` ones (the last of `followers`) strewn among the others."""
    place = rng.permutation(len(followers)) if real == len(followers) else _strewn(len(followers), real, rng)
    step = rng.integers(3, 9, len(followers)).cumsum()
    for number, position in zip(followers, place, strict=True):
        stage.row("follows", platform="instagram", follower_id=Account(number), followed_id=Account(page),
                  position=int(step[position]), position_is_chronological=True)  # fmt: skip


def _strewn(count: int, real: int, rng: Generator) -> Ints:
    spots = np.sort(rng.choice(count, real, replace=False))
    place = np.empty(count, dtype=np.int64)
    place[count - real :] = rng.permutation(spots)
    place[: count - real] = np.setdiff1d(np.arange(count), spots)
    return place


def _praise(stage: Stage, one: Planted, page: int, farm: Ints, rng: Generator) -> None:
    """The farm's only content: the same few words of praise, within minutes of the page's post; and what fans say."""
    posts, who = stage.posts, stage.people
    own = np.flatnonzero((posts.column("author") == page) & (posts.column("repost") < 0))[:_VISITS]
    loud = rng.choice(farm, round(_PRAISING * len(farm)), replace=False)
    taking = attendance(len(loud), len(own), stage.dials.participation, rng)
    words = stage.lexicon("politics")
    speech = LANGUAGES.index(words.language)
    fans = np.array(sorted(stage.benign["real_followers"]))
    for number, target in enumerate(own):
        there = loud[taking[:, number]]
        at = exponential(int(posts.column("at")[target]) + 60 * SECOND, 400.0, len(there), rng)
        text = copies(
            [(words.one("nice", rng), True), (words.one("nice", rng), True)],
            len(there),
            stage.dials.rewriting,
            words,
            rng,
        )
        made = posts.add(
            there, stage.inside(at), text, reply=np.full(len(there), target), type="comment", speech=speech
        )
        one.posts += made.tolist()
        one.families |= {int(post): f"praise/{number}" for post in made}
        real = fans[rng.random(len(fans)) < 0.08]
        said = stage.texts("thanks", who.language[real], np.full(len(real), POLITICS), rng)
        when = stage.inside(after(int(posts.column("at")[target]), 3 * 3600, 1.2, len(real), rng))
        posts.add(real, when, said, reply=np.full(len(real), target), type="comment")


def viral(stage: Stage) -> None:
    """A television night: daily counts leap once, the new followers are people of the page's own public."""
    stage.days = _DAYS
    rng = stage.rng("plant")
    language = str(stage.dials.language)
    _populate(stage)
    fans = stage.pick(900, rng, language=language)
    stage.harmless("viral_surge", fans)
    page = _page(stage, 0, language, rng)
    peers = [_page(stage, 10 + number, language, rng) for number in range(PEERS)]
    stage.background()
    _sampled(stage)
    night = int(rng.integers(12, 25))
    days = np.arange(_DAYS - 1)
    gained = np.where(days < night, 40.0, 150_000 * np.exp(-(days - night) / 2.2))
    followers = 21_000 + np.cumsum(gained * rng.lognormal(0, 0.1, len(days)))
    _counts(stage, page, tuple((float(day), int(count)) for day, count in zip(days, followers, strict=True)))
    _sample(stage, page, fans, len(fans), rng)
    own = np.flatnonzero((stage.posts.column("author") == page) & (stage.posts.column("repost") < 0))
    at = stage.start + night * DAY + 20 * 3600 * SECOND
    talk = ordinary(stage, 400, rng, language)
    stage.chat(talk, stage.inside(after(at, 5400, 0.9, len(talk), rng)), rng)
    for target in own[stage.posts.column("at")[own] > at][:5]:
        there = fans[rng.random(len(fans)) < 0.1]
        said = stage.texts("thanks", stage.people.language[there], np.full(len(there), POLITICS), rng)
        when = stage.inside(after(int(stage.posts.column("at")[target]), 3 * 3600, 1.2, len(there), rng))
        stage.posts.add(there, when, said, reply=np.full(len(there), target), type="comment")
    for peer in peers:
        _sample(stage, peer, ordinary(stage, PER_PEER, rng), PER_PEER, rng)
        _ordinary_growth(stage, peer, rng)


SCENARIOS: Final = (
    Scenario("follower_farm", "A page's followers are machine-made: 13,000 to 397,000 in four counts.", "meets_deceptive", play),
    Scenario("trap_viral_surge", "A page's followers come in one night, after a debate.", "quiet", viral, trap="viral_surge"),
)  # fmt: skip
