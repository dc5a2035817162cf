"""What the columns of an unknown table mean, guessed by their names and their values, with reasons; never decided alone."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import polars as pl

from loaders import dates, mapping
from loaders.base import Options, Source
from loaders.csvfile import LINE
from loaders.guess_columns import alike, assign, hours_of, kinds, table_of
from loaders.guess_names import meanings, word
from loaders.guess_platform import platform_of
from loaders.guessed import Guess, Guessed, Question
from loaders.opening import beginning, open_table
from loaders.plan import EXTRA, HANDLE, made_of_the_rest
from loaders.values import ALL, LOOKED_AT, Look, fits, look, says
from records import words

# Where two columns could both be one of these, a person is asked: a wrong one makes every finding wrong.
ASKED: Final = ("created_at", "post_id", "author_id", "author.handle", "text")
# A second text must say at least half as much as the longest for it to be in doubt which of the two is the post's.
_SAME_SIZE: Final = 0.5
# Links to the picture of a profile are not what a post shares: everybody's posts would share their own.
_PICTURE: Final = re.compile(r"image|avatar|photo|picture|thumb|profile|icon|cover|banner|图|头像", re.IGNORECASE)
# Names of people and pages are shorter than this.
_NAME: Final = 60
# Digits of ids that hold a time, as those of X, TikTok, Facebook and Weibo do; times in microseconds have sixteen.
_LONG_ID: Final = 17
# Platforms where each chat or wall counts its own posts from 1; ids that are unique everywhere are far beyond this.
_COUNTING: Final = ("telegram", "vk")
_COUNTED: Final = 10**9


_TELLING: Final[Mapping[str, Callable[[Look], bool]]] = {
    "created_at": lambda seen: seen.times >= ALL and not seen.digits,
    "text": lambda seen: seen.textual,
    # "news" alone may be a topic, a group or a section as well, and one letter anything.
    "platform": lambda seen: seen.platforms >= ALL and seen.length > 1 and words.platform(seen.example) != "web",
    # Codes in capitals are those of countries.
    "language": lambda seen: seen.languages >= ALL and seen.example.islower(),
    HANDLE: lambda seen: seen.ats >= ALL,
    # Long numbers, none of them twice: counts are shorter, and who writes writes more than once.
    "post_id": lambda seen: seen.distinct == 1 and seen.digits == 1 and seen.length >= _LONG_ID,
    "urls": lambda seen: seen.links >= ALL,
}
"""Values that say by themselves what they are, whatever their column is called."""


def guess(source: Source, options: Options, table: str | None = None) -> Guessed:
    """What the columns of `source` mean; what `options` say stands, and `table` where it is given.

    Raises LoadError where it is no table.
    """
    names, batches = open_table(source)
    frame = beginning(batches, LOOKED_AT).frame.drop(LINE)
    seen = {name: look(frame[name]) for name in names if name in frame.columns}
    said = mapping.of(options)
    if any("." in value and not value.startswith("author.") for value in options.mapping.values()):
        table = said.table
    return _Guessing(source.name, frame, seen, table or table_of(frame, seen), said).result()


class _Guessing:
    """One file's guess on its way."""

    def __init__(
        self, file: str, frame: pl.DataFrame, seen: Mapping[str, Look], table: str, said: mapping.Mapping
    ) -> None:
        self.file, self.frame, self.seen, self.table, self.said = file, frame, seen, table, said
        self.fields: dict[str, Guess] = {}
        self.constants = dict(said.constants)
        self.questions: list[Question] = []
        self.notes: list[str] = []
        self.aside: dict[str, str] = {}
        self.kinds = kinds(table)
        self.dates: str | None = None
        self._said()

    def result(self) -> Guessed:
        by_name = assign(self.frame, self.seen, self.table, self._free(), self._open())
        for field, (column, tier) in by_name.items():
            agrees = fits(field, self.kinds[field].kind, self.seen[column])
            sure = "high" if agrees and not tier else "moderate" if agrees or not tier else "low"
            self._take(
                field,
                column,
                sure,
                f"called like the {word(field)}; {says(field, self.kinds[field].kind, self.seen[column])}",
            )
        if self.table == "posts":
            self._by_values()
            self._missing_time()
            self._missing_author()
        for field in ASKED:
            if field != HANDLE or "author_id" not in self.fields:  # an id is the better author
                self._rivals(field)
        self._hours()
        self._platform()
        if self.table == "posts":
            self._joined_ids()
        self._dates()
        return self._result()

    def _free(self) -> list[str]:
        taken = {part for guess in self.fields.values() for part in self._parts(guess.column)} | self.aside.keys()
        return [name for name in self.seen if name not in taken]

    def _parts(self, column: str) -> tuple[str, ...]:
        return (column,) if column in self.seen else tuple(column.split("+"))

    def _open(self) -> list[str]:
        return [field for field in self.kinds if field not in self.fields and field not in self.constants]

    def _take(self, field: str, column: str, confidence: str, reason: str) -> None:
        example = " ".join(self.seen[part].example for part in self._parts(column))
        self.fields[field] = Guess(column, field, confidence, reason, example)

    def _said(self) -> None:
        lower = {name.lower(): name for name in self.seen}
        for column, target in self.said.columns.items():
            parts = [column] if column.lower() in lower else [part.strip() for part in column.split("+")]
            if all(part.lower() in lower for part in parts):
                own = "+".join(lower[part.lower()] for part in parts)
                if target == EXTRA:
                    self.aside[own] = "said with --map"
                    continue
                if target in self.kinds:
                    self._take(target, own, "high", "said with --map")
            elif target == "platform" and (platform := words.platform(column)):
                self.constants["platform"] = platform

    def _by_values(self) -> None:
        """Fields whose values say by themselves what they are, whatever the column is called."""
        for field, test in _TELLING.items():
            columns = [name for name in self._free() if test(self.seen[name])]
            if field == "urls":
                columns = [name for name in columns if not _PICTURE.search(name)]
            if columns and field in self._open():
                best = max(columns, key=lambda name: self.seen[name].length if field == "text" else 0)
                values = says(field, self.kinds[field].kind, self.seen[best])
                self._take(field, best, "moderate", f"its name says nothing; {values}")

    def _missing_time(self) -> None:
        """A column in which at least some values are times may be the time, or not."""
        choices = [name for name in self._free() if self.seen[name].times > 0]
        if "created_at" in self._open() and choices:
            self.questions.append(Question("created_at", f"Which column of {self.file} is the time?", tuple(choices)))
            reason = says("created_at", "time", self.seen[choices[0]])
            self._take("created_at", choices[0], "low", f"no column is called like a time; {reason}")

    def _missing_author(self) -> None:
        if {"author_id", HANDLE} & self.fields.keys():
            return
        if shown := self.fields.pop("author.display_name", None):
            self._take(HANDLE, shown.column, "low", f"there is no id and no handle; {shown.reason}")
            return
        # An author is a short value; a place or a program may be named like one, a time, a count or a text is none.
        other = {self.fields[field].column for field in self.fields if self.kinds[field].kind != "str"}
        other |= {self.fields[field].column for field in ("text", "title", "url", "post_id") if field in self.fields}
        choices = [
            name
            for name, seen in self.seen.items()
            if seen.filled and name not in other and name not in self.aside and not seen.textual
            and seen.length <= _NAME and max(seen.times, seen.links) < ALL
        ]  # fmt: skip
        if choices:
            self.questions.append(Question("author_id", f"Which column of {self.file} is the author?", tuple(choices)))
            self.fields = {field: one for field, one in self.fields.items() if one.column != choices[0]}
            self._take("author_id", choices[0], "low", "no column is called like an author; one must be said")

    def _rivals(self, field: str) -> None:
        """Ask where another column is as likely to be `field` as the one taken."""
        mine = self.fields.get(field)
        if mine is None or mine.reason == "said with --map" or "+" in mine.column:
            return
        kind = self.kinds[field].kind
        tier = meanings(mine.column, self.table).get(field)
        rivals = []
        for name in self._free():
            other = meanings(name, self.table).get(field)
            if other != tier or not self.seen[name].filled or fits(field, kind, self.seen[name]) is False:
                continue
            if tier is None and not self._as_likely(field, name, mine.column):
                continue
            if same := alike(self.frame[mine.column], self.frame[name], kind):
                if same == "finer":
                    self.aside[mine.column] = f"the same days as {name}, which says the hour too"
                    self._take(field, name, mine.confidence, says(field, self.kinds[field].kind, self.seen[name]))
                else:
                    self.aside[name] = f"says the same as {self.fields[field].column}"
            else:
                rivals.append(name)
        if rivals:
            columns = (self.fields[field].column, *rivals)
            shown = "; ".join(f"{name} ({self.seen[name].example[:40]!r})" for name in columns)
            self.questions.append(Question(field, f"Which is the {word(field)}: {shown}?", columns))
            self.fields[field] = replace(self.fields[field], confidence="low")

    def _as_likely(self, field: str, name: str, than: str) -> bool:
        """Whether, where names say nothing, the values of `name` speak for `field` as those of `than` do."""
        one, other = self.seen[name], self.seen[than]
        if field == "created_at":
            return one.times >= ALL and not one.digits
        return field == "text" and one.textual and one.length >= _SAME_SIZE * other.length

    def _platform(self) -> None:
        if "platform" not in self.kinds or {"platform"} & {*self.constants, *self.fields}:
            return
        found, confidence, reason = platform_of(self.file, self.frame, {f: g.column for f, g in self.fields.items()})
        if found:
            self.constants["platform"] = found
            self.notes.append(f"platform {found}: {reason}")
            self.fields["platform"] = Guess("", "platform", confidence, reason, found)
        if not found or confidence == "low":
            others = [name for name in words.PLATFORMS if name != found]
            first = [found] if found else []
            self.questions.append(
                Question("platform", f"Which platform are the rows of {self.file} of?", (*first, *others))
            )

    def _hours(self) -> None:
        """A day in one column and its hour in another are one time."""
        day = self.fields.get("created_at")
        if day is None or day.reason == "said with --map" or day.column not in self.seen:
            return
        if hour := hours_of(self.frame, day.column, self._free()):
            self._take("created_at", f"{day.column}+{hour}", day.confidence, f"{day.reason}; {hour} says the hour")

    def _joined_ids(self) -> None:
        """A chat or a page that counts its own posts: their numbers are ids only together with its own id."""
        post = self.fields.get("post_id")
        if post is None or post.reason == "said with --map":
            return
        owner = next((self.fields[field].column for field in ("author_id", HANDLE) if field in self.fields), None)
        if owner is None or owner not in self.frame.columns or owner == post.column:
            return
        pairs = self.frame.select(post.column, owner).drop_nulls()
        alone, together = pairs[post.column].n_unique(), pairs.n_unique()
        numbers = pairs[post.column].cast(pl.Int64, strict=False)
        counted = self.constants.get("platform") in _COUNTING and (numbers < _COUNTED).all() and not numbers.has_nulls()
        if together > alone or counted:
            reason = (
                f"{post.column} counts anew for each {owner}"
                if together > alone
                else f"on {self.constants['platform']} each chat or wall counts its own"
            )
            self._take("post_id", f"{owner}+{post.column}", "moderate", f"{reason}; only together they are an id")

    def _dates(self) -> None:
        """Which number comes first in dates such as 03/04/2024."""
        orders = {
            part: self.seen[part].order
            for guess in self.fields.values()
            if guess.field in self.kinds and self.kinds[guess.field].kind == "time"
            for part in self._parts(guess.column)
            if self.seen[part].order is not None
        }
        if not orders or self.said.dates:
            self.dates = self.said.dates
            return
        settled = {order for order in orders.values() if order}
        self.dates = settled.pop() if len(settled) == 1 else None
        column = next(iter(orders))
        if self.dates:
            self.notes.append(f"dates of {', '.join(orders)} are {self.dates}: some of their numbers are above 12")
        else:
            example = self.seen[column].example
            self.questions.append(
                Question("dates", f"Which number of {column}, as in {example!r}, comes first?", dates.ORDERS)
            )
            self.dates = dates.ORDERS[0]

    def _result(self) -> Guessed:
        columns: dict[str, str] = {}
        shown: dict[str, Guess] = {}
        for field, one in self.fields.items():
            if one.column:
                columns[one.column] = field
            for part in self._parts(one.column) if one.column else ():
                shown.setdefault(part, one)
        extra = {name: Guess(name, EXTRA, "high", self._why(name), look.example) for name, look in self.seen.items()}
        guesses = [shown.get(name, extra[name]) for name in self.seen]
        joined = [one for one in self.fields.values() if one.column and one not in guesses]
        constants = [
            self.fields.get(field, Guess("", field, "high", "said", value)) for field, value in self.constants.items()
        ]
        columns |= {name: EXTRA for name in self._free() if name.lower() in {*self.kinds, "handle"}}
        columns |= dict.fromkeys(self.aside, EXTRA)
        place = {name: number for number, name in enumerate(self.seen)}
        columns = dict(sorted(columns.items(), key=lambda item: place[self._parts(item[0])[-1]]))
        return Guessed(
            mapping.Mapping(self.table, columns, self.constants, self.said.timezone, self.dates),
            tuple(dict.fromkeys([*guesses, *joined, *constants])),
            tuple(self.questions),
            tuple(self._lacking()),
            tuple(self.notes),
        )

    def _lacking(self) -> list[str]:
        have = {*self.fields, *self.constants, "platform"}  # the platform is asked for
        have |= made_of_the_rest(self.table, have)
        return [field for field, column in self.kinds.items() if column.required and field not in have]

    def _why(self, name: str) -> str:
        if name in self.aside:
            return self.aside[name]
        wanted = meanings(name, self.table)
        for field in wanted:
            if field in self.fields:
                return f"{self.fields[field].column} is the {word(field)} already"
            if field in self.kinds and self.seen[name].filled:
                return f"called like the {word(field)}, but its values are not"
        return "empty" if not self.seen[name].filled else "no field is called so"
