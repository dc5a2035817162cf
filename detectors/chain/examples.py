"""A paper, a tabloid and two accounts: twelve mornings on which three print what the first has, or stories of their own."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from detectors.base import Rows

_START: Final = datetime(2026, 3, 2, 7, tzinfo=UTC)
_MEDIA: Final = (("web", "paper.example"), ("web", "tabloid.example"), ("wechat", "gh_1"), ("wechat", "gh_2"))
_SYLLABLES: Final = (
    "ba",
    "den",
    "fal",
    "gri",
    "hal",
    "ju",
    "kes",
    "lo",
    "mir",
    "nav",
    "os",
    "pel",
    "qua",
    "ri",
    "sto",
    "tum",
)


def example(copied: bool) -> Rows:
    """Each prints a piece a day; with `copied` three of them the paper's, three hours apart. Beside it, own pieces."""
    posts = []
    for day in range(12):
        for place, medium in enumerate(_MEDIA):
            story = day if copied else 100 * (place + 1) + day
            posts.append(_piece(medium, f"story-{place}-{day}", story, day * 24 + 3 * place))
        posts += [
            _piece(medium, f"own-{place}-{day}", 1000 + 50 * place + day, day * 24 + 13)
            for place, medium in enumerate(_MEDIA)
        ]
    return {"posts": posts}


def _piece(medium: tuple[str, str], post_id: str, story: int, hours: int) -> dict[str, Any]:
    """Sixty words as no other story has them."""
    text = " ".join(_word(story * 211 + step * 7919) for step in range(60))
    return {
        "platform": medium[0], "post_id": post_id, "author_id": medium[1], "author_kind": "outlet",
        "content_type": "article", "created_at": _START + timedelta(hours=hours), "text": text,
        "title": " ".join(_word(story * 523 + step * 6151 + 1) for step in range(7)),
    }  # fmt: skip


def _word(number: int) -> str:
    """A word nobody has read, one of four thousand."""
    mixed = number * 2654435761 % 2**32 >> 8
    return "".join(_SYLLABLES[mixed >> shift & 15] for shift in (0, 4, 8))
