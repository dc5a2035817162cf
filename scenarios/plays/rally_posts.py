"""Near-identical posts about small-town rallies from accounts that live all over the world; and people who were there."""

from typing import Final

import numpy as np
from numpy.random import Generator

from scenarios.base import Scenario
from scenarios.clock import DAY, HOUR, Ints
from scenarios.grammar import LANGUAGES, TOWN
from scenarios.planting import POLITICS, after, attendance, exponential, repost, whole
from scenarios.rewriting import copies, template
from scenarios.stage import Planted, Stage

RALLIES: Final = 5
ACCOUNTS, ATTENDEES, TRAVELLERS = 220, 45, 6
_REGION: Final = {
    "en": ("Ontario", -5.0, "Sudbury, Ontario"),
    "fr": ("Québec", -5.0, "Gatineau, Québec"),
    "zh": ("浙江", 8.0, "杭州"),
}
"""Where the rallies are: region, hours from UTC, its nearest city."""
_FAR: Final = {
    "en": ["Waikato, New Zealand", "Lagos, Nigeria", "Manila, Philippines", "Leeds, UK", "Cape Town, South Africa",
           "Mumbai, India", "Austin, Texas", "Perth, Western Australia", "Dublin, Ireland", "Nairobi, Kenya"],
    "fr": ["Nouméa", "Dakar, Sénégal", "Genève, Suisse", "Tunis, Tunisie", "Abidjan, Côte d'Ivoire", "Fort-de-France", "Lyon, France"],
    "zh": ["吉隆坡", "新加坡", "San Francisco, CA", "Sydney, NSW", "Toronto, Ontario"],
}  # fmt: skip
_FAR_OFFSETS: Final = {
    "Waikato, New Zealand": 12.0, "Lagos, Nigeria": 1.0, "Manila, Philippines": 8.0, "Leeds, UK": 0.0,
    "Cape Town, South Africa": 2.0, "Mumbai, India": 5.5, "Austin, Texas": -6.0, "Perth, Western Australia": 8.0,
    "Dublin, Ireland": 0.0, "Nairobi, Kenya": 3.0, "Nouméa": 11.0, "Dakar, Sénégal": 0.0, "Genève, Suisse": 1.0,
    "Tunis, Tunisie": 1.0, "Abidjan, Côte d'Ivoire": 0.0, "Fort-de-France": -4.0, "Lyon, France": 1.0, "吉隆坡": 8.0,
    "新加坡": 8.0, "San Francisco, CA": -8.0, "Sydney, NSW": 10.0, "Toronto, Ontario": -5.0,
}  # fmt: skip
_NAMED: Final = 0.85  # members whose profile says where they are; the others leave it empty


def play(stage: Stage) -> None:
    stage.days = 35
    rng = stage.rng("plant")
    language = str(stage.dials.language)
    stage.populate(2600, 18, stage.speakers(0.6), {"x": 1.0}, least=800)
    region, offset, city = _REGION[language]
    towns = [f"{name}, {region}" for name in rng.choice(stage.lexicon().forms("places"), RALLIES, replace=False)]
    members = stage.pick(ACCOUNTS, rng)
    one = stage.plant("rally_posts", "rally_posts", members, "amplifier")
    _abroad(stage, members, language, rng)
    locals_ = stage.pick(ATTENDEES, rng, language=language)
    stage.harmless("attendees", locals_)
    _at_home(stage, locals_, towns, offset, city, rng)
    travellers = stage.pick(TRAVELLERS, rng, language=language)
    stage.harmless("travellers", travellers)
    taking = attendance(ACCOUNTS, RALLIES, stage.dials.participation, rng)
    stage.cover(members, taking.sum(axis=1) * 2)
    stage.background()
    evenings = np.sort(rng.choice(np.arange(3, stage.days - 2), RALLIES, replace=False))
    begins = [stage.start + int(day) * DAY + int((21 - offset) * HOUR) for day in evenings]
    for number, (town, at) in enumerate(zip(towns, begins, strict=True)):
        _rally(stage, one, members[taking[:, number]], town, at, number, rng)
        _attend(stage, np.concatenate([locals_, travellers]), town, at, rng)
    one.extra |= {"towns": towns, "region": region, "utc_offset": offset}


def _abroad(stage: Stage, members: Ints, language: str, rng: Generator) -> None:
    """Profiles from everywhere else; hours and everyday language are those of the place."""
    who = stage.people
    far = _FAR[language]
    for place, number in enumerate(members):
        where = far[0] if not place else str(rng.choice(far))
        who.place[number], who.offset[number] = where, _FAR_OFFSETS[where]
        who.location[number] = where if not place or rng.random() < _NAMED else None


def _at_home(stage: Stage, locals_: Ints, towns: list[str], offset: float, city: str, rng: Generator) -> None:
    who = stage.people
    who.offset[locals_] = offset
    for number in locals_:
        who.place[number] = str(rng.choice([*towns, city]))
        who.location[number] = who.place[number] if rng.random() < 0.8 else None


def _rally(stage: Stage, one: Planted, who: Ints, town: str, at: int, number: int, rng: Generator) -> None:
    """The night of a rally: the party's own post, the copies, and reposts of the party's post."""
    words = stage.lexicon("politics")
    speech = LANGUAGES.index(words.language)
    post = _announcement(stage, town, at, rng)
    if not len(who):
        return
    form = template(words.form("rally", number, rng).replace(TOWN, town.split(",")[0]))
    text = copies(form, len(who), stage.dials.rewriting, words, rng)
    when = stage.inside(at + HOUR + whole(rng.beta(1.2, 3.5, len(who)) * 9 * HOUR))
    made = stage.posts.add(who, when, text, speech=speech)
    one.posts += made.tolist()
    one.families |= {int(one_): f"rally/{number}" for one_ in made}
    one.posts += repost(stage, who, exponential(at + 2 * HOUR, 1500.0, len(who), rng), post, rng).tolist()


def _announcement(stage: Stage, town: str, at: int, rng: Generator) -> int:
    """A party member's own post about the rally, which anybody may repost."""
    host = int(rng.choice(np.flatnonzero((stage.people.outlet < 0) & (stage.people.posts > 0))))
    while host in stage.planted[0].roles:
        host = int(rng.choice(np.flatnonzero((stage.people.outlet < 0) & (stage.people.posts > 0))))
    words = stage.lexicon("politics")
    text = np.array([f"{words.forms('l1')[0]} — {town} #{words.forms('h1')[0]}"], dtype=object)
    tags = np.array([words.forms("h1")[0]], dtype=object)
    return int(stage.posts.add(np.array([host]), np.array([at + HOUR]), text, tags=tags)[0])


def _attend(stage: Stage, people: Ints, town: str, at: int, rng: Generator) -> None:
    """Those who were there say so in words of their own, some with the place."""
    there = people[rng.random(len(people)) < 0.55]
    code = LANGUAGES.index(str(stage.dials.language))
    text = stage.texts("attended", np.full(len(there), code), np.full(len(there), POLITICS), rng)
    text = np.array([one.replace(TOWN, town.split(",")[0]) for one in text], dtype=object)
    place = np.array([town if rng.random() < 0.3 else None for _ in there], dtype=object)
    stage.posts.add(there, stage.inside(after(at, 2.5 * 3600, 0.8, len(there), rng)), text, place=place)


def attendees(stage: Stage) -> None:
    """The same evenings without the operation."""
    stage.days = 28
    rng = stage.rng("plant")
    language = str(stage.dials.language)
    stage.populate(1800, 18, stage.speakers(0.7), {"x": 1.0})
    region, offset, city = _REGION[language]
    towns = [f"{name}, {region}" for name in rng.choice(stage.lexicon().forms("places"), 3, replace=False)]
    locals_, travellers = stage.pick(120, rng, language=language), stage.pick(15, rng, language=language)
    _at_home(stage, locals_, towns, offset, city, rng)
    stage.harmless("attendees", locals_)
    stage.harmless("travellers", travellers)
    stage.background()
    for number, town in enumerate(towns):
        at = stage.start + (4 + number * 8) * DAY + int((21 - offset) * HOUR)
        _attend(stage, np.concatenate([locals_, travellers]), town, at, rng)


SCENARIOS: Final = (
    Scenario(
        "rally_posts", "Hundreds of near-identical posts about small-town rallies, from all over the world.",
        "meets_deceptive", play,
    ),
    Scenario(
        "trap_attendees", "People who were at the rallies say so in their own words.", "quiet", attendees,
        trap="attendees",
    ),
)  # fmt: skip
