"""Definitions as closures, each doing exactly what its node says: the oracle that every engine is held to.

Nothing is clever here. What makes it quick is in `quick`, and a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeAlias

from medark.define.concepts.ids import ResolvedSets
from medark.define.memory.aggregates import aggregate
from medark.define.memory.context import Context
from medark.define.memory.eras import era_row, run_together
from medark.define.memory.layout import KEY, Row, getter, key_of
from medark.define.memory.pairs import Event, together
from medark.define.memory.parts import Constant, Part
from medark.define.memory.pointwise import joining, operands
from medark.define.nodes import (
    Aggregate,
    AtEach,
    Column,
    Eras,
    Filter,
    Frame,
    IndexValue,
    Literal,
    Missing,
    Pair,
    Pick,
    PickedColumn,
    Root,
    Table,
    Today,
    Value,
    stored,
)

RowsOf: TypeAlias = Callable[[Context], list[Row]]
RowOf: TypeAlias = Callable[[Context], Row | None]


@dataclass(frozen=True, slots=True)
class Fixed:
    """A part of rows that is the same for every entry."""

    part: Part

    def __call__(self, _: Context) -> Part:
        return self.part


Bind: TypeAlias = "Fixed | Callable[[Context], Part]"  # a part of rows, once the entry is known


class Plain:
    """Makes closures from nodes: of entries (`entry`, `frame`, `pick`), or of the rows of one entry (`row`)."""

    def __init__(self, resolved: ResolvedSets) -> None:
        self.resolved = resolved
        self._entries: dict[Value, Part] = {}
        self._frames: dict[Frame, RowsOf] = {}
        self._picks: dict[Pick, RowOf] = {}

    # -- values ---------------------------------------------------------------------------------------------------

    def entry(self, value: Value) -> Part:
        """A value of entries as a function of the context."""
        if value not in self._entries:
            for part in value.walk():  # what it is made of comes first, so that a long sum is no deep recursion
                if isinstance(part, Value) and part.rows is None and part not in self._entries:
                    self._entries[part] = self._entry(part)
        return self._entries[value]

    def _entry(self, value: Value) -> Part:
        match value:
            case Literal():
                return Constant(value.value)
            case Missing():
                return Constant(None)
            case Today():
                return attrgetter("today")
            case IndexValue():
                return attrgetter(value.name)
            case PickedColumn():
                return self._picked_column(value)
            case Aggregate():
                return self._aggregate(value)
        return joining(value, self.resolved)([self.entry(operand) for operand in operands(value)])

    def row(self, value: Value) -> Bind:
        """A value of rows, or of the entry and so the same in all its rows, as a function of the row."""
        if value.rows is None:
            return _same_in_rows(self.entry(value))
        match value:
            case Column():
                return self._column(value)
            case AtEach():
                return self._at_each(value)
        join, binds = joining(value, self.resolved), [self.row(operand) for operand in operands(value)]
        if all(isinstance(bind, Fixed) for bind in binds):
            return Fixed(join([bind.part for bind in binds if isinstance(bind, Fixed)]))
        return lambda e: join([bind(e) for bind in binds])

    def _column(self, column: Column) -> Bind:
        expressed = stored(column)
        if expressed != column:
            return self.row(expressed)
        return Fixed(getter(column.rows, column.name, column.side))

    def _picked_column(self, column: PickedColumn) -> Part:
        expressed = stored(column)
        if expressed != column:
            return self.entry(expressed)
        pick, get = self.pick(column.pick), getter(column.pick.root, column.name, column.side)

        def value(e: Context) -> Any:
            row = pick(e)
            return None if row is None else get(row)

        return value

    def _aggregate(self, value: Aggregate) -> Part:
        rows, combine = self.frame(value.frame), aggregate(value.name, value.kind)
        if value.argument is None:
            return lambda e: combine(rows(e))
        argument = self.row(value.argument)

        def over_rows(e: Context) -> Any:
            part = argument(e)
            return combine([one for one in map(part, rows(e)) if one is not None])

        return over_rows

    def _at_each(self, value: AtEach) -> Bind:
        frame, inside = self.frame(value.frame), self.entry(value.value)
        index = self.as_index(value.frame.root, *value.moments)

        def bind(e: Context) -> Part:
            keys, as_index = {row[KEY] for row in frame(e)}, index(e)
            return lambda row: inside(as_index(row)) if row[KEY] in keys else None

        return bind

    def as_index(self, root: Root, start: Value, end: Value) -> Callable[[Context], Callable[[Row], Context]]:
        """What makes the context that has a row as its index."""
        starts, ends = self.row(start), self.row(end)
        in_visit = isinstance(root, Table) and root.spec.visit
        visit = self._fixed(Column(root, "visit")) if in_visit else Constant(None)

        def of_entry(e: Context) -> Callable[[Row], Context]:
            begins, leaves = starts(e), ends(e)
            return lambda row: Context(e.known, row[KEY], begins(row), leaves(row), visit(row))

        return of_entry

    def _fixed(self, column: Column) -> Part:
        bind = self._column(column)
        assert isinstance(bind, Fixed)
        return bind.part

    # -- rows -----------------------------------------------------------------------------------------------------

    def frame(self, frame: Frame) -> RowsOf:
        """The rows of a frame as a function of the context."""
        if frame not in self._frames:
            self._frames[frame] = self._frame(frame)
        return self._frames[frame]

    def _frame(self, frame: Frame) -> RowsOf:
        match frame:
            case Table():
                name = frame.name
                return lambda e: e.record.table(name).rows
            case Filter():
                return self._filter(frame)
            case Pair():
                return self._pair(frame)
            case Eras():
                return self._eras(frame)
        raise NotImplementedError(type(frame).__name__)

    def _filter(self, frame: Filter) -> RowsOf:
        source, condition = self.frame(frame.source), self.row(frame.condition)
        return lambda e: list(filter(condition(e), source(e)))

    def _pair(self, pair: Pair) -> RowsOf:
        lefts, rights, belong = self._events(pair.left), self._events(pair.right), together(pair)
        one_table = pair.left.root == pair.right.root

        def pairs(e: Context) -> list[Row]:
            others = rights(e)
            return [
                (left.row, right.row)
                for left in lefts(e)
                for right in others
                if belong(left, right) and not (one_table and left.row[KEY] == right.row[KEY])
            ]

        return pairs

    def _events(self, frame: Frame) -> Callable[[Context], list[Event]]:
        rows = self.frame(frame)
        start, end, day = (self._fixed(Column(frame.root, name)) for name in ("start", "end", "start_date"))
        return lambda e: [Event(start(row), end(row), day(row), row) for row in rows(e)]

    def _eras(self, eras: Eras) -> RowsOf:
        rows, root = self.frame(eras.source), eras.source.root
        first = self._fixed(Column(root, "start_date"))
        last = self.row(Column(root, "end_date") if eras.end is None else eras.end)

        def run(e: Context) -> list[Row]:
            end = last(e)
            spans = [(first(row), end(row) or first(row), row) for row in rows(e) if first(row) is not None]
            return [era_row(era) for era in run_together(spans, eras.gap)]

        return run

    def pick(self, pick: Pick) -> RowOf:
        """The row that a pick takes, or None, as a function of the context."""
        if pick not in self._picks:
            self._picks[pick] = self._pick(pick)
        return self._picks[pick]

    def _pick(self, pick: Pick) -> RowOf:
        rows, by, key = self.frame(pick.source), [self.row(value) for value in pick.by], key_of(pick.root)
        choose = max if pick.last else min

        def row(e: Context) -> Row | None:
            parts = [bind(e) for bind in by]
            ranked = [([part(row) for part in parts], key(row), row) for row in rows(e)]
            complete = [one for one in ranked if not any(value is None for value in one[0])]
            return choose(complete, key=lambda one: one[:2])[2] if complete else None

        return row


def _same_in_rows(part: Part) -> Bind:
    return Fixed(part) if isinstance(part, Constant) else lambda e: Constant(part(e))
