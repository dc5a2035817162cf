"""Stories two and three and the two that are less than they seem: copied praise, followers, a circle, volunteers, a name."""

import math
import re
from collections import Counter
from itertools import combinations

from followers import COUNTS, JUMP, PAGE, PEER_COUNTS, PEERS, is_farm
from followers import followers as sampled
from others import LINKS, PERSONA_BSKY, PERSONA_X, VOLUNTEERS
from rally import ELSEWHERE, english, french
from world import Row, World, at, iso, member, most_within, refs, repeated, span

from records.finding import Finding


def copypasta(world: World) -> Finding:
    families = [[world.posts(author_id=account)[0] for account in accounts] for accounts in (english, french)]
    posts = sorted((post for rows in families for post in rows), key=lambda post: post["created_at"])
    homes = {row["account_id"]: row.get("location") for row in world.rows["accounts"]}
    places = [
        {"platform": "x", "id": post["author_id"], "post_id": post["post_id"], "claimed": "Fallowmere",
         "known": homes[post["author_id"]], "known_from": "profile"}
        for post in posts if homes[post["author_id"]] in ELSEWHERE
    ]  # fmt: skip
    windows = [
        {"window_seconds": width, "observed": most_within(posts, width), "expected": mean, "p": p, "q": p * 4}
        for width, mean, p in ((300, 0.2, 1e-3), (3600, 1.1, 2e-12), (86_400, 2.6, 1e-24))
    ]
    return Finding(
        detector="copypasta", detector_version="0", title_code="copypasta.families", score=9.3, outcome="unexplained", reasons=[],
        meets_deceptive=True, unmet=[], confidence="moderate", source_grade="B2", signs=["text", "place"], layers=["text"],
        members=[member("x", post["author_id"], "seeder" if post is posts[0] else "copier", "label", 1.0) for post in posts],
        posts=refs(posts), **span(posts), windows=windows, observed=float(len(posts)), expected=1.1, expected_false_flags=0.2,
        comparison={"population": "accounts_that_posted", "size": len({post["author_id"] for post in world.rows["posts"]})},
        parameters={"min_accounts": 3, "gap_seconds": 86_400, "repost_window_seconds": 60, "alpha": 0.01},
        alternatives=[
            {"code": "template_letter", "for": [], "against": ["no_template_was_loaded"]},
            {"code": "fan_club", "for": ["one_event"], "against": ["profiles_declare_no_membership", {
                "code": "place_conflict", "observed": len(places), "expected": 0.6, "posts": refs(posts)[:3]}]},
        ],
        disarm=["T0084.001"],
        evidence={
            "families": [_family(number, rows) for number, rows in enumerate(families)], "families_total": len(families),
            "posts_total": len(posts), "accounts_total": len(posts), "repost_share": 0.0, "first_known": len(families),
            "first_ties": 0, "series": _bars(posts), "windows_left_out": [], "places": places,
        },
    )  # fmt: skip


def _family(number: int, rows: list[Row]) -> Row:
    forms = [text for text, _ in repeated(rows)]
    first, last = rows[0]["created_at"], rows[-1]["created_at"]
    return {
        "family": f"f{number + 1}", "text": rows[0]["text"], "forms": forms, "forms_total": len(forms), "posts": len(rows),
        "accounts": len(rows), "reposts": 0, "first_post": refs(rows)[0], "first_author": rows[0]["author_id"],
        "order": "known", "tied_posts": 0, "first_seen": iso(first), "last_seen": iso(last),
        "span_seconds": (last - first).total_seconds(), "similarity": min(_alike(rows[0], row) for row in rows),
        "same_form_accounts": len(repeated(rows)[0][1]),
        "information_bits": (70.32, 77.31)[number],
        "expected_accounts": (1.65e-19, 1.3e-21)[number],
        "rarity": (392.98, 214.52)[number], "burst": (37.12, 19.83)[number], "strength": (37.12, 19.829)[number],
    }  # fmt: skip


def _alike(one: Row, two: Row) -> float:
    """Jaccard similarity of the words of two texts."""
    words = [set(re.findall(r"\w+", row["text"].lower())) for row in (one, two)]
    return round(len(words[0] & words[1]) / len(words[0] | words[1]), 4)


def _bars(posts: list[Row]) -> Row:
    """Posts and accounts by the minute, as the detector draws three hours; empty minutes left out."""
    minutes: dict[str, list[Row]] = {}
    for post in posts:
        minutes.setdefault(iso(post["created_at"].replace(second=0)), []).append(post)
    points = [
        {"at": at_, "posts": len(rows), "accounts": len({row["author_id"] for row in rows})}
        for at_, rows in minutes.items()
    ]
    return {"bin_seconds": 60, "points": points}


def follower_farm(world: World) -> Finding:
    rows = {row["account_id"]: row for row in world.rows["accounts"]}
    followed = {row["follower_id"]: row for row in world.rows["follows"]}
    accounts = [_sampled(number, rows[name], followed[name]) for number, name in enumerate(sampled)]
    farm = [row for row in accounts if len(row["signs"]) >= 3]
    (_, _, _), (_, _, _), (day_before, before, likes_before), (day_after, after, likes_after) = COUNTS
    since, until = at(f"{day_before} 12:00"), at(f"{day_after} 12:00")
    peers = [{"platform": "instagram", "id": page, "kind": "page", "per_day": round((late - early) / 27, 4)}
             for page, (early, late) in zip(PEERS, PEER_COUNTS, strict=True)]  # fmt: skip
    usual = sorted(peer["per_day"] for peer in peers)[2]
    bands = []
    for band in range(3):
        made = [row for row in farm if row["created_at"].startswith(f"2026-02-{11 + 6 * band}")]
        bands.append({"created_since": made[0]["created_at"], "created_until": made[-1]["created_at"], "accounts": len(made),
                      "position_from": made[0]["position"], "position_to": made[-1]["position"], "expected": 0.3})  # fmt: skip
    followers = [member("instagram", row["id"], "follower", "remove", float(len(row["signs"]))) for row in farm]
    return Finding(
        detector="follower_farm", detector_version="0", title_code="follower_farm.jump", score=8.8, outcome="unexplained",
        reasons=[], meets_deceptive=True, unmet=[], confidence="moderate", source_grade="B2", signs=["follow", "engagement"],
        members=[member("instagram", PAGE, "target", "investigate", None, "page"), *followers], posts=[],
        first_seen=iso(JUMP), last_seen=accounts[-1]["followed_at"], parameters={"min_signs": 3, "min_farm_share": 0.6},
        observed=float(after - before), expected=round(usual * 4, 2), expected_false_flags=1.5,
        comparison={"population": "party_pages_of_the_region", "size": len(peers)},
        windows=[{"window_seconds": 345_600, "observed": after - before, "expected": round(usual * 4, 2), "p": None, "q": None}],
        alternatives=[{"code": "viral_moment", "for": [], "against": ["interactions_unchanged", "made_in_three_afternoons"]}],
        disarm=["T0150.008"],
        evidence={
            "entity": {"platform": "instagram", "id": PAGE, "kind": "page"},
            "counts": [{"at": iso(at(f"{day} 12:00")), "followers": count, "interactions": likes} for day, count, likes in COUNTS],
            "growth": {"since": iso(since), "until": iso(until), "followers_since": before, "followers_until": after, "days": 4.0,
                       "gained": after - before, "per_day": (after - before) / 4, "baseline": "peers", "expected_per_day": usual,
                       "ratio": round((after - before) / 4 / usual, 2), "robust_z": None, "peers": peers},
            "sample": {"size": len(accounts), "farm": len(farm), "farm_share": len(farm) / len(accounts), "signs_needed": 3,
                       "chronological": True, "accounts": accounts},
            "bands": bands,
            "engagement": {"per_post_before": float(likes_before), "per_post_after": float(likes_after),
                           "per_follower_before": round(likes_before / before, 6),
                           "per_follower_after": round(likes_after / after, 6)},
        },
    )  # fmt: skip


def _sampled(number: int, account: Row, follow: Row) -> Row:
    signs = ["follows_many", "machine_handle", "creation_band"] if is_farm(number) else []
    if account["default_avatar"]:
        signs.append("default_or_foreign")
    return {
        "platform": "instagram", "id": account["account_id"], "position": follow["position"], "signs": signs,
        "followed_at": iso(follow["followed_at"]), "created_at": iso(account["created_at"]),
        "followers": account["followers"], "following": account["following"],
    }  # fmt: skip


def echo(world: World) -> Finding:
    likes = world.rows["engagements"]
    circle = english + french
    posts = [world.posts(author_id=account)[0] for account in circle]
    engaging = {like["account_id"] for like in likes}
    inside, outside = len(engaging & set(circle)), len(engaging - set(circle))
    return Finding(
        detector="echo", detector_version="0", title_code="echo.inside", score=2.1, reasons=["coverage"],
        unmet=["group_test", "two_signs", "two_windows", "deception_sign"], confidence="low", source_grade="B3", signs=["engagement"],
        members=[member("x", account, "amplifier", "none") for account in circle], posts=refs(posts), **span(posts),
        observed=inside / len(engaging), comparison={"population": "size_matched_communities", "size": 0}, parameters={"draws": 999},
        alternatives=[{"code": "fan_club", "for": ["one_event"], "against": []},
                      {"code": "keyword_sample", "for": ["scope_is_keyword"], "against": []}],
        evidence={"inside": inside, "outside": outside, "ratio": inside / len(engaging),
                  "by_kind": [{"kind": "like", "inside": inside, "outside": outside}],
                  "coverage": {"collections": ["x-rally"], "complete": "no", "posts": len(posts),
                               "posts_with_engagements": len({like["post_id"] for like in likes})},
                  "rewired": None, "matched": []},
    )  # fmt: skip


def coaction(world: World, pages: list[str], supersedes: str | None) -> Finding:
    """The volunteers' pages; an earlier run saw six of the eight and had not been tested."""
    posts = [post for post in world.posts(platform="facebook") if post["author_id"] in pages]
    tested = supersedes is not None
    linked = {width: _pairs(posts, width) for width in (10, 60, 300)}
    windows = [
        {"window_seconds": width, "observed": linked[width], "expected": mean if tested else None,
         "p": p if tested else None, "q": p * 4 if tested else None}
        for width, mean, p in ((10, 0.01, 1e-5), (60, 0.04, 3e-12), (300, 0.2, 8e-11))
    ]  # fmt: skip
    verdict: Row = (
        {"outcome": "open", "reasons": [], "unmet": ["deception_sign", "no_trap"], "confidence": "high"}
        if tested
        else {}
    )
    everyone = len({post["author_id"] for post in world.rows["posts"]})
    return Finding(
        detector="coaction", detector_version="0", title_code="coaction.cluster", score=6.0, source_grade="B2", signs=["coaction"],
        layers=["link"], members=[member("facebook", page, "amplifier", "none", 1.0, "page") for page in pages], posts=refs(posts),
        **span(posts), **verdict, windows=windows, observed=float(max(linked.values())), expected=0.2 if tested else None,
        comparison={"population": "accounts_of_the_case", "size": everyone},
        parameters={"windows": [10, 60, 300], "min_objects": len(LINKS), "min_accounts": 4},
        alternatives=[{"code": "staff", "for": ["profiles_declare_it", "links_of_a_published_kit"], "against": []}],
        supersedes=supersedes,
        evidence={
            "layers": [{
                "layer": "link", "objects_total": len(LINKS), "pairs_linked": max(linked.values()),
                "objects": [_object(link, [post for post in posts if post["urls"] == [link]], everyone) for link in LINKS],
                "windows": [{"window_seconds": width, "pairs": pairs, "most_objects": len(LINKS), "objects_needed": len(LINKS)}
                            for width, pairs in linked.items() if pairs],
            }],
            "windows_left_out": [], "pairs_linked": max(linked.values()),
            "density": round(2 * max(linked.values()) / (len(pages) * (len(pages) - 1)), 3), "posts_total": len(posts),
            "posts_listed": len(posts), "objects_total": len(LINKS), "hubs_left_out": {"total": 0, "most_used": []}, "sources": [],
        },
    )  # fmt: skip


def _pairs(posts: list[Row], seconds: int) -> int:
    """Pairs of pages that shared every link of the kit within so many seconds of each other."""
    shared: Counter[tuple[str, str]] = Counter()
    for one, two in combinations(posts, 2):
        if one["urls"] == two["urls"] and abs((one["created_at"] - two["created_at"]).total_seconds()) <= seconds:
            shared[one["author_id"], two["author_id"]] += 1
    both = shared + Counter({(two, one): count for (one, two), count in shared.items()})
    return sum(count == len(LINKS) for count in both.values()) // 2


def _object(link: str, posts: list[Row], everyone: int) -> Row:
    used = len({post["author_id"] for post in posts})
    return {
        "object": link, "accounts": used, "accounts_in_data": len(VOLUNTEERS), "bits": round(math.log2(everyone / len(VOLUNTEERS)), 3),
        "first": iso(posts[0]["created_at"]), "last": iso(posts[-1]["created_at"]), "posts_total": len(posts), "posts": refs(posts),
    }  # fmt: skip


def persona(world: World) -> Finding:
    ends = [
        {"platform": "x", "id": PERSONA_X, "kind": "account"},
        {"platform": "bluesky", "id": PERSONA_BSKY, "kind": "account"},
    ]
    rows = {row["account_id"]: row for row in world.rows["accounts"]}
    one, two = rows[PERSONA_X], rows[PERSONA_BSKY]
    posts = sorted(
        world.posts(author_id=PERSONA_X) + world.posts(author_id=PERSONA_BSKY), key=lambda post: post["created_at"]
    )

    def compared(field: str, family: str, a: str, b: str, bits: float, rarity: float | None = None) -> Row:
        return {"field": field, "family": family, "a": a, "b": b, "log_odds": bits, "rarity": rarity, "posts": []}

    return Finding(
        detector="persona", detector_version="0", title_code="persona.pair", score=1.2, outcome="none", reasons=["single_layer"],
        unmet=["group_test", "two_signs", "deception_sign"], confidence="moderate", source_grade="B3", signs=["persona"],
        members=[member(end["platform"], end["id"], "amplifier", "none") for end in ends], posts=refs(posts), **span(posts),
        parameters={"min_families": 2, "min_posterior": 0.95}, comparison={"population": "handles_of_the_case", "size": len(rows)},
        alternatives=[{"code": "impersonator", "for": ["younger_account_took_the_name"], "against": []}],
        evidence={"pairs": [{"a": ends[0], "b": ends[1], "prior": 0.001, "posterior": 0.0013, "families": 1, "contributions": [
            compared("handle", "name", one["handle"], two["handle"], 9.1, round(2 / len(rows), 4)),
            compared("avatar", "picture", one["avatar_hash"], two["avatar_hash"], -3.2),
            compared("bio_text", "text", one["description"], two["description"], -2.4),
            compared("location", "place", one["location"], two["location"], -1.7),
            compared("language", "text", one["language"], two["language"], -1.4),
        ]}]},
    )  # fmt: skip


def build(world: World) -> tuple[list[Finding], list[Finding]]:
    """The findings of the run, and the one of the run before it that coaction supersedes."""
    before = coaction(world, VOLUNTEERS[:6], None)
    now = [copypasta(world), follower_farm(world), echo(world), coaction(world, VOLUNTEERS, before.id), persona(world)]
    return now, [before]
