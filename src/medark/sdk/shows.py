"""What a page or figure is given: rows or counts of the application's own datasets, never the lake"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from medark.errors import UsageError
from medark.sdk.settings import Settings

Row = Mapping[str, Any]
MOST_ROWS = 500  # of one page: past it, the dataset is downloaded
ANY: Final = "*"
SET_APART: Final = "、"  # between the values of a query that a column may be any of


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a dataset, `limit` a page, in an order (`-column`: falling); missing values come last.

    The page to show is the query's `page` (from 1); `where` names columns that the query may be equal to (or to any of
    several values, set apart by 、); an empty one, as a form sends what was left open, asks for all. `between`: a
    column of days that the query's `from` and `to` bound. `only`: parts of the query, as name=value (name=* for any),
    of which one must be there; without it nothing is read.
    """

    dataset: str
    columns: tuple[str, ...]
    order: tuple[str, ...] = ()
    limit: int = 50
    where: tuple[str, ...] = ()
    between: str = ""
    only: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.limit <= MOST_ROWS:
            raise UsageError(f"a page shows {self.limit} rows", fix=f"limit=50, at most {MOST_ROWS}")

    def wanted(self, query: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """The values that columns must have, as the query says."""
        return {name: tuple(query[name].split(SET_APART)) for name in self.where if query.get(name)}

    def is_asked(self, query: Mapping[str, str]) -> bool:
        """Are its rows asked for at all?"""
        parts = (part.partition("=") for part in self.only)
        return not self.only or any(
            bool(query.get(name)) if value == ANY else query.get(name) == value for name, _, value in parts
        )

    def days(self, query: Mapping[str, str]) -> tuple[dt.date | None, dt.date | None]:
        """The first and the last day that the query asks for; None for an open end, and for what is no day."""
        return (_day(query.get("from", "")), _day(query.get("to", ""))) if self.between else (None, None)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a dataset there are by the values of columns. Small counts come as None."""

    dataset: str
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sums:
    """The rows of a dataset that a query asks for, a column of them summed up by others: the largest sums first.

    Rows: the columns of `by`, and `amount`. What is summed up may be read row by row: nothing small is hidden.
    """

    of: Rows
    by: tuple[str, ...]
    amount: str = "quantity"


@dataclass(frozen=True, slots=True)
class Tasks:
    """The application's tasks that are the reader's: open ones, what is due first, then those closed in `days`.

    Rows: number, kind, key, title, state, raised, due, closed (2024-07-01 08:00), assignee, reason, is_late, and
    minutes (until it is due; below 0: since then; None without a clock, or closed). `kind`: of these alone.
    """

    kind: str = ""
    days: int = 30


@dataclass(frozen=True, slots=True)
class Meetings:
    """Who was where people of `cases` were, at the same time: the rows of the dataset `stays` that overlap theirs.

    `stays` has person_id, entry_start, entry_end and `place`; those of a case count from `before` days before the
    case's entry until `after` days after it. `apart`: how many days may lie between them. Rows: person_id, case (whose
    contact), first, last (the time that both were there, or so near), `place` and `columns`. Of one person and case at
    one place, the longest.
    """

    cases: Rows
    stays: str
    place: str = "place"
    columns: tuple[str, ...] = ()
    before: int = 2
    after: int = 14
    apart: int = 0
    limit: int = 200


@dataclass(frozen=True, slots=True)
class Signals:
    """The application's signals as the reader may see them: a row a series, alarms first, the newest first.

    `names`: of these alone; `asked`: of the one that the query names as `signal`; `points`: how many of the newest
    periods come with each; `all_states`: quiet ones too.
    Rows: signal, title, channel, every, group (by column), state, period (the newest judged), count, total, judged,
    expected, threshold, method, parameters, why (in words), since, agreeing (of a trigger), places (of a cluster),
    task, task_state, due_ms, fresh_ms, and points: each with period, count, total, judged, expected, threshold, state.
    """

    names: tuple[str, ...] = ()
    points: int = 0
    all_states: bool = True
    limit: int = 500
    asked: bool = False

    def wanted(self, names: Sequence[str], query: Mapping[str, str]) -> tuple[str, ...]:
        """Which of an application's signals are shown."""
        among = [name for name in names if name in (self.names or names)]
        return tuple(name for name in among if not self.asked or name == query.get("signal"))


@dataclass(frozen=True, slots=True)
class Cards:
    """The application's own cards, now, for the person that the query names as `person_id`, as they are at a hook.

    Rows: rule, summary, detail (markdown), indicator, source, values (of the rule, by name), evidence (the rows that
    decided it, each as table.key). None for nobody, and for somebody of whom the reader sees nothing.
    """

    hook: str = "patient-view"


@dataclass(frozen=True, slots=True)
class CardEnds:
    """How the application's cards ended. Rows: rule, outcome, reason, count; small counts come as None."""


Needed = Rows | Counts | Sums | Tasks | Meetings | Signals | Cards | CardEnds


def named(needed: Needed) -> dict[str, frozenset[str]]:
    """The datasets that something needs, each with the columns that it names."""
    match needed:
        case Rows(columns=columns, order=order, where=where, between=between):
            told = {*columns, *where, *(name.removeprefix("-") for name in order), between} - {""}
            return {needed.dataset: frozenset(told)}
        case Counts(by=by):
            return {needed.dataset: frozenset(by)}
        case Sums(of=of, by=by):
            return {of.dataset: named(of)[of.dataset] | {*by, needed.amount}}
        case Meetings(cases=cases, stays=stays):
            stayed = {"person_id", "entry_start", "entry_end", needed.place, *needed.columns}
            both = named(cases)[cases.dataset] | {"person_id", "entry_start"}
            return {cases.dataset: both | (stayed if cases.dataset == stays else set()), stays: frozenset(stayed)}
    return {}


def _day(told: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(told)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked for. `total`: rows that there are in all, None where they are too few to be told; `more`: rows
    that come after these.
    """

    rows: Sequence[Row] = field(repr=False)
    total: int | None
    more: int = 0

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True)
class View:
    """What a page is drawn from. `least_count`: counts under it are not told and come as None."""

    answers: Mapping[str, Answer] = field(repr=False)
    settings: Settings
    query: Mapping[str, str] = field(default_factory=dict, repr=False)
    language: str = "en"
    today: str = ""  # as 2024-07-01
    fresh: str = ""  # when the oldest of its datasets was made, as 2024-07-01 08:00
    least_count: int = 0

    def __getitem__(self, name: str) -> Answer:
        if name not in self.answers:
            raise UsageError(f"the page asked for no {name!r}", fix=f'shows={{"{name}": Counts(…)}}')
        return self.answers[name]

    def say(self, en: str, zh: str) -> str:
        """The words of the reader's language."""
        return zh if self.language == "zh" else en

    @property
    def page_no(self) -> int:
        """Which page of rows is asked for, from 1."""
        asked = self.query.get("page", "1")
        return max(1, int(asked)) if asked.isascii() and asked.isdecimal() and len(asked) < 7 else 1
