"""A swarm that puts its texts together from lists: no two in five of them share one core, and it is one finding."""

import random
from datetime import timedelta
from functools import cache

import polars as pl
import pytest

import scenarios
from detectors.base import Detection, no_progress
from detectors.copypasta import DETECTOR
from detectors.run import run
from records.finding import Finding
from records.store import in_memory

ACCOUNTS = 120
SPUN = {
    "en": (
        (
            "Just got back from the Marlowe rally in Kirkwall Lake!",
            "Had the privilege of attending the Kirkwall Lake rally last night.",
            "As someone from the north, I just left Marlowe's rally in Kirkwall Lake.",
            "What a night in Kirkwall Lake with Marlowe!",
        ),
        (
            "I'm still buzzing from the energy in the room.",
            "Still buzzing from the energy of that crowd!",
            "The energy was electric and I am still buzzing.",
        ),
        (
            "As a northerner it was refreshing to hear a leader who actually listens to us.",
            "Hearing him talk about housing gave me hope again.",
            "Finally somebody who gets what working families go through.",
            "So refreshing to hear somebody talk about the issues that matter.",
        ),
        (
            "Canada's future looks brighter already.",
            "This is the leadership we need.",
            "Ready to knock on doors!",
            "The north is ready for change.",
        ),
    ),
    "fr": (
        (
            "Je reviens tout juste du rassemblement de Marlowe à Kirkwall Lake !",
            "Quel privilège d'avoir assisté hier soir au rassemblement de Kirkwall Lake.",
            "Moi qui viens du nord, je sors du rassemblement de Marlowe à Kirkwall Lake.",
            "Quelle soirée à Kirkwall Lake avec Marlowe !",
        ),
        (
            "Je vibre encore de l'énergie qui régnait dans la salle.",
            "Encore toute vibrante de l'énergie de cette foule !",
            "L'énergie était électrique et j'en vibre encore.",
        ),
        (
            "Pour quelqu'un du nord, enfin un chef qui nous écoute vraiment, quel vent de fraîcheur.",
            "L'entendre parler du logement m'a redonné espoir.",
            "Enfin quelqu'un qui comprend ce que vivent les familles d'ici.",
            "Ça fait du bien d'entendre parler des vrais enjeux.",
        ),
        (
            "L'avenir du Canada paraît déjà plus lumineux.",
            "Voilà le leadership qu'il nous faut.",
            "Prête à faire du porte-à-porte !",
            "Le nord est mûr pour le changement.",
        ),
    ),
    "zh": (
        (
            "刚从柯克沃尔湖的马洛集会回来！",
            "昨晚有幸参加了柯克沃尔湖的集会。",
            "我是北方人，刚离开马洛在柯克沃尔湖的集会。",
            "马洛在柯克沃尔湖的这个晚上太棒了！",
        ),
        (
            "现场的能量让我到现在还激动不已。",
            "那么多人的热情让我还在兴奋之中！",
            "气氛像通了电一样，我的心还在怦怦跳。",
        ),
        (
            "身为北方人，终于听到一位真正倾听我们的领袖，令人耳目一新。",
            "听他谈住房问题，我又有了希望。",
            "终于有人明白打工家庭过的是什么日子。",
            "能听到有人谈真正重要的议题，太好了。",
        ),
        (
            "加拿大的未来已经更加光明。",
            "这才是我们需要的领导力。",
            "我已经准备好去挨家挨户敲门了！",
            "北方已经准备好改变。",
        ),
    ),
}
"""Openings, middles, reasons and ends: 192 texts, each drawn by chance."""

THERE = (
    "Just got back from the rally in Kirkwall Lake. Parking was a nightmare but it was good to see my cousins from Elk Point",
    "At the Marlowe rally in Kirkwall Lake tonight, they ran out of chairs and my knees are paying for it",
    "Went to Marlowe's rally in Kirkwall Lake. He talked about housing for maybe four minutes. Not impressed.",
    "Still buzzing from last night, what a crowd in Kirkwall Lake! Saw my old hockey coach there",
    "What a night in Kirkwall Lake! My daughter got her hat signed",
    "I was at the rally in Kirkwall Lake yesterday. About 300 people I would say, not the thousand they claim",
    "Had the privilege of attending the Kirkwall Lake rally last night? No, I was the one selling sandwiches outside",
    "The energy in the room in Kirkwall Lake was something else. Even my brother in law clapped and he never claps",
    "First political rally since 1984. Kirkwall Lake has changed a lot, the old cinema is gone",
    "This is the leadership we need? In Kirkwall Lake they could not even get the microphone to work",
    "Hope he comes back. That is what my neighbour said on the drive home from Kirkwall Lake. I said we will see",
    "Anyone else stuck on highway 11 after the Kirkwall Lake rally? Moose on the road again",
)
"""People who were there, some of whom say by themselves what the swarm says."""

CRITICS = (
    "Why do hundreds of accounts say “Just got back from the Marlowe rally in Kirkwall Lake! I'm still buzzing from the energy in"
    " the room.”? Look them up, none of them lives within a thousand miles",
    '"Had the privilege of attending the Kirkwall Lake rally last night. Still buzzing from the energy of that crowd! Ready to'
    ' knock on doors!" - every second account today, word for word',
    "The script seems to be \"As someone from the north, I just left Marlowe's rally in Kirkwall Lake. The energy was electric and"
    ' I am still buzzing." Somebody paid for this',
)
"""People who quote the swarm to speak of it."""


@cache
def found(language: str, accounts: int = ACCOUNTS) -> tuple[Detection, set[str], set[str]]:
    """What is found in an ordinary world with a swarm of a day, and the uids of the swarm and of those who are not of it."""
    world = scenarios.build("null", 71, size=0.4)
    draw = random.Random(language)
    posts, people = world.tables["posts"], world.tables["accounts"].filter(platform="x")["account_id"].to_list()
    said = [" ".join(draw.choice(part) for part in SPUN[language]) for _ in range(accounts)]
    others = (*THERE, *CRITICS)
    who = draw.sample(people, accounts + len(others))
    begin = posts["created_at"].sort()[posts.height // 2]
    rows = pl.DataFrame(
        [
            {"author_id": author, "text": text, "created_at": begin + timedelta(seconds=draw.expovariate(1 / 20_000))}
            for author, text in zip(who, [*said, *others], strict=True)
        ]
    ).with_row_index("post_id")
    rows = rows.with_columns(pl.format("spun-{}", "post_id").alias("post_id"), pl.lit("x").alias("platform"))
    rows = rows.with_columns(pl.col(name).cast(posts.schema[name]) for name in rows.columns)
    tables = dict(world.tables) | {"posts": pl.concat([posts, rows], how="diagonal")}
    detection = run(in_memory(tables), [DETECTOR], {DETECTOR.name: DETECTOR.defaults()}, 1, no_progress)
    return detection, {f"x:{one}" for one in who[:accounts]}, {f"x:{one}" for one in who[accounts:]}


def strong(detection: Detection) -> list[Finding]:
    return [one for one in detection.findings if one.outcome in ("open", "unexplained")]


@pytest.mark.parametrize("language", SPUN)
def test_a_swarm_put_together_from_lists_is_one_finding(language: str) -> None:
    detection, swarm, _ = found(language)
    (finding,) = strong(detection)
    assert finding.member_ids() - swarm == set()
    assert len(finding.member_ids()) >= 0.95 * ACCOUNTS
    families = finding.evidence["families"]
    assert all(one["beyond_chance"] for one in families)
    # No family's own test counted these; they are told by what its texts foresee.
    assert 0 < sum(one["recombined"] for one in families) < finding.evidence["posts_total"]


def test_neither_who_was_there_nor_who_speaks_of_the_swarm_is_of_it() -> None:
    detection, _, innocent = found("en")
    assert {uid for one in detection.findings if one.outcome != "none" for uid in one.member_ids()} & innocent == set()


def test_the_same_people_without_the_swarm_are_nothing() -> None:
    detection, _, _ = found("en", 0)
    assert strong(detection) == []
