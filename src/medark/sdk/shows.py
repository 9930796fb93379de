"""What a page or figure is given: rows or counts of the application's own datasets, never the lake"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from medark.errors import UsageError
from medark.sdk.settings import Settings

Row = Mapping[str, Any]
MOST_ROWS = 500  # of one page: past it, the dataset is downloaded


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a dataset, `limit` a page, in an order (`-column`: falling); missing values come last.

    The page to show is the query's `page` (from 1); `where` names columns that the query may be equal to;
    an empty one, as a form sends what was left open, asks for all.
    """

    dataset: str
    columns: tuple[str, ...]
    order: tuple[str, ...] = ()
    limit: int = 50
    where: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 0 < self.limit <= MOST_ROWS:
            raise UsageError(f"a page shows {self.limit} rows", fix=f"limit=50, at most {MOST_ROWS}")


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a dataset there are by the values of columns. Small counts come as None."""

    dataset: str
    by: tuple[str, ...] = ()


Needed = Rows | Counts


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
