"""Story one, findings: the awakening, the flood it is part of, its hours, its picture, and the campaign it returns from."""

import math
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Final

from hours import shift
from spam import AGAINST, BOTH_SIDES, CLIP, FOR, HIJACKED, LURE, MEMBERS, hijacked, newcomers, ordinary
from world import Row, World, at, iso, member, most_within, refs, repeated, span

from records.finding import Finding

START, END = at("2026-03-02 00:00"), at("2026-03-14 00:00")
BASELINE_WEEKS: Final = 3
TARGETS: Final = [{"platform": "x", "account_id": account, "name": name} for account, (_, name, _) in MEMBERS.items()]


def flood_posts(world: World) -> list[Row]:
    return world.posts(client="Desk Suite")


def hijack(world: World) -> Finding:
    accounts = [_awakening(world, number) for number in range(len(hijacked))]
    after = [post for post in flood_posts(world) if post["author_id"] in hijacked]
    woke = [next(post for post in after if post["author_id"] == account) for account in hijacked]
    # Only an account older than the gap could have slept it.
    long_ago = START - timedelta(days=180)
    old = [row for row in world.rows["accounts"] if row["platform"] == "x" and row["created_at"] < long_ago]
    days = Counter(post["created_at"].date().isoformat() for post in woke)
    copies = [post for text, _ in repeated(after) for post in after if post["text"] == text]
    windows = [
        {"window_seconds": width, "observed": most_within(woke, width), "expected": mean, "p": p, "q": q}
        for width, mean, p, q in ((604_800, 0.06, 2e-7, 8e-7), (1_209_600, 0.12, 3e-9, 1.2e-8))
    ]
    return Finding(
        detector="hijack", detector_version="0", title_code="hijack.wave", score=9.1, outcome="unexplained", reasons=[],
        unmet=["two_signs"], confidence="moderate", source_grade="B2", signs=["wake"], layers=["wake", "text"],
        members=[member("x", account, "possible_victim", "secure_and_restore", 1.0) for account in hijacked],
        posts=refs(after), targets=TARGETS, **span(after),
        windows=windows, observed=6.0, expected=0.12, expected_false_flags=0.1,
        comparison={"population": "old_accounts_of_the_case_on_x", "size": len(old)},
        parameters={"min_gap_days": 180, "gap_ratio": 10, "min_posts_before": 20, "min_posts_after": 10, "wave_days": 14},
        alternatives=[{"code": "returner", "for": [], "against": ["client_changed_for_all", "hours_changed_for_all"]}],
        disarm=["T0150.005"],
        evidence={
            "accounts": accounts,
            "wave": {"window_days": 14, "since": iso(woke[0]["created_at"]), "until": iso(woke[-1]["created_at"]), "woke": len(woke),
                     "eligible": len(old), "expected": 0.12, "p": 3e-9,
                     "by_day": [{"day": day, "woke": count} for day, count in sorted(days.items())]},
            "afterwards": [{"layer": "text", "accounts": len({post["author_id"] for post in copies}), "posts": refs(copies),
                            "test": {"observed": len(copies), "expected": 1.4, "p": 1e-12, "q": 1e-11}}],
            "coverage": [f"x-timeline-{number + 1}" for number in range(len(hijacked))],
        },
    )  # fmt: skip


def _awakening(world: World, number: int) -> Row:
    account, (_, name, language, *_) = hijacked[number], HIJACKED[number]
    posts = world.posts(author_id=account)
    before = [post for post in posts if post["created_at"] < START]
    after = [post for post in posts if post["created_at"] >= START]
    gap = after[0]["created_at"] - before[-1]["created_at"]
    gaps = sorted((b["created_at"] - a["created_at"]).total_seconds() / 86400 for a, b in pairwise(before))
    foreign = [post for post in after if post["language"] != language]
    profile = next(row for row in world.rows["accounts"] if row["account_id"] == account)
    shown = {"posts_before": refs(before[-2:]), "posts_after": refs(after[:2])}
    changes = [
        {"kind": "client", "before": "Phone", "after": "Desk Suite", "measure": "share", "value": 1.0, **shown},
        {"kind": "hours", "before": "evening", "after": "working_day", "measure": "jsd", "value": divergence(before, after), **shown},
        {"kind": "language", "before": language, "after": foreign[0]["language"], "measure": "share",
         "value": round(len(foreign) / len(after), 4), "posts_before": refs(before[-2:]), "posts_after": refs(foreign[:2])},
    ]  # fmt: skip
    if profile["display_name"] != name:
        changes.append({"kind": "name", "before": name, "after": profile["display_name"], "measure": "changed", "value": None,
                        "posts_before": [], "posts_after": []})  # fmt: skip
    return {
        "platform": "x", "id": account, "created_at": iso(profile["created_at"]), "last_before": iso(before[-1]["created_at"]),
        "woke_at": iso(after[0]["created_at"]), "gap_days": round(gap.total_seconds() / 86400, 2),
        "own_median_gap_days": round(gaps[len(gaps) // 2], 2), "posts_before": len(before), "posts_after": len(after),
        "changes": changes, "strip_before": refs(before[-5:]), "strip_after": refs(after[:5]),
    }  # fmt: skip


def divergence(before: list[Row], after: list[Row]) -> float:
    """Jensen-Shannon divergence of hours of the day in UTC, in bits."""
    shares = []
    for rows in (before, after):
        counts = Counter(row["created_at"].hour for row in rows)
        shares.append([counts[hour] / len(rows) for hour in range(24)])
    mixed = [(a + b) / 2 for a, b in zip(*shares, strict=True)]
    parts = [share * math.log2(share / mix) for side in shares for share, mix in zip(side, mixed, strict=True) if share]
    return round(sum(parts) / 2, 4)


def flood(world: World, children: list[str]) -> Finding:
    posts = flood_posts(world)
    ages = [row for row in world.rows["accounts"] if row["account_id"] in {post["author_id"] for post in posts}]
    windows = [
        {"window_seconds": width, "observed": most_within(posts, width, None), "expected": mean, "p": p, "q": p * 4}
        for width, mean, p in ((3600, 0.1, 4e-7), (86_400, 1.4, 1e-22))
    ]
    return Finding(
        detector="flood", detector_version="0", title_code="flood.replies", score=9.6, outcome="unexplained", reasons=[],
        meets_deceptive=True, unmet=[], confidence="high", source_grade="B2", signs=["reply", "wake"],
        layers=["reply", "text", "media", "wake"],
        members=[member("x", account, "possible_victim", "secure_and_restore", 0.9) for account in hijacked]
        + [member("x", account, "commenter", "remove", 1.0) for account in newcomers],
        posts=refs(posts), targets=TARGETS, **span(posts), windows=windows, observed=300.0, expected=17.1,
        expected_false_flags=0.3, comparison={"population": "same_hour_of_the_week", "size": BASELINE_WEEKS * 168},
        parameters={"max_q": 0.01, "min_targets": 3, "young_days": 30, "share_ratio": 3.0},
        alternatives=[
            {"code": "breaking_news", "for": [], "against": ["no_target_in_the_news", "same_texts_under_all_targets"]},
            {"code": "diaspora", "for": ["several_languages"], "against": ["same_accounts_in_every_language"]},
        ],
        disarm=["T0049", "T0116.001", "T0150.001", "T0150.005"], children=children,
        evidence={
            "targets": [_under(world, target) for target in MEMBERS],
            "repliers": {
                "total": len(ages), "young_under_days": 30, "new": len(newcomers), "woken": len(hijacked), "share": 1.0,
                "usual_share": 1 / len(ordinary), "ratio": 10.0,
                "ages": [{"from_days": low, "to_days": high, "accounts": sum(1 for row in ages if _age(posts, row, low, high))}
                         for low, high in ((0, 30), (30, 365), (365, None))],
            },
            "texts": [{"text": text, "posts": refs(rows), "accounts": len({row["author_id"] for row in rows})}
                      for text, rows in repeated(posts)],
            "media": [{"media_hash": value, "posts": refs(rows), "accounts": len({row["author_id"] for row in rows})}
                      for value, rows in _pictures(posts)],
            "baseline": {"since": "2026-02-09T00:00:00Z", "until": iso(START),
                         "replies": sum(1 for post in world.posts(content_type="comment") if post["created_at"] < START),
                         "collections": ["x-replies"]},
        },
    )  # fmt: skip


def _age(posts: list[Row], account: Row, low: int, high: int | None) -> bool:
    first = next(post for post in posts if post["author_id"] == account["account_id"])
    days = (first["created_at"] - account["created_at"]) / timedelta(days=1)
    return low <= days and (high is None or days < high)


def _under(world: World, target: str) -> Row:
    """One target's hours, with the mean and the most of the same hour of the week in the three weeks before."""
    replies = [post for post in world.posts(in_reply_to_account_id=target) if post["created_at"] < END]
    earlier = [post["created_at"] for post in replies if post["created_at"] < START]
    usual = Counter(when.strftime("%a %H") for when in earlier)
    most: Counter[str] = Counter()
    for (_, hour), count in Counter((when.date(), when.strftime("%a %H")) for when in earlier).items():
        most[hour] = max(most[hour], count)
    hours = Counter(post["created_at"].replace(minute=0, second=0) for post in replies if post["created_at"] >= START)
    series = [
        {"at": iso(hour), "observed": count, "expected": round(usual[hour.strftime("%a %H")] / BASELINE_WEEKS, 4),
         "high": most[hour.strftime("%a %H")]}
        for hour, count in sorted(hours.items())
    ]  # fmt: skip
    peak = max(series, key=lambda point: (point["observed"], point["at"]))
    mean = len(earlier) / (BASELINE_WEEKS * 168)
    p = 1 - sum(math.exp(-mean) * mean**count / math.factorial(count) for count in range(peak["observed"]))
    tests = len(MEMBERS) * int((END - START) / timedelta(hours=1))
    mine = [post for post in replies if post.get("client") == "Desk Suite"]
    return {
        "platform": "x", "account_id": target, "series": series,
        "peak": {"at": peak["at"], "test": {"observed": peak["observed"], "expected": round(mean, 4), "p": _short(p),
                                            "q": _short(min(1.0, p * tests))}},
        "replies": len(mine), "repliers": len({post["author_id"] for post in mine}),
    }  # fmt: skip


def _short(value: float) -> float:
    """Three digits, so that the last bits of a machine's arithmetic are not part of the example."""
    return float(f"{value:.3g}")


def members_of(accounts: list[str]) -> list[Row]:
    """An account whose owner lost it is to be given back, whatever it was used for."""
    return [member("x", account, "possible_victim", "secure_and_restore") if account in hijacked
            else member("x", account, "commenter", "investigate") for account in accounts]  # fmt: skip


def _pictures(posts: list[Row]) -> list[tuple[str, list[Row]]]:
    return repeated(
        [{**post, "picture": post["media_hashes"][0]} for post in posts if post.get("media_hashes")], "picture"
    )


def media(world: World) -> Finding:
    posts = [post for post in flood_posts(world) if post.get("media_hashes")][:24]
    accounts = sorted({post["author_id"] for post in posts})
    qualities = {row["media_hash"]: row["quality"] for row in world.rows["media"]}
    base = int(posts[0]["media_hashes"][0], 16)
    uses = [
        {"platform": "x", "post_id": post["post_id"], "author_id": post["author_id"], "at": iso(post["created_at"]),
         "media_hash": post["media_hashes"][0], "distance": (int(post["media_hashes"][0], 16) ^ base).bit_count(),
         "quality": qualities[post["media_hashes"][0]], "path": None}
        for post in posts
    ]  # fmt: skip
    return Finding(
        detector="media", detector_version="0", title_code="media.frame", score=5.2, reasons=["single_layer"],
        unmet=["two_signs", "deception_sign"], confidence="moderate", source_grade="B2", signs=["coaction"], layers=["media"],
        members=members_of(accounts),
        posts=refs(posts), **span(posts), observed=float(len(accounts)), expected=0.4,
        comparison={"population": "accounts_with_pictures", "size": len(accounts)},
        windows=[{"window_seconds": 86_400, "observed": most_within(posts, 86_400), "expected": 0.4, "p": 2e-6, "q": 2e-6}],
        parameters={"same_distance": 10, "look_distance": 31, "min_quality": 50},
        alternatives=[{"code": "wire", "for": [], "against": ["no_outlet_carries_it"]}], disarm=[],
        evidence={"clusters": [{"media_hash": uses[0]["media_hash"], "kind": "video_frame", "accounts": len(accounts),
                                "first": refs(posts)[0], "order": "known", "uses": uses}]},
    )  # fmt: skip


def repeat(world: World) -> Finding:
    posts = flood_posts(world)
    lured = [post for post in posts if LURE in (post.get("urls") or [])]
    shown = [post for post in posts if (post.get("media_hashes") or [None])[0] == CLIP]
    both = [post for post in posts if post["text"] in (FOR, AGAINST)]
    everyone = sorted({post["author_id"] for post in [*lured, *shown, *both]} | {newcomers[3]})
    evidence = sorted(
        {post["post_id"]: post for post in [*lured, *shown, *both]}.values(), key=lambda post: post["created_at"]
    )
    entity = {"platform": "x", "kind": "account"}

    def indicator(kind: str, value: str, platform: str | None, rows: list[Row]) -> Row:
        who = sorted({row["author_id"] for row in rows}) or [newcomers[3]]
        return {"indicator_kind": kind, "indicator": value, "platform": platform, "posts": refs(rows),
                "members": [{**entity, "id": account} for account in who]}  # fmt: skip

    sides = []
    for target in BOTH_SIDES:
        named = [post for post in both if post["in_reply_to_account_id"] == target]
        families = [[post for post in named if post["text"] == text] for text in (FOR, AGAINST)]
        who = [{post["author_id"] for post in rows} for rows in families]
        sides.append({"platform": "x", "account_id": target, "accounts_in_both": len(who[0] & who[1]),
                      "families": [{"text": rows[0]["text"], "posts": refs(rows), "accounts": len(people), "stance": None}
                                   for rows, people in zip(families, who, strict=True)]})  # fmt: skip
    known = world.rows["campaigns"][0]
    carried = {post["author_id"] for post in [*lured, *shown]} | {newcomers[3]}
    return Finding(
        detector="repeat", detector_version="0", title_code="repeat.campaign", score=4.4,
        reasons=["too_few_events", "single_layer"], unmet=["group_test", "two_signs"],
        confidence="low", source_grade="B3", signs=["coaction"], layers=["link", "media"],
        members=members_of(everyone),
        posts=refs(evidence), targets=[TARGETS[0], TARGETS[2]], **span(evidence), observed=float(len(carried)), expected=0.2,
        comparison={"population": "confirmed_campaigns", "size": 1}, parameters={"min_overlap": 2},
        alternatives=[{"code": "handle_reused", "for": [], "against": ["persistent_ids_match"]}], disarm=[],
        evidence={"campaigns": [{"campaign": known["campaign"], "confirmed_by": known["confirmed_by"], "date": iso(known["date"]),
                                 "indicators": [indicator("url", LURE, "x", lured), indicator("media_hash", CLIP, None, shown),
                                                indicator("account", newcomers[3], "x", [])],
                                 "matched": len(carried), "expected": 0.2}],
                  "both_sides": sides},
    )  # fmt: skip


def build(world: World) -> list[Finding]:
    inside = [hijack(world), shift(flood_posts(world), members_of(hijacked + newcomers)), media(world)]
    return [*inside, flood(world, [finding.id for finding in inside]), repeat(world)]
