"""Populations: the entries that a definition is evaluated for"""

from __future__ import annotations

import datetime as dt

from medark.define.kinds import Kind
from medark.define.nodes.frames import Frame
from medark.define.nodes.node import Node, node
from medark.define.nodes.values import AtEach, IndexValue, Value, dated, moments
from medark.errors import DefinitionError


class Population(Node):
    """A table of entries: entry_id, person_id, start, end, visit_occurrence_id (missing where there is none)."""

    __slots__ = ()


@node
class Everyone(Population):
    """Each person once. An entry starts and ends at midnight of `on` (None: the day asked for). Its id: person_id."""

    on: dt.date | None = None


@node
class EveryPeriod(Population):
    """Each person once a period: `periods` of `months` from `first`. An entry ends at midnight of its last day."""

    first: dt.date
    months: int
    periods: int

    def __post_init__(self) -> None:
        if self.months < 1 or self.periods < 1:
            raise DefinitionError("there are no such periods", fix="everyone_each(months(1), date(2024, 1, 1), 12)")


def asked_of_index(*nodes: Node) -> frozenset[str]:
    """What these ask of the index: names of `IndexValue`. Inside at_each the index is another: the row."""
    names: set[str] = set()
    pending, seen = list(nodes), set[Node]()
    while pending:
        one = pending.pop()
        if one in seen:
            continue
        seen.add(one)
        if isinstance(one, IndexValue):
            names.add(one.name)
        pending.extend((one.frame,) if isinstance(one, AtEach) else one.children())
    return frozenset(names)


@node
class Every(Population):
    """One entry a row: it starts and ends as the row does, in the visit of the row. Its id: the key of the row.

    `start`, `end`: dates of the row's columns that it starts and ends on instead; see `moments`. A row that has no
    start is no entry.
    """

    frame: Frame
    start: Value | None = None
    end: Value | None = None

    def __post_init__(self) -> None:
        if not self.frame.root.has_start or not hasattr(self.frame.root, "spec"):
            raise DefinitionError("an entry needs a dated event", fix="every(visits.of(INPATIENT))")
        if asked_of_index(*(part for part in (self.frame, self.start, self.end) if part is not None)):
            raise DefinitionError(
                "entries are made of rows that ask for the index, which is not there yet",
                fix="every(visits), and the condition as a criterion of a cohort",
            )
        dated(self.frame, self.start, self.end)

    @property
    def moments(self) -> tuple[Value, Value]:
        """When an entry starts and ends: times of the row's columns."""
        return moments(self.frame.root, self.start, self.end)


@node
class Union(Population):
    """The entries of all these populations. As rows of two tables may share a key, an id is key_hash of 'number|id',
    the number being the place of its population, from 0.
    """

    populations: tuple[Population, ...]

    def __post_init__(self) -> None:
        if not self.populations:
            raise DefinitionError("nobody has no entries", fix="either(every(conditions), every(procedures))")


@node
class Criterion(Node):
    """A condition that entries must meet. One for which it is missing does not meet it."""

    name: str
    condition: Value

    def __post_init__(self) -> None:
        condition = getattr(self.condition, "node", self.condition)
        object.__setattr__(self, "condition", condition)
        if condition.kind is not Kind.TRUTH or condition.rows is not None:
            raise DefinitionError(
                f"the criterion {self.name!r} is no truth value of an entry", fix="compare it, or write .exists()"
            )


@node
class Keep(Node):
    """Of a person's entries that are left here, only the first or the last by start, then id. `which`: first, last."""

    which: str

    def __post_init__(self) -> None:
        if self.which not in ("first", "last"):
            raise DefinitionError(f"keep {self.which!r}", fix="Keep('first') or Keep('last')")


@node
class Selected(Population):
    """Entries of `entry` that pass every step, ending at `exit`.

    `exit` is the last day, a date of the entry. Where it is missing or before the start, and where there is none, an
    entry keeps its own end. Without a `gap` entries stay as they are: id, visit and start.
    With a gap they become whole days (start and end at midnight, in no visit), and those of one person that overlap, or
    lie no more than `gap` days apart, run together; an id is then key_hash of 'person|start|end', dates as ISO 8601.
    `first`, `last`: entries are clipped to these days, and left out where nothing is left (only with a gap).
    """

    entry: Population
    steps: tuple[Criterion | Keep, ...]
    exit: Value | None = None
    gap: int | None = None
    first: dt.date | None = None
    last: dt.date | None = None

    def __post_init__(self) -> None:
        if self.exit is not None and (self.exit.kind is not Kind.DATE or self.exit.rows is not None):
            raise DefinitionError(
                "a cohort's exit is a date of the entry", fix="index.end_date, or index.start_date + days(30)"
            )
