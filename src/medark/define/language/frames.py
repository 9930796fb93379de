"""Frames: the rows of a person's events, cut down to those that matter, and asked for one value"""

from __future__ import annotations

from typing import Any

from medark.define.concepts import ConceptSet
from medark.define.kinds import Kind
from medark.define.language.durations import Duration
from medark.define.language.series import Operand, Series, all_of, in_unit, node_of
from medark.define.nodes import (
    Aggregate,
    AtEach,
    Column,
    Eras,
    Filter,
    IndexValue,
    Pair,
    Pick,
    PickedColumn,
    Table,
    Value,
)
from medark.define.nodes import Frame as FrameNode
from medark.define.nodes.frames import ORDERS
from medark.errors import DefinitionError

_BOUNDS = ("[]", "[)", "(]", "()")


class Frame:
    """Rows of a person's events. A method gives fewer rows, or one value for each entry.

    Columns have their OMOP names. Every dated table also answers to `start` and `end` (times; midnight where the time
    of day is not known; an event without an end ends as it starts), `start_date`, `end_date`, `concept`,
    `source_concept`, `visit` and `key`.
    """

    __slots__ = ("node",)

    def __init__(self, node: FrameNode) -> None:
        self.node = node

    def __getattr__(self, name: str) -> Series:
        if name.startswith("_"):
            raise AttributeError(name)
        return Series(Column(self.node.root, name))

    @property
    def left(self) -> Side:
        """Of pairs: the columns of the row of this frame."""
        return _side(self.node, "left")

    @property
    def right(self) -> Side:
        """Of pairs: the columns of the row of the other."""
        return _side(self.node, "right")

    def where(self, *conditions: Series) -> Frame:
        """The rows for which all conditions are true."""
        return Frame(Filter(self.node, _condition(conditions, "where")))

    def except_where(self, *conditions: Series) -> Frame:
        """The rows for which the conditions are not all true: those for which it is missing stay."""
        return Frame(Filter(self.node, (~Series(_condition(conditions, "except_where")).is_true()).node))

    def of(self, concepts: ConceptSet, *, source: bool = False) -> Frame:
        """The rows whose standard concept is in the set; with `source`, whose source concept is."""
        if not isinstance(concepts, ConceptSet):
            raise DefinitionError(
                ".of() takes a concept set", fix='.of(concepts("heart failure", 316139, descendants=True))'
            )
        column = self.source_concept if source else self.concept
        return self.where(column.is_in(concepts, source=source))

    def before(
        self, moment: Operand, *, within: Duration | None = None, bounds: str = "[)", by: str = "start"
    ) -> Frame:
        """The rows that start before `moment`, and not longer before it than `within`.

        A date is met by the day of a row, a time by its time. `bounds` says which of the two ends belongs to it, the
        earlier first: "[)" takes in a row exactly `within` before, and leaves out one at `moment` itself.
        `by="end"` looks at when a row ends.
        """
        at, edge = _moment(moment, "before")
        early = None if within is None else Series(at) - _fixed(within)
        return self._window(early, Series(at), bounds, edge, by)

    def after(self, moment: Operand, *, within: Duration | None = None, bounds: str = "(]", by: str = "start") -> Frame:
        """The rows that start after `moment`, and not longer after it than `within`; bounds as of `before`."""
        at, edge = _moment(moment, "after")
        late = None if within is None else Series(at) + _fixed(within)
        return self._window(Series(at), late, bounds, edge, by)

    def between(self, first: Operand, last: Operand, *, bounds: str = "[]", by: str = "start") -> Frame:
        """The rows that start from `first` to `last`, both included unless `bounds` says otherwise."""
        (low, edge), (high, other) = _moment(first, "between"), _moment(last, "between")
        if edge is not other:
            raise DefinitionError(
                f"a window from {edge} to {other}",
                fix=".between(index.start_date, index.end_date) or (index.start, index.end)",
            )
        return self._window(Series(low), Series(high), bounds, edge, by)

    def overlapping(self, first: Operand, last: Operand) -> Frame:
        """The rows that share a day (or moment, where times are given) with `first` to `last`."""
        (low, edge), (high, _) = _moment(first, "overlapping"), _moment(last, "overlapping")
        start, end = (self.start_date, self.end_date) if edge is Kind.DATE else (self.start, self.end)
        return self.where(start <= Series(high), end >= Series(low))

    def in_visit(self) -> Frame:
        """The rows of the entry's visit."""
        return self.where(self.visit == Series(IndexValue("visit")))

    def paired_with(self, other: Frame, *, within: Duration | None = None, order: str = "after") -> Frame:
        """Pairs of a row of this frame (.left) and one of `other` (.right), never a row with itself.

        `order`: after (right starts later), not_before (or at once), before, any, overlap (they share a moment).
        `within` hours: from start to start; within days or months: from day to day, whatever the hour.
        """
        if order not in ORDERS:
            raise DefinitionError(f"there is no order {order!r}", fix=", ".join(ORDERS))
        if within is None and order != "overlap":
            raise DefinitionError("pairs without a window", fix=f".paired_with(…, within=hours(48), order={order!r})")
        if within is None:
            return Frame(Pair(self.node, other.node, order))
        return Frame(Pair(self.node, other.node, order, within.fixed(), within.unit))

    def run_together(self, *, gap: Duration, end: Series | None = None) -> Frame:
        """Rows that overlap, or lie no more than `gap` apart, as one: start_date, end_date and events (how many).

        `end`: the last day of a row, where it is another than its end_date.
        """
        if gap.unit != "days":
            raise DefinitionError("eras count days", fix=".run_together(gap=days(30))")
        return Frame(Eras(self.node, gap.fixed(), None if end is None else end.node))

    def first_by(self, *by: Series) -> Row:
        """The row with the least values of `by`, then the least key. One without such a value is not taken."""
        return Row(Pick(self.node, tuple(one.node for one in by) or self._time()))

    def last_by(self, *by: Series) -> Row:
        """The row with the greatest values of `by`, then the greatest key. One without such a value is not taken."""
        return Row(Pick(self.node, tuple(one.node for one in by) or self._time(), last=True))

    def first(self) -> Row:
        """The row that starts first; of those at one time, the one with the least key."""
        return self.first_by()

    def last(self) -> Row:
        """The row that starts last; of those at one time, the one with the greatest key."""
        return self.last_by()

    def exists(self) -> Series:
        """Is there a row? Never missing."""
        return Series(Aggregate("exists", self.node))

    def count(self) -> Series:
        """How many rows; 0 for none. Never missing."""
        return Series(Aggregate("count", self.node))

    def count_distinct(self, of: Series) -> Series:
        """How many different values of `of`, missing ones left out; 0 for none."""
        return self._aggregate("count_distinct", of)

    def sum(self, of: Series) -> Series:
        """The sum of `of`; missing where no row has a value."""
        return self._aggregate("sum", of)

    def min(self, of: Series) -> Series:
        """The least `of`; missing where no row has a value."""
        return self._aggregate("min", of)

    def max(self, of: Series) -> Series:
        """The greatest `of`; missing where no row has a value."""
        return self._aggregate("max", of)

    def mean(self, of: Series) -> Series:
        """The mean of `of`; missing where no row has a value."""
        return self._aggregate("mean", of)

    def at_each(self, value: Series, *, start: Series | None = None, end: Series | None = None) -> Series:
        """For each row, `value` with that row as the index (index.start, index.end, index.visit are the row's).

        `x.where(x.at_each(y.after(index.start, within=days(7)).exists()))`: the x that
        a y follows within a week. `start`, `end`: other days for the index than the row's own.
        """
        first, last = (None if day is None else day.node for day in (start, end))
        return Series(AtEach(self.node, node_of(value), first, last))

    def value_in(self, unit: str, *, analyte: str | None = None, unit_if_missing: str | None = None) -> Series:
        """Each row's value in the UCUM `unit`, by the row's own unit; missing where that can't be converted.

        `analyte` names the substance where a mass becomes an amount (mg/dL of glucose to mmol/L).
        `unit_if_missing`: the unit of rows that have none; without it their values are missing.
        """
        return in_unit(self.value_as_number.node, self.unit_concept_id.node, unit, analyte, unit_if_missing)

    def _window(self, low: Series | None, high: Series | None, bounds: str, edge: Kind, by: str) -> Frame:
        if bounds not in _BOUNDS or by not in ("start", "end"):
            raise DefinitionError(f"bounds {bounds!r} by {by!r}", fix=f"bounds: {' '.join(_BOUNDS)}; by: start, end")
        row = Series(Column(self.node.root, f"{by}_date" if edge is Kind.DATE else by))
        conditions = []
        if low is not None:
            conditions.append(row >= low if bounds[0] == "[" else row > low)
        if high is not None:
            conditions.append(row <= high if bounds[1] == "]" else row < high)
        return self.where(*conditions)

    def _aggregate(self, name: str, of: Series) -> Series:
        return Series(Aggregate(name, self.node, node_of(of)))

    def _time(self) -> tuple[Value, ...]:
        root = self.node.root
        if isinstance(root, Pair):
            return (Column(root, "start", "left"), Column(root, "start", "right"))
        return (Column(root, "start"),)


class Row:
    """One row an entry: its columns are series of the entry, missing where there is no such row."""

    __slots__ = ("node",)

    def __init__(self, node: Pick) -> None:
        self.node = node

    def __getattr__(self, name: str) -> Series:
        if name.startswith("_"):
            raise AttributeError(name)
        return Series(PickedColumn(self.node, name))

    @property
    def left(self) -> Side:
        """Of a pair: the columns of its left row."""
        return _side(self.node, "left")

    @property
    def right(self) -> Side:
        """Of a pair: the columns of its right row."""
        return _side(self.node, "right")

    def exists(self) -> Series:
        """Is there such a row?"""
        return Series(Aggregate("exists", self.node.source))

    def value_in(self, unit: str, *, analyte: str | None = None, unit_if_missing: str | None = None) -> Series:
        """The row's value in the UCUM `unit`; as of a frame."""
        return in_unit(self.value_as_number.node, self.unit_concept_id.node, unit, analyte, unit_if_missing)

    def age_on(self, moment: Operand) -> Series:
        """Of `person`: completed years from birth to `moment`."""
        return (Series(node_of(moment)) - self.birth_date).years  # type: ignore[no-any-return]


class Side:
    """The left or right row of a pair: its columns."""

    __slots__ = ("_name", "_pair")

    def __init__(self, pair: Pair | Pick, name: str) -> None:
        self._pair, self._name = pair, name

    def __getattr__(self, name: str) -> Series:
        if name.startswith("_"):
            raise AttributeError(name)
        if isinstance(self._pair, Pick):
            return Series(PickedColumn(self._pair, name, self._name))
        return Series(Column(self._pair, name, self._name))

    def value_in(self, unit: str, *, analyte: str | None = None, unit_if_missing: str | None = None) -> Series:
        """The row's value in the UCUM `unit`; as of a frame."""
        return in_unit(self.value_as_number.node, self.unit_concept_id.node, unit, analyte, unit_if_missing)


def _side(node: FrameNode | Pick, name: str) -> Side:
    """A side of pairs; DefinitionError for rows that are none."""
    root = node.root
    if not isinstance(root, Pair):
        root.column_kind(name, "")  # says so
        raise DefinitionError(f"{root.title} are no pairs", fix=".paired_with(…)")
    return Side(node if isinstance(node, Pick) else root, name)


def table(name: str) -> Frame:
    """All rows of a table of events by its OMOP name."""
    return Frame(Table(name))


def _condition(conditions: tuple[Series, ...], method: str) -> Any:
    if not conditions:
        raise DefinitionError(f".{method}() without a condition", fix=f".{method}(labs.value_in('mmol/L') > 5.5)")
    return all_of(*conditions).node


def _moment(moment: Operand, method: str) -> tuple[Any, Kind]:
    if moment is None:
        raise DefinitionError(f".{method}() without a bound", fix=f".{method}(index.start, within=days(90))")
    at = node_of(moment)
    if at.kind not in (Kind.DATE, Kind.DATETIME):
        raise DefinitionError(f".{method}() takes a date or a time, not {at.kind}", fix=f".{method}(index.start_date)")
    return at, at.kind


def _fixed(within: Duration) -> Duration:
    return Duration(within.fixed(), within.unit)
