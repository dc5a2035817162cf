"""Members of parliament whose posts are flooded: sleepers that woke as somebody else, and new accounts, in shifts.

Old accounts of ordinary people fall silent; months later they wake with other names, languages, clients and topics,
together with accounts made for the purpose, post slanders and a doctored clip under members' posts during the hours of
one office, and like and repost each other. Others fall silent too and come back as themselves.
"""

from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.random import Generator

from scenarios.base import Scenario
from scenarios.clock import DAY, SECOND, Ints
from scenarios.grammar import LANGUAGES, NAME
from scenarios.office import Office, office
from scenarios.people import places
from scenarios.planting import after, attendance, exponential
from scenarios.public import YEAR, come_back, constituents, usual_likes, watched
from scenarios.rewriting import copies, template
from scenarios.stage import Account, Planted, Stage

WAVE: Final = 21
"""Days of the attack, at the end."""
SLEEPERS, RECRUITS, MEMBERS, RETURNERS = 60, 40, 24, 24
_PER_ACCOUNT: Final = 55.0
_BEFORE_WAKE: Final = 28  # posts a sleeper made, at least, before it fell silent
_PROFILE: Final = ("location", "handle", "name", "bio")
"""What may change in a woken account beside its client, hours, topics and often its language."""
_CLIENT: Final = ("Twitter Web App", "TweetDeck", "Twitter for Android")
_PER_SHIFT: Final = 3  # replies of an account in one shift, on average
_CLIPS: Final = 0.25


def play(stage: Stage) -> None:
    stage.days = YEAR
    rng = stage.rng("plant")
    language = str(stage.dials.language)
    stage.populate(1300, _PER_ACCOUNT, stage.speakers(0.7), {"x": 1.0})
    stage.outlets.per_day *= 0.12  # a year of news; the flood, not the feeds, should fill the world
    members = watched(stage, language, rng, MEMBERS)
    desk = office(rng)
    start = stage.start + (YEAR - WAVE) * DAY
    others = [word for word in LANGUAGES if word != language]
    sleepers = np.concatenate([stage.pick(SLEEPERS // 3, rng, language=word) for word in (language, *others)])
    one = stage.plant("flood", "comment_flood", sleepers, "possible_victim")
    recruits = stage.pick(RECRUITS, rng, language=language)
    one.roles |= {int(number): "commenter" for number in recruits}
    one.targets = members.tolist()
    lone = stage.pick(RETURNERS, rng)
    stage.harmless("returner", lone)
    shifts = [(day, half) for day in desk.days(start, WAVE) for half in (0, 1)]
    crew = np.concatenate([sleepers, recruits])
    taking = attendance(len(crew), len(shifts), stage.dials.participation, rng)
    _sleep(stage, one, sleepers, rng)
    _recruit(stage, recruits, start, rng)
    _return(stage, lone, rng)
    stage.background()
    constituents(stage, members, rng)
    _come_back(stage, lone, rng)
    awake = _wake(stage, sleepers, taking, desk, start, rng)
    _flood(stage, one, crew, taking, shifts, desk, members, rng)
    _inside(stage, one, rng)
    one.extra |= {
        "utc_offset": desk.offset, "summer_time": desk.summer_time, "start_hour": desk.start, "split_shift": desk.split,
        "woke": awake, "wave_from": datetime.fromtimestamp(start / SECOND, UTC).isoformat(),
    }  # fmt: skip


def _sleep(stage: Stage, one: Planted, sleepers: Ints, rng: Generator) -> None:
    """Their life as themselves: some months of posts, then silence for half a year at least."""
    who = stage.people
    begin = rng.uniform(0, 60, len(sleepers))
    length = rng.uniform(50, 130, len(sleepers))
    who.window[sleepers] = np.stack([begin, begin + length], axis=1)
    who.posts[sleepers] = np.clip(rng.lognormal(3.8, 0.5, len(sleepers)), _BEFORE_WAKE, 250).astype(np.int64)
    who.created[sleepers] = np.minimum(who.created[sleepers], stage.start - rng.integers(60, 2500, len(sleepers)) * DAY)
    one.extra["slept_from_day"] = np.round(begin + length, 1).tolist()
    one.extra["changes"] = []
    language = str(stage.dials.language)
    new = [_identity(stage, language, rng) for _ in sleepers]
    for number, (handle, name, bio, location) in zip(sleepers, new, strict=True):
        foreign = LANGUAGES[int(who.language[number])] != language
        changed = {str(word) for word in rng.choice(_PROFILE, int(rng.integers(1, 5)), replace=False)}
        one.extra["changes"].append(
            sorted(changed | {"client", "hours", "topic"} | ({"language"} if foreign else set()))
        )
        at = stage.start + int((who.window[number, 1] + rng.uniform(1, 40)) * DAY)
        stage.row("account_history", platform="x", account_id=Account(number), handle=str(who.handle[number]),
                  observed_at=datetime.fromtimestamp(at / SECOND, UTC), display_name=str(who.name[number]),
                  description=who.bio[number], location=who.location[number], language=LANGUAGES[int(who.language[number])],
                  followers=int(rng.integers(20, 900)))  # fmt: skip
        if "handle" in changed:
            who.handle[number] = handle
        if "name" in changed:
            who.name[number] = name
        if "bio" in changed:
            who.bio[number] = bio
        if "location" in changed:
            who.location[number] = location
        if foreign:
            stage.overrides.setdefault("language", {})[int(number)] = language


def _identity(stage: Stage, language: str, rng: Generator) -> tuple[str, str, str, str]:
    words = stage.lexicon("politics", language)
    name = words.one("first", rng)
    handle = f"{stage.lexicon('politics', 'en').one('first', rng).lower()}{rng.integers(1000, 99999)}"
    return handle, name, words.one("bio", rng), str(places(language, 1, rng)[0][0])


def _recruit(stage: Stage, recruits: Ints, start: int, rng: Generator) -> None:
    """Accounts made for the purpose, in the weeks before."""
    who = stage.people
    who.created[recruits] = start + (rng.uniform(-24, -1, len(recruits)) * DAY).astype(np.int64)
    who.window[recruits] = np.stack(
        [(who.created[recruits] - stage.start) / DAY + 1, np.full(len(recruits), 1e9)], axis=1
    )
    stage.cover(recruits, np.full(len(recruits), 40))


def _return(stage: Stage, lone: Ints, rng: Generator) -> None:
    """People who were away and come back as themselves, each at a time of their own."""
    who = stage.people
    begin = rng.uniform(0, 60, len(lone))
    who.window[lone] = np.stack([begin, begin + rng.uniform(40, 100, len(lone))], axis=1)
    who.posts[lone] = rng.integers(25, 90, len(lone))


def _wake(stage: Stage, sleepers: Ints, taking: np.ndarray, desk: Office, start: int, rng: Generator) -> list[str]:
    """The first days after the silence: a few everyday posts in the new voice, at the new hours, to look alive."""
    code = LANGUAGES.index(str(stage.dials.language))
    noise = stage.dials.noise / max(1 - stage.dials.noise, 0.02)
    days = desk.days(start - 9 * DAY, WAVE + 8)
    woke = []
    for place, number in enumerate(sleepers):
        n = max(4, round(taking[place].sum() * _PER_SHIFT * noise))
        usual = stage.people.client[number]
        client = str(rng.choice([word for word in _CLIENT if word != usual]))
        first = int(rng.integers(0, 6))
        at = np.concatenate([desk.shift(int(day), 1, rng) for day in [days[first], *rng.choice(days[first:], n - 1)]])
        stage.chat(np.full(n, number), stage.inside(at), rng, np.full(n, code), client)
        woke.append(datetime.fromtimestamp(int(at.min()) / SECOND, UTC).isoformat(timespec="seconds"))
    return woke


def _come_back(stage: Stage, lone: Ints, rng: Generator) -> None:
    since = stage.start + (stage.people.window[lone, 1] * DAY).astype(np.int64) + 185 * DAY
    left = np.maximum(stage.start + (YEAR - 20) * DAY - since, DAY)
    come_back(stage, lone, since + (rng.random(len(lone)) * left).astype(np.int64), rng)


def _flood(
    stage: Stage,
    one: Planted,
    crew: Ints,
    taking: np.ndarray,
    shifts: list[tuple[int, int]],
    desk: Office,
    members: Ints,
    rng: Generator,
) -> None:
    """Shift by shift: a few members each, one slander of the day in many words, the clip of the week."""
    posts, who = stage.posts, stage.people
    words = stage.lexicon("politics")
    author, when = posts.column("author"), posts.column("at")
    clips = [_picture(rng) for _ in range(3)]
    client = np.array([rng.choice(_CLIENT) for _ in crew], dtype=object)
    for number, (day, half) in enumerate(shifts):
        there = crew[taking[:, number]]
        if not len(there):
            continue
        hours = desk.shift(day, 400, rng)
        hours = hours[:200] if half == 0 else hours[200:]
        prey = rng.choice(members, 4, replace=False)
        form = template(words.one("attack", rng))
        count = rng.poisson(_PER_SHIFT - 1, len(there)) + 1
        poster = np.repeat(there, count)
        # Each wave hits one member within minutes; an account posts again in another wave of the shift.
        wave = rng.integers(0, len(prey), len(poster))
        begin = rng.choice(hours, len(prey))
        at = begin[wave] + np.asarray(exponential(0, 240.0, len(poster), rng))
        victim = prey[wave]
        target = np.array(
            [_latest(author, when, int(v), int(t)) for v, t in zip(victim, at, strict=True)], dtype=np.int64
        )
        known = target >= 0
        poster, at, victim, target = poster[known], at[known], victim[known], target[known]
        text = copies(form, len(poster), stage.dials.rewriting, words, rng)
        media = np.full(len(poster), None, dtype=object)
        clip = rng.random(len(poster)) < _CLIPS
        media[clip] = [_near(clips[number * len(clips) // len(shifts)], rng) for _ in range(int(clip.sum()))]
        text[clip] = words.draw("clip", int(clip.sum()), rng)
        text = np.array(
            [f"@{who.handle[v]} {t.replace(NAME, str(who.name[v]))}" for v, t in zip(victim, text, strict=True)],
            dtype=object,
        )
        made = posts.add(
            poster, stage.inside(at), text, reply=target, mention=victim, media=media,
            speech=LANGUAGES.index(str(stage.dials.language)), client=client[np.searchsorted(np.sort(crew), poster)],
        )  # fmt: skip
        one.posts += made.tolist()
        one.families |= {int(post): f"slander/{number}" for post in made[~clip]}
        one.families |= {int(post): f"clip/{number}" for post in made[clip]}


def _latest(author: Ints, when: Ints, member: int, at: int) -> int:
    """The member's last post before `at`, -1 where there is none."""
    own = np.flatnonzero((author == member) & (when < at))
    return int(own[when[own].argmax()]) if len(own) else -1


def _picture(rng: Generator) -> int:
    return int.from_bytes(rng.bytes(32), "big")


def _near(picture: int, rng: Generator) -> str:
    """The same frame after another upload: up to eight of its 256 bits differ."""
    for bit in rng.choice(256, int(rng.integers(0, 9)), replace=False):
        picture ^= 1 << int(bit)
    return f"{picture:064x}"


def _inside(stage: Stage, one: Planted, rng: Generator) -> None:
    """Their echo: likes and reposts of the crew's posts come from the crew, of everybody else's from everybody."""
    posts = stage.posts
    crew = np.array(sorted(one.roles))
    made = np.array(one.posts)
    made = made[posts.column("reply")[made] >= 0]
    liked = np.repeat(made, rng.poisson(4, len(made)))
    by = rng.choice(crew, len(liked))
    fair = by != posts.column("author")[liked]
    stage.engage(by[fair], liked[fair], "like", after(posts.column("at")[liked[fair]], 900, 1.0, int(fair.sum()), rng))
    share = rng.choice(made, len(made) // 5, replace=False)
    by = rng.choice(crew, len(share))
    fair = by != posts.column("author")[share]
    when = stage.inside(after(posts.column("at")[share[fair]], 900, 1.0, int(fair.sum()), rng))
    one.posts += stage.answer("repost", by[fair], when, share[fair], rng).tolist()
    usual_likes(stage, 12_000, rng)


SCENARIOS: Final = (
    Scenario(
        "comment_flood", "Woken sleepers and new accounts flood members' posts with slander, in office shifts.",
        "meets_deceptive", play,
    ),
)  # fmt: skip
