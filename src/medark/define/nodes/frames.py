"""Frames: rows of a person's events, and what is made of them"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

from medark.define.kinds import Kind
from medark.define.nodes.node import Node, node
from medark.define.nodes.values import Value, belong
from medark.define.tables import EventTable, column_kind, event_table, nearest
from medark.errors import DefinitionError

if TYPE_CHECKING:
    pass

# What a column of any dated table can be asked for, whatever the table calls it.
ROLES = {
    "start": Kind.DATETIME, "end": Kind.DATETIME, "start_date": Kind.DATE, "end_date": Kind.DATE,
    "concept": Kind.KEY, "source_concept": Kind.KEY, "key": Kind.KEY, "visit": Kind.KEY,
}  # fmt: skip


class Frame(Node):
    """Rows. `root` is the frame whose rows they are, before any was left out."""

    __slots__ = ()

    @property
    def root(self) -> Root:
        raise NotImplementedError


class Root(Frame):
    """A frame that rows come from: it says which columns they have."""

    __slots__ = ()

    @property
    def root(self) -> Root:
        return self

    @property
    def title(self) -> str:
        """How an error names it."""
        raise NotImplementedError

    @property
    def has_start(self) -> bool:
        """Do its rows have a time?"""
        raise NotImplementedError

    def column_kind(self, name: str, side: str) -> Kind:
        """The kind of a column; DefinitionError if there is none of that name."""
        raise NotImplementedError


@node
class Table(Root):
    """All rows of a table of events."""

    name: str

    def __post_init__(self) -> None:
        event_table(self.name)

    @property
    def spec(self) -> EventTable:
        return event_table(self.name)

    @property
    def title(self) -> str:
        return self.name

    @property
    def has_start(self) -> bool:
        return bool(self.spec.start)

    def column_kind(self, name: str, side: str) -> Kind:
        _without_side(self, side)
        if name in ROLES and self._holds(name):
            return ROLES[name]
        if self.name == "person" and name == "birth_date":
            return Kind.DATE
        return column_kind(self.name, name)

    def _holds(self, role: str) -> bool:
        spec = self.spec
        return bool({"concept": spec.concept, "source_concept": spec.source_concept, "key": spec.key,
                     "visit": spec.visit}.get(role, spec.start))  # fmt: skip


@node
class Filter(Frame):
    """The rows for which a condition is true. It may use their columns, and values of the entry."""

    source: Frame
    condition: Value

    def __post_init__(self) -> None:
        if self.condition.kind is not Kind.TRUTH:
            raise DefinitionError(
                f"a condition is no {self.condition.kind}", fix="compare it: .where(labs.value_in('mmol/L') > 5.5)"
            )
        belong(self.condition, self.source)

    @property
    def root(self) -> Root:
        return self.source.root


ORDERS = ("after", "not_before", "before", "any", "overlap")
UNITS = ("seconds", "days", "months")


@node
class Pair(Root):
    """Pairs of a row of `left` and a row of `right`, of one entry; never a row with itself.

    `order`: after (right starts later), not_before (later or at once), before, any, overlap (they share a moment).
    `within` counts `unit` (seconds: from start to start; days, months: from day to day); None: however far apart.
    """

    left: Frame
    right: Frame
    order: str
    within: int | None = None
    unit: str = "days"

    def __post_init__(self) -> None:
        if self.order not in ORDERS or self.unit not in UNITS or (self.within or 0) < 0:
            raise DefinitionError(
                f"a pair in the order {self.order!r} within {self.within} {self.unit}",
                fix=f"{', '.join(ORDERS)}; a length of 0 or more, in {', '.join(UNITS)}",
            )
        for side in (self.left, self.right):
            if isinstance(side.root, Pair) or not side.root.has_start:
                raise DefinitionError("a pair is of two dated events", fix="pair two tables of events")

    @property
    def title(self) -> str:
        return f"pairs of {self.left.root.title} and {self.right.root.title}"

    @property
    def has_start(self) -> bool:
        return False

    def column_kind(self, name: str, side: str) -> Kind:
        if side not in ("left", "right"):
            raise DefinitionError(f"a pair has no {name!r} of its own", fix=f"write .left.{name} or .right.{name}")
        return getattr(self, side).root.column_kind(name, "")  # type: ignore[no-any-return]


@node
class Eras(Root):
    """Rows that overlap, or lie no more than `gap` days apart, run together: start_date, end_date and how many rows.

    `end` is the last day of a row (a date of its columns); None: its end_date.
    """

    source: Frame
    gap: int
    end: Value | None = None

    def __post_init__(self) -> None:
        if self.gap < 0:
            raise DefinitionError("a gap is 0 days or more", fix=".run_together(gap=days(30))")
        if not self.source.root.has_start:
            raise DefinitionError("these rows have no dates", fix="take a frame of dated events")
        if self.end is not None and self.end.kind is not Kind.DATE:
            raise DefinitionError(f"an era ends on a date, not {self.end.kind}", fix="write .date behind it")
        belong(self.end, self.source)

    @property
    def title(self) -> str:
        return f"eras of {self.source.root.title}"

    @property
    def has_start(self) -> bool:
        return True

    def column_kind(self, name: str, side: str) -> Kind:
        _without_side(self, side)
        kinds = {**_ERA_ROLES, "events": Kind.WHOLE}
        if name not in kinds:
            raise DefinitionError(f"an era has no column {name!r}", fix=nearest(name, kinds))
        return kinds[name]


_ERA_ROLES = {role: ROLES[role] for role in ("start", "end", "start_date", "end_date")}


@node
class Pick(Node):
    """One row an entry: the one with the least values of `by` (`last`: the greatest); then the least (greatest) key.

    A row with a missing value of `by` is not taken.
    """

    source: Frame
    by: tuple[Value, ...]
    last: bool = False
    root: Root = field(init=False)

    def __post_init__(self) -> None:
        for value in self.by:
            if value.kind is Kind.QUANTITY:
                raise DefinitionError("rows are not ordered by a number without unit", fix="write .value_in('mmol/L')")
            belong(value, self.source)
        object.__setattr__(self, "root", self.source.root)


def _without_side(root: Root, side: str) -> None:
    if side:
        raise DefinitionError(f"{root.title} is no pair: it has no {side}", fix="leave .left and .right out")
