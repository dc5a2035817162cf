"""Every count, time, passage and ratio in the thirteen findings, taken again from the tables."""

import itertools
import json
from collections import Counter
from statistics import median

import pytest

from tests.evidence.thirteen import ACCOUNTS, BY_DETECTOR, POSTS, Row, evidence, rows_of, table, when


def test_hijack_counts_each_silence_from_the_posts():
    for account in evidence("hijack")["accounts"]:
        times = sorted(when(row["created_at"]) for row in POSTS.values() if row["author_id"] == account["id"])
        gaps = [(later - earlier).total_seconds() / 86400 for earlier, later in itertools.pairwise(times)]
        widest = gaps.index(max(gaps))
        before, after = times[: widest + 1], times[widest + 1 :]
        assert (len(before), len(after)) == (account["posts_before"], account["posts_after"]) == (20, 14)
        assert (before[-1], after[0]) == (when(account["last_before"]), when(account["woke_at"]))
        assert account["gap_days"] == pytest.approx(max(gaps), abs=0.01)
        assert max(gaps) >= 180
        assert max(gaps) >= 10 * account["own_median_gap_days"]
        assert account["own_median_gap_days"] == pytest.approx(median(gaps[:widest]), abs=0.2)
        assert len(account["changes"]) >= 3
        for change in account["changes"]:
            assert all(when(row["created_at"]) <= before[-1] for row in rows_of(change["posts_before"]))
            assert all(when(row["created_at"]) >= after[0] for row in rows_of(change["posts_after"]))
    wave = evidence("hijack")["wave"]
    woke = [account["woke_at"] for account in evidence("hijack")["accounts"]]
    assert (wave["woke"], sum(day["woke"] for day in wave["by_day"])) == (6, 6)
    assert (wave["since"], wave["until"]) == (min(woke), max(woke))
    assert Counter(text[:10] for text in woke) == {day["day"]: day["woke"] for day in wave["by_day"]}
    assert {member["action"] for member in BY_DETECTOR["hijack"]["members"]} == {"secure_and_restore"}


def flood_replies() -> list[Row]:
    return rows_of(BY_DETECTOR["flood"]["posts"])


def test_flood_counts_replies_texts_and_pictures_from_the_posts():
    replies, watched = flood_replies(), {row["account_id"]: row["party"] for row in table("targets")}
    assert len(replies) == 300
    for target in evidence("flood")["targets"]:
        mine = [row for row in replies if row["in_reply_to_account_id"] == target["account_id"]]
        assert (len(mine), len({row["author_id"] for row in mine})) == (target["replies"], target["repliers"])
        hours = Counter(
            row["created_at"][:13]
            for row in POSTS.values()
            if row["in_reply_to_account_id"] == target["account_id"]
            and "2026-03-02" <= row["created_at"] < "2026-03-14"
        )
        assert {point["at"][:13]: point["observed"] for point in target["series"]} == hours
        assert target["peak"]["test"]["observed"] == max(hours.values())
    # The parties are hit alike: the example takes no side.
    parties = Counter(watched[row["in_reply_to_account_id"]] for row in replies)
    assert sorted(parties.values()) == [150, 150]
    texts = Counter(row["text"] for row in replies)
    assert {family["text"]: len(family["posts"]) for family in evidence("flood")["texts"]} == texts
    pictures = Counter(value for row in replies for value in json.loads(row["media_hashes"] or "[]"))
    assert {picture["media_hash"]: len(picture["posts"]) for picture in evidence("flood")["media"]} == pictures


def test_flood_counts_the_ages_of_repliers_from_the_accounts():
    repliers = evidence("flood")["repliers"]
    first: dict[str, str] = {}
    for row in sorted(flood_replies(), key=lambda row: row["created_at"]):
        first.setdefault(row["author_id"], row["created_at"])
    days = [(when(at) - when(ACCOUNTS["x", name]["created_at"])).days for name, at in first.items()]
    assert (repliers["total"], repliers["new"], repliers["woken"]) == (18, sum(day < 30 for day in days), 6)
    assert [band["accounts"] for band in repliers["ages"]] == [
        sum(band["from_days"] <= day < (band["to_days"] or 10**6) for day in days) for band in repliers["ages"]
    ]
    assert repliers["share"] == (repliers["new"] + repliers["woken"]) / repliers["total"]


def test_copypasta_quotes_places_that_the_texts_and_profiles_name():
    places = evidence("copypasta")["places"]
    assert len(places) == 12
    for place in places:
        assert place["claimed"] in POSTS["x", place["post_id"]]["text"]
        assert place["known"] == ACCOUNTS["x", place["id"]]["location"] != place["claimed"]


def test_copypasta_counts_spellings_first_posters_and_bars_from_the_posts():
    found, rows = evidence("copypasta"), rows_of(BY_DETECTOR["copypasta"]["posts"])
    shown = []
    for family in found["families"]:
        mine = sorted((row for row in rows if row["text"] in family["forms"]), key=lambda row: row["created_at"])
        shown += mine
        forms = Counter(row["text"] for row in mine)
        assert (set(family["forms"]), family["forms_total"]) == (set(forms), len(forms))
        assert family["same_form_accounts"] == max(forms.values())
        assert (family["posts"], family["accounts"]) == (len(mine), len({row["author_id"] for row in mine}))
        assert (family["first_post"]["post_id"], family["first_author"]) == (mine[0]["post_id"], mine[0]["author_id"])
        assert (family["text"], family["first_seen"]) == (mine[0]["text"], mine[0]["created_at"])
        assert family["span_seconds"] == (when(mine[-1]["created_at"]) - when(mine[0]["created_at"])).total_seconds()
        assert family["similarity"] >= 0.8
    assert len(shown) == found["posts_total"] == found["accounts_total"] == len(rows)
    minutes = Counter(f"{row['created_at'][:16]}:00Z" for row in rows)
    assert {point["at"]: point["posts"] for point in found["series"]["points"]} == minutes


def test_follower_farm_counts_from_metrics_and_follows():
    found = evidence("follower_farm")
    metrics = [row for row in table("metrics") if row["entity_id"] == found["entity"]["id"]]
    assert [(row["observed_at"], int(row["followers"]), int(row["interactions"])) for row in metrics] == [
        (count["at"], count["followers"], count["interactions"]) for count in found["counts"]
    ]
    growth = found["growth"]
    assert growth["gained"] == growth["followers_until"] - growth["followers_since"] == 397_120 - 13_051
    assert growth["ratio"] == pytest.approx(growth["per_day"] / growth["expected_per_day"], rel=1e-3)
    sample = found["sample"]
    assert sample["farm"] == sum(len(row["signs"]) >= sample["signs_needed"] for row in sample["accounts"])
    assert sample["farm_share"] == sample["farm"] / sample["size"]
    assert sample["farm_share"] >= 0.6
    follows = {row["follower_id"]: row for row in table("follows")}
    for row in sample["accounts"]:
        account, follow = ACCOUNTS["instagram", row["id"]], follows[row["id"]]
        assert (row["followers"], row["following"]) == (int(account["followers"]), int(account["following"]))
        assert (row["created_at"], row["followed_at"]) == (account["created_at"], follow["followed_at"])
        assert row["position"] == int(follow["position"])
        assert ("default_or_foreign" in row["signs"]) == (account["default_avatar"] == "true")
    farm = [row for row in sample["accounts"] if len(row["signs"]) >= 3]
    for band in found["bands"]:
        inside = [row for row in farm if band["created_since"] <= row["created_at"] <= band["created_until"]]
        assert (len(inside), inside[0]["position"], inside[-1]["position"]) == (
            band["accounts"], band["position_from"], band["position_to"],
        )  # fmt: skip


def test_a_chain_quotes_the_same_words_at_both_ends_of_every_hop():
    found = evidence("chain")
    steps = {step["post_id"]: step for step in found["steps"]}
    assert [step["at"] for step in found["steps"]] == sorted(step["at"] for step in found["steps"])
    for step in found["steps"]:
        assert POSTS[step["platform"], step["post_id"]]["created_at"] == step["at"]
        if step["copies"]:
            source = steps[step["copies"]]
            assert step["lag_seconds"] == (when(step["at"]) - when(source["at"])).total_seconds()
    for passage in found["passages"]:
        later = POSTS[passage["platform"], passage["post_id"]]
        source = steps[passage["copies"]]
        earlier = POSTS[source["platform"], source["post_id"]]
        field = "title" if later["content_type"] == "video" else "text"
        shared = 0
        for span in passage["spans"]:
            words = later["text"][span["from"] : span["to"]]
            assert words == earlier[field][span["copies_from"] : span["copies_to"]]
            shared += len(words)
        assert steps[passage["post_id"]]["similarity"] == pytest.approx(shared / len(earlier[field]), abs=1e-4)
    credited = {step["post_id"] for step in found["steps"] if step["credited"]}
    assert credited == {credit["post_id"] for credit in found["credits"]}
    assert all(credit["phrase"] in POSTS["web", credit["post_id"]]["text"] for credit in found["credits"])
    ties = [step["at"] for step in found["steps"] if step["order"] == "tie"]
    assert len(ties) == 2
    assert len(set(ties)) == 1


def test_the_habit_of_a_chain_is_counted_from_the_titles():
    (habit,) = evidence("chain")["habit"]
    february = [row for row in POSTS.values() if row["created_at"].startswith("2026-02")]
    stories = {row["title"] for row in february if row["author_id"] == habit["source"]["id"]}
    carried = {row["title"] for row in february if row["author_id"] == habit["copier"]["id"]}
    assert (len(stories), len(stories & carried)) == (habit["stories"], habit["carried"]) == (10, 8)


def test_engagement_is_counted_against_its_own_baseline():
    found = evidence("engagement")
    reads = {row["entity_id"]: int(row["views"]) for row in table("metrics") if row["entity_kind"] == "post"}
    for row in [*found["baseline"]["posts"], *found["posts"]]:
        assert row["value"] == reads[row["post_id"]] == int(POSTS["wechat", row["post_id"]]["views"])
        assert row["at"] == POSTS["wechat", row["post_id"]]["created_at"]
    usual = [row["value"] for row in found["baseline"]["posts"]]
    assert found["baseline"]["median"] == median(usual)
    assert found["baseline"]["scale"] == pytest.approx(1.4826 * median(abs(v - median(usual)) for v in usual))
    for row in found["posts"]:
        assert row["ratio"] == pytest.approx(row["value"] / median(usual), abs=1e-4)
        assert 2.5 <= row["ratio"] <= 4.4
        assert row["robust_z"] >= 3.5


def test_repeat_finds_the_campaigns_indicators_in_the_posts():
    (campaign,) = evidence("repeat")["campaigns"]
    rows = [row for row in table("campaigns") if row["campaign"] == campaign["campaign"]]
    assert {(row["indicator_kind"], row["indicator"]) for row in rows} == {
        (item["indicator_kind"], item["indicator"]) for item in campaign["indicators"]
    }
    members = set()
    for item in campaign["indicators"]:
        column = {"url": "urls", "media_hash": "media_hashes"}.get(item["indicator_kind"])
        if column:
            assert all(item["indicator"] in json.loads(row[column]) for row in rows_of(item["posts"]))
            assert {row["author_id"] for row in rows_of(item["posts"])} == {who["id"] for who in item["members"]}
        members |= {who["id"] for who in item["members"]}
    assert len(members) == campaign["matched"]
    sides = evidence("repeat")["both_sides"]
    assert [sum(len(family["posts"]) for family in side["families"]) for side in sides] == [6, 6]
    for side in sides:
        authors = [{row["author_id"] for row in rows_of(family["posts"])} for family in side["families"]]
        assert [len(who) for who in authors] == [family["accounts"] for family in side["families"]]
        assert len(authors[0] & authors[1]) == side["accounts_in_both"]


def test_shift_maps_the_hours_of_the_posts_and_leaves_a_band_of_offsets():
    found = evidence("shift")
    hours = Counter((when(row["created_at"]).weekday(), when(row["created_at"]).hour) for row in flood_replies())
    assert {(day, hour): n for day, row in enumerate(found["hours"]) for hour, n in enumerate(row) if n} == hours
    assert (found["posts_counted"], found["weekend_share"]) == (300, 0)
    kept = [row["utc_offset"] for row in found["offsets"] if not row["excluded"]]
    best = max(row["log_likelihood"] for row in found["offsets"])
    assert found["utc_offsets"] == kept
    assert kept == [row["utc_offset"] for row in found["offsets"] if row["log_likelihood"] > best - 3]
    # A program that posts on the minute is spoken against.
    assert {when(row["created_at"]).second for row in flood_replies()} == set(range(1, 60))
    # Hours never name a country: an office day fits several zones.
    assert len(kept) >= 5


def test_echo_counts_who_engages_from_the_engagements():
    found, members = evidence("echo"), {member["id"] for member in BY_DETECTOR["echo"]["members"]}
    posts = {ref["post_id"] for ref in BY_DETECTOR["echo"]["posts"]}
    likes = [row for row in table("engagements") if row["post_id"] in posts]
    who = {row["account_id"] for row in likes}
    assert (found["inside"], found["outside"]) == (len(who & members), len(who - members))
    assert found["ratio"] == len(who & members) / len(who)
    assert found["coverage"]["posts"] == len(posts)
    assert found["coverage"]["posts_with_engagements"] == len({row["post_id"] for row in likes})
    assert BY_DETECTOR["echo"]["reasons"] == ["coverage"]


def test_media_distances_are_the_bits_that_differ():
    (cluster,) = evidence("media")["clusters"]
    assert cluster["accounts"] == len({use["author_id"] for use in cluster["uses"]})
    for use in cluster["uses"]:
        assert use["media_hash"] in json.loads(POSTS["x", use["post_id"]]["media_hashes"])
        assert use["distance"] == (int(use["media_hash"], 16) ^ int(cluster["media_hash"], 16)).bit_count()
    assert cluster["first"] == {key: cluster["uses"][0][key] for key in ("platform", "post_id")}
    assert {use["distance"] for use in cluster["uses"]} == {0, 4, 8}


def test_a_persona_pair_speaks_with_its_own_odds():
    (pair,) = evidence("persona")["pairs"]
    bits = sum(item["log_odds"] for item in pair["contributions"])
    odds = pair["prior"] / (1 - pair["prior"]) * 2**bits
    assert pair["posterior"] == pytest.approx(odds / (1 + odds), abs=1e-4)
    assert pair["families"] == len({item["family"] for item in pair["contributions"] if item["log_odds"] > 0})
    for item in pair["contributions"]:
        column = {"avatar": "avatar_hash", "bio_text": "description"}.get(item["field"], item["field"])
        ends = [ACCOUNTS[pair[end]["platform"], pair[end]["id"]][column] for end in ("a", "b")]
        assert ends == [item["a"], item["b"]]


def test_coaction_pages_share_every_link_and_are_linked_pair_by_pair():
    found, finding = evidence("coaction"), BY_DETECTOR["coaction"]
    rows = rows_of(finding["posts"])
    (layer,) = found["layers"]
    meetings: dict[int, Counter[frozenset[str]]] = {row["window_seconds"]: Counter() for row in finding["windows"]}
    for one, two in itertools.combinations(rows, 2):
        lag = abs((when(one["created_at"]) - when(two["created_at"])).total_seconds())
        for window in meetings:
            if one["urls"] == two["urls"] and lag <= window:
                meetings[window][frozenset((one["author_id"], two["author_id"]))] += 1
    pairs = {window: sum(number == 5 for number in counts.values()) for window, counts in meetings.items()}
    assert {row["window_seconds"]: row["observed"] for row in finding["windows"]} == pairs
    assert {row["window_seconds"]: row["pairs"] for row in layer["windows"]} == pairs
    assert found["pairs_linked"] == max(pairs.values()) == 28  # every two of eight
    assert found["density"] == 1
    for item in layer["objects"]:
        mine = [row for row in rows if json.loads(row["urls"]) == [item["object"]]]
        assert rows_of(item["posts"]) == mine
        assert (item["first"], item["last"]) == (mine[0]["created_at"], mine[-1]["created_at"])
        assert item["accounts"] == item["accounts_in_data"] == len({row["author_id"] for row in mine}) == 8
    assert sum(item["posts_total"] for item in layer["objects"]) == found["posts_total"] == len(rows) == 40


def test_ownership_paths_are_dated_edges_that_meet():
    edges = [{key: value or None for key, value in row.items()} for row in table("ownership")]
    kinds = {row["outlet_id"]: row["kind"] for row in table("outlets")}
    for path in evidence("ownership")["paths"]:
        assert [edge for edge in path["edges"] if edge not in edges] == []
        for one, two in itertools.pairwise(path["edges"]):
            assert one["object_id"] == two["subject_id"]
        assert path["hops"] == len(path["edges"])
        assert path["weakest_grade"] == max(edge["grade"] for edge in path["edges"])
        assert path["ended"] == any(edge["until"] is not None for edge in path["edges"])
    for outlet in evidence("ownership")["outlets"]:
        assert kinds[outlet["outlet_id"]] == outlet["kind"]
