"""Stories four and five, findings: how the article travelled, whose reads surged, and who owns the account's outlet."""

from article import COPY_A, COPY_B, LEAD, PAPER, QUOTE, READS, SPIN, SURGE, TABLOID, TOPICS, VIDEO
from world import Row, World, iso, member, refs, span

from records.finding import Finding

WEB_PAPER = {"platform": "web", "id": PAPER, "kind": "outlet"}
WEB_TABLOID = {"platform": "web", "id": TABLOID, "kind": "outlet"}


def chain(world: World) -> Finding:
    paper, tabloid = (
        next(p for p in world.posts(author_id=who) if p["created_at"].month == 3) for who in (PAPER, TABLOID)
    )
    video, first, second = (world.posts(author_id=who)[0] for who in (VIDEO, COPY_A, COPY_B))
    story, headline = LEAD + QUOTE + SPIN, tabloid["title"]
    hops = [
        (tabloid, paper, LEAD + QUOTE, "text"),
        (video, tabloid, headline, "title"),
        (first, tabloid, story, "text"),
        (second, tabloid, story, "text"),
    ]
    steps = [_step(paper)]
    for post, source, shared, field in hops:
        lag = (post["created_at"] - source["created_at"]).total_seconds()
        steps.append(_step(post) | {"copies": source["post_id"], "similarity": round(len(shared) / len(source[field]), 4),
                                    "credited": post is tabloid, "lag_seconds": lag,
                                    "order": "tie" if post in (first, second) else "known"})  # fmt: skip
    posts = [paper, tabloid, video, first, second]
    earlier = [post for post in world.posts(author_id=TABLOID) if post["created_at"].month == 2]
    roles = ((WEB_PAPER, "source", "none"), (WEB_TABLOID, "copier", "label"))
    return Finding(
        detector="chain", detector_version="0", title_code="chain.story", score=7.4, outcome="unexplained", reasons=["order_unknown"],
        unmet=["two_signs", "deception_sign"], confidence="moderate", source_grade="B2", signs=["text"], layers=["text"],
        members=[member("web", end["id"], role, action, None, "outlet") for end, role, action in roles]
        + [member("douyin", VIDEO, "copier", "investigate"), member("wechat", COPY_A, "copier", "investigate"),
           member("wechat", COPY_B, "copier", "investigate")],
        posts=refs(posts), **span(posts), observed=float(len(earlier)), expected=1.0,
        comparison={"population": "stories_of_the_source", "size": len(TOPICS)},
        parameters={"min_containment": 0.5, "min_similarity": 0.85, "min_stories": 10},
        alternatives=[{"code": "wire", "for": ["one_hop_credits_the_paper"], "against": ["no_wire_carried_it"]},
                      {"code": "same_owner", "for": [], "against": ["no_edge_between_paper_and_tabloid"]}],
        disarm=["T0084.002", "T0119"],
        evidence={
            "steps": steps,
            "passages": [{"platform": post["platform"], "post_id": post["post_id"], "copies": source["post_id"],
                          "spans": [_aligned(post["text"], source[field], shared)]} for post, source, shared, field in hops],
            "times": [{"platform": post["platform"], "post_id": post["post_id"], "source": "post_id" if post is video else "page",
                       "error_seconds": 0.5 if post is video else 60.0} for post in posts],
            "credits": [{"platform": "web", "post_id": tabloid["post_id"], "phrase": "据《枫湾晨报》报道", "names": "枫湾晨报"}],
            "habit": [{"source": WEB_PAPER, "copier": WEB_TABLOID, "stories": len(TOPICS), "carried": len(earlier),
                       "expected": 1.0, "p": 3.7e-7}],
        },
    )  # fmt: skip


def _step(post: Row) -> Row:
    return {
        "platform": post["platform"], "post_id": post["post_id"], "author_id": post["author_id"], "author_kind": post["author_kind"],
        "at": iso(post["created_at"]), "copies": None, "similarity": None, "credited": None, "lag_seconds": None, "order": "known",
    }  # fmt: skip


def _aligned(later: str, earlier: str, shared: str) -> Row:
    start, source = later.index(shared), earlier.index(shared)
    return {"from": start, "to": start + len(shared), "copies_from": source, "copies_to": source + len(shared)}


def engagement(world: World) -> Finding:
    posts = world.posts(author_id=SURGE)
    usual, above = posts[: len(READS)], posts[len(READS) :]
    counts = sorted(post["views"] for post in usual)
    middle = counts[len(counts) // 4 : -(len(counts) // 4)]
    median = (counts[len(counts) // 2 - 1] + counts[len(counts) // 2]) / 2
    spread = sorted(abs(count - median) for count in counts)
    scale = round(1.4826 * (spread[len(spread) // 2 - 1] + spread[len(spread) // 2]) / 2, 4)
    return Finding(
        detector="engagement", detector_version="0", title_code="engagement.surge", score=5.8, reasons=["single_layer"],
        unmet=["two_signs", "two_windows", "deception_sign"], confidence="moderate", source_grade="B3", signs=["engagement"],
        members=[member("wechat", SURGE, "source", "investigate")], posts=refs(above), **span(above),
        observed=float(max(post["views"] for post in above)), expected=median,
        comparison={"population": "own_earlier_posts", "size": len(usual)},
        parameters={"min_ratio": 2.5, "min_robust_z": 3.5, "baseline_posts": 100},
        alternatives=[{"code": "paid_boost", "for": [], "against": []},
                      {"code": "breaking_news", "for": [], "against": ["text_like_every_day"]}],
        evidence={
            "entity": {"platform": "wechat", "id": SURGE, "kind": "account"}, "measure": "views",
            "baseline": {"kind": "own", "posts_available": len(usual), "age_hours": 48.0, "median": median, "low": float(middle[0]),
                         "high": float(middle[-1]), "scale": scale, "peers": [],
                         "posts": [{"platform": "wechat", "post_id": post["post_id"], "at": iso(post["created_at"]),
                                    "value": post["views"], "age_hours": 48.0} for post in usual]},
            "posts": [{"platform": "wechat", "post_id": post["post_id"], "at": iso(post["created_at"]), "content_type": "article",
                       "age_hours": 48.0, "value": post["views"], "expected": median, "ratio": round(post["views"] / median, 4),
                       "robust_z": round((post["views"] - median) / scale, 2)} for post in above],
        },
    )  # fmt: skip


def ownership(world: World) -> Finding:
    rows = world.rows["ownership"]
    plain = ("subject_id", "object_id", "relation", "subject_kind", "object_kind", "object_name", "source", "grade")
    edges = [{key: row.get(key) for key in plain}
             | {"since": iso(row["since"]), "until": iso(row["until"]) if row["until"] else None} for row in rows]  # fmt: skip
    holding, partner, bureau, shared = edges
    ends = {row["outlet_id"]: row["kind"] for row in world.rows["outlets"]}
    return Finding(
        detector="ownership", detector_version="0", title_code="ownership.path", score=4.9, reasons=["single_layer", "coverage"],
        unmet=["group_test", "two_signs", "two_windows", "deception_sign"], confidence="low", source_grade="B3", signs=["ownership"],
        members=[member("web", "out-mist-news", "source", "label", None, "outlet"),
                 member("web", TABLOID, "owner", "none", None, "outlet")],
        posts=[], observed=2.0, parameters={"max_hops": 4}, comparison={"population": "outlets_of_the_case", "size": len(ends)},
        alternatives=[{"code": "agency_analytics_id", "for": ["shared_id_ended"], "against": []}],
        evidence={"paths": [
            {"edges": [shared], "hops": 1, "weakest_grade": "C3", "ended": True},
            {"edges": [holding, partner], "hops": 2, "weakest_grade": "B3", "ended": False},
            {"edges": [holding, partner, bureau], "hops": 3, "weakest_grade": "B3", "ended": False},
        ], "outlets": [{"outlet_id": name, "kind": ends[name]} for name in ("out-mist-news", TABLOID)]},
    )  # fmt: skip


def build(world: World) -> list[Finding]:
    return [chain(world), engagement(world), ownership(world)]
