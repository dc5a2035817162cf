"""Story one, the hours: do the flood's posts fit an office, at which offsets from UTC? A whole band fits, no country."""

import math

from world import Row, refs, span

from records.finding import Finding


def shift(posts: list[Row], members: list[Row]) -> Finding:
    hours = [[0] * 24 for _ in range(7)]
    for post in posts:
        hours[post["created_at"].weekday()][post["created_at"].hour] += 1
    tested = [(half / 2, office(posts, half / 2)) for half in range(-24, 29)]
    best = max(value for _, value in tested)
    kept = [offset for offset, value in tested if value > best - 3]
    return Finding(
        detector="shift", detector_version="0", title_code="shift.office", score=3.9,
        reasons=["explained_by_scheduler", "single_layer"], unmet=["two_signs", "deception_sign", "no_trap"],
        confidence="low", source_grade="B2", signs=[], layers=[],
        members=members,
        posts=refs(posts), **span(posts), observed=float(len(posts)), expected=None,
        comparison={"population": "leisure_template", "size": None}, parameters={"min_posts": 300, "exclude_below": 3.0},
        alternatives=[{"code": "scheduler", "for": ["one_client_for_all"], "against": ["no_post_on_the_full_minute"]}],
        disarm=[],
        evidence={"utc_offsets": kept, "hours": hours, "posts_counted": len(posts),
                  "offsets": [{"utc_offset": offset, "log_likelihood": round(value, 3), "excluded": offset not in kept}
                              for offset, value in tested],
                  "weekend_share": sum(map(sum, hours[5:])) / len(posts),
                  "leisure": {"template": "evenings",
                              "log_likelihood": round(max(evening(posts, half / 2) for half in range(-24, 29)), 3)},
                  "template": {"start_hour": 8.0, "end_hour": 17.0, "pause_hours": [12.0]}, "daylight_saving": "cannot_tell"},
    )  # fmt: skip


def office(posts: list[Row], offset: float) -> float:
    """Log-likelihood of a day of nine hours with the fifth free, its start between 7 and 10 marginalised."""
    likelihoods = []
    for start in (7, 7.5, 8, 8.5, 9, 9.5, 10):
        inside = [0 <= (local := _local(post, offset) - start) < 9 and not 4 <= local < 5 for post in posts]
        likelihoods.append(sum(math.log(0.96 / 8 if work else 0.04 / 16) for work in inside))
    most = max(likelihoods)
    return most + math.log(sum(math.exp(value - most) for value in likelihoods) / len(likelihoods))


def evening(posts: list[Row], offset: float) -> float:
    """Log-likelihood of leisure: half of the posts between 18 and 23, the rest anywhere."""
    return sum(math.log(0.5 / 5 if 18 <= _local(post, offset) < 23 else 0.5 / 19) for post in posts)


def _local(post: Row, offset: float) -> float:
    return (post["created_at"].hour + post["created_at"].minute / 60 + offset) % 24
