"""Values and frames drawn at random over every kind of node, always meaning something"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from equivalence.leaves import EVENTS, SETS, columns, constants, in_unit, literal
from equivalence.made_by import MADE_BY
from medark.define.kinds import ORDERED, Kind
from medark.define.nodes import (
    Aggregate,
    AtEach,
    Call,
    Case,
    CodeOf,
    Column,
    Eras,
    Filter,
    Frame,
    InConcepts,
    IndexValue,
    IsIn,
    Literal,
    Missing,
    Pair,
    Pick,
    PickedColumn,
    Root,
    Table,
    Today,
    Value,
)
from medark.define.operators import AGGREGATES, aggregate_kind

KINDS = tuple(kind for kind in Kind if kind is not Kind.QUANTITY)
_ORDERS = ("after", "not_before", "before", "any", "overlap")
_WITHIN = (("seconds", 86400), ("seconds", 0), ("days", 0), ("days", 4), ("months", 1), ("days", None))
_COMPARISONS = ("less", "at_most", "greater", "at_least", "equal")
_EDGES = ("start", "end", "start_date", "end_date")


class At(NamedTuple):
    """Where a value stands: of the rows of `root` or (None) of the entry, how far it may reach, is there an index?"""

    root: Root | None = None
    depth: int = 4
    index: bool = True

    def deeper(self) -> At:
        return self._replace(depth=self.depth - 1)

    def rows(self, root: Root | None) -> At:
        return self._replace(root=root)


Maker = Callable[[Kind, At], Value]


class Drawn:
    """Draws what `chance` says. With Hypothesis behind it, what fails shrinks."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self._one_of = chance.choice

    def _often(self, times_in_ten: int) -> bool:
        return self._chance.randint(1, 10) <= times_in_ten

    # -- values ---------------------------------------------------------------------------------------------------

    def value(self, kind: Kind, at: At) -> Value:
        """A value of a kind."""
        makers = self._leaves(kind, at)
        if at.depth > 0:
            of_rows: list[Maker] = [self._aggregate, self._picked]
            makers += [self._call] * 4 + [self._form] * 2 + of_rows * (3 if at.root is None else 1)
            makers += [self._at_each] * 2 if at.root is not None and at.root.has_start else []
        return self._one_of(makers)(kind, at.deeper())

    def _leaves(self, kind: Kind, at: At) -> list[Maker]:
        makers: list[Maker] = [self._literal]
        if columns(at.root, kind):
            makers += [self._column] * 6
        if kind is Kind.NUMBER and columns(at.root, Kind.QUANTITY):
            makers += [self._quantity] * 6
        if kind in (Kind.DATETIME, Kind.KEY) and at.index:
            makers += [self._of_index] * 2
        return [*makers, self._today] if kind is Kind.DATE else makers

    def _literal(self, kind: Kind, at: At) -> Value:
        return literal(self._chance, kind)

    def _column(self, kind: Kind, at: At) -> Value:
        return self._one_of(columns(at.root, kind))

    def _quantity(self, kind: Kind, at: At) -> Value:
        return in_unit(self._chance, self._one_of(columns(at.root, Kind.QUANTITY)))

    def _of_index(self, kind: Kind, at: At) -> Value:
        return IndexValue(self._one_of(("start", "end") if kind is Kind.DATETIME else ("visit", "person")))

    def _today(self, kind: Kind, at: At) -> Value:
        return Today()

    def _call(self, kind: Kind, at: At) -> Value:
        """An operator whose answer is of the kind."""
        name = self._one_of([*MADE_BY[kind]])
        arguments = self._one_of(MADE_BY[kind][name])
        return Call(name, tuple(
            self.value(one, at) if isinstance(one, Kind) else Literal(self._one_of(one), Kind.WHOLE)
            for one in arguments
        ))  # fmt: skip

    def _form(self, kind: Kind, at: At) -> Value:
        """What is no operator: choices, memberships, missing values."""
        makers: list[Maker] = [self._missing, *[self._case] * 4]
        if kind in (Kind.TEXT, Kind.WHOLE):
            makers += [self._code_of] * 2
        if kind is Kind.TRUTH:
            makers += [self._in_concepts, self._is_in] * 2
        return self._one_of(makers)(kind, at)

    def _missing(self, kind: Kind, at: At) -> Value:
        return Missing(kind)

    def _case(self, kind: Kind, at: At) -> Value:
        other = Kind.WHOLE if kind is Kind.NUMBER and self._often(5) else kind
        kinds = (kind, *([other] if self._often(5) else []))
        branches = tuple((self.value(Kind.TRUTH, at), self.value(one, at)) for one in kinds)
        return Case(branches, self.value(other, at) if self._often(7) else None)

    def _in_concepts(self, kind: Kind, at: At) -> Value:
        return InConcepts(self.value(Kind.KEY, at), self._one_of(SETS), self._often(3))

    def _is_in(self, kind: Kind, at: At) -> Value:
        of = self._one_of([one for one in KINDS if one is not Kind.TRUTH])
        return IsIn(self.value(of, at), constants(self._chance, of))

    def _code_of(self, kind: Kind, at: At) -> Value:
        names = ("I", "I2", "2", "21", "压", "高血压", ".", "(", "|")
        drawn = {self._one_of(names): place for place in range(3)}
        codes = tuple((name, place if kind is Kind.WHOLE else f"code {place}") for name, place in drawn.items())
        return CodeOf(self.value(Kind.TEXT, at), codes)

    def _at_each(self, kind: Kind, at: At) -> Value:
        assert at.root is not None
        frame = self._filtered(at.root, At(depth=min(at.depth, 1), index=at.index))
        start, end = (self._day(at.root, at.index) for _ in range(2))
        return AtEach(frame, self.value(kind, At(depth=at.depth)), start, end)

    def _day(self, root: Root, index: bool) -> Value | None:
        """Mostly none; else a date that a row may start or end on instead."""
        return self.value(Kind.DATE, At(root, self._one_of((0, 1)), index)) if self._often(2) else None

    # -- values of many rows --------------------------------------------------------------------------------------

    def _aggregate(self, kind: Kind, at: At) -> Value:
        """One value of all rows of a frame; a column of one where no aggregate gives the kind."""
        makes = [(name, of) for name in AGGREGATES for of in (None, *KINDS) if aggregate_kind(name, of) is kind]
        if not makes:
            return self._picked(kind, at)
        name = self._one_of(sorted({name for name, _ in makes}))
        of = self._one_of([of for one, of in makes if one == name])
        frame = self.frame(at)
        return Aggregate(name, frame, None if of is None else self.value(of, at.rows(frame.root)))

    def _picked(self, kind: Kind, at: At) -> Value:
        """A column of one row, or of the person."""
        frame = Table("person") if self._often(1) else self.frame(at)
        held = columns(frame.root, kind)
        if not held:
            return self._call(kind, at) if at.depth > 0 else literal(self._chance, kind)
        column, last = self._one_of(held), self._often(5)
        ordered = [one for one in KINDS if one in ORDERED]
        by = tuple(self.value(self._one_of(ordered), at.rows(frame.root)) for _ in range(self._one_of((1, 1, 2))))
        if frame.root.has_start and self._often(5):
            by = (Column(frame.root, "start"),)
        return PickedColumn(Pick(frame, () if frame.root == Table("person") else by, last), column.name, column.side)

    # -- frames ---------------------------------------------------------------------------------------------------

    def frame(self, at: At) -> Frame:
        """Rows of a table, pairs or eras, cut down."""
        makers = [self._table] * 3 + ([self._pair, self._eras] if at.depth > 0 else [])
        return self._filtered(self._one_of(makers)(at.deeper()), at)

    def _table(self, at: At) -> Root:
        return Table(self._one_of((*EVENTS, "measurement", "person")))

    def _pair(self, at: At) -> Root:
        left = self._side(at)
        right = left if self._often(5) else self._side(at)
        unit, within = self._one_of(_WITHIN)
        return Pair(left, right, self._one_of(_ORDERS), within, unit)

    def _side(self, at: At) -> Frame:
        root = self._eras(at.deeper()) if at.depth > 0 and self._often(2) else Table(self._one_of(EVENTS))
        return self._filtered(root, at)

    def _eras(self, at: At) -> Root:
        table = Table(self._one_of(EVENTS))
        in_three_days = Call("plus_days", (Column(table, "start_date"), Literal(3, Kind.WHOLE)))
        end = self._one_of([None, in_three_days, self.value(Kind.DATE, at.rows(table))])
        return Eras(self._filtered(table, at), self._one_of((0, 1, 3, 30)), end)

    def _filtered(self, root: Root, at: At) -> Frame:
        frame: Frame = root
        for _ in range(self._one_of((0, 0, 1, 1, 2))):
            free = at.depth > 0 and self._often(5)
            condition = self.value(Kind.TRUTH, at.rows(root)) if free else self._usual(root, at.index)
            frame = Filter(frame, condition)
        return frame

    def _usual(self, root: Root, index: bool) -> Value:
        """What filters mostly are: one condition, or two."""
        if self._often(2):
            return Call(self._one_of(("and", "or")), (self._condition(root, index), self._condition(root, index)))
        return self._condition(root, index)

    def _condition(self, root: Root, index: bool) -> Value:
        """A concept in a set, or a time in a window."""
        concepts = [one for one in columns(root, Kind.KEY) if one.name in ("concept", "gender_concept_id")]
        times = [one for kind in (Kind.DATETIME, Kind.DATE) for one in columns(root, kind) if one.name in _EDGES]
        if concepts and (not times or self._often(5)):
            return InConcepts(self._one_of(concepts), self._one_of(SETS))
        moment, operator = self._one_of(times), self._one_of(_COMPARISONS)
        sides = (moment, self._edge(moment.kind, index))
        return Call(operator, sides[::-1] if self._often(2) else sides)

    def _edge(self, kind: Kind, index: bool) -> Value:
        """The end of a window: a constant, or so long before or after the index."""
        if not index or self._often(3):
            return literal(self._chance, kind)
        moment: Value = IndexValue(self._one_of(("start", "end")))
        moment = Call("date", (moment,)) if kind is Kind.DATE else moment
        length = Literal(self._one_of((-30, -3, 0, 1, 4)), Kind.WHOLE)
        return Call(self._one_of(("plus_days", "plus_months")), (moment, length))
