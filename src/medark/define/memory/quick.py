"""What makes definitions quick in memory: sharing, indexes, halving. The answers are those of `plain`"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from medark.define.concepts.ids import ResolvedSets
from medark.define.memory.context import Context
from medark.define.memory.layout import END, KEY, LEFT_RIGHT, START, Row, place
from medark.define.memory.narrow import Bound, Lookup, bound, conjuncts, lookup
from medark.define.memory.pairs import together
from medark.define.memory.parts import Constant, Part
from medark.define.memory.plain import Bind, Fixed, Plain, RowOf, RowsOf
from medark.define.memory.reach import reach
from medark.define.memory.sharing import OfEntry, shared
from medark.define.memory.table_rows import dated
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
    Node,
    Pair,
    Pick,
    Root,
    Table,
    Today,
    Value,
    stored,
)

Candidates = tuple[list[Row], Sequence[Part]]  # rows, and what they must still pass
_AT_HAND = (Literal, Missing, Today, IndexValue)
_TIMES = {"start": START, "end": END}  # rows have these roles worked out
_UNKNOWN = object()


@dataclass(frozen=True, slots=True)
class _Chain:
    """A frame as the rows it starts from and the conditions that they must all meet."""

    source: Frame
    conditions: tuple[Value, ...]


class Quick(Plain):
    """Closures that share what is asked for twice, and find rows by index and by halving."""

    def __init__(self, resolved: ResolvedSets, roots: Iterable[Node]) -> None:
        """`roots`: all that will be asked for; what they have in common is worked out once."""
        super().__init__(resolved)
        asked = tuple(roots)
        self._shared, self._of_entry = shared(asked), OfEntry(asked)

    # -- what is worked out once ----------------------------------------------------------------------------------

    def _entry(self, value: Value) -> Part:
        made = super()._entry(value)
        if isinstance(value, _AT_HAND) or isinstance(made, Constant):
            return made
        is_worth_it = isinstance(value, Aggregate) and not self._of_entry(value)
        return self._remembered(value, made) if is_worth_it or value in self._shared else made

    def _frame(self, frame: Frame) -> RowsOf:
        made = super()._frame(frame)
        return self._remembered(frame, made) if self._is_remembered(frame) else made

    def _pick(self, pick: Pick) -> RowOf:
        by_start = _in_time(pick.root) and pick.by == (Column(pick.root, "start"),)
        made = self._end_of_time(pick) if by_start else super()._pick(pick)
        return self._remembered(pick, made)

    def _is_remembered(self, frame: Frame) -> bool:
        return not isinstance(frame, Table) and (frame in self._shared or not self._of_entry(frame))

    def _remembered(self, node: Node, made: Callable[[Context], Any]) -> Callable[[Context], Any]:
        """The same, worked out once an entry; once a person where it does not depend on the entry."""
        slot = object()
        if self._of_entry(node):

            def once_an_entry(e: Context) -> Any:
                found = e.remembered.get(slot, _UNKNOWN)
                if found is _UNKNOWN:
                    found = e.remembered[slot] = made(e)
                return found

            return once_an_entry

        def once_a_person(e: Context) -> Any:
            found = e.known.remembered.get(slot, _UNKNOWN)
            if found is _UNKNOWN:
                found = e.known.remembered[slot] = made(e)
            return found

        return once_a_person

    # -- columns and rows as index --------------------------------------------------------------------------------

    def _column(self, column: Column) -> Bind:
        if column.name not in _TIMES:
            return super()._column(column)
        at = _TIMES[column.name]
        if isinstance(column.rows, Pair):
            which = LEFT_RIGHT.index(column.side)
            return Fixed(lambda pair: pair[which][at])
        return Fixed(itemgetter(at))

    def _at_each(self, value: AtEach) -> Bind:
        """The value of a row is the same for every entry (which rows are in the frame may not be): asked for once."""
        if any(self._of_entry(moment) for moment in value.moments):
            return super()._at_each(value)
        frame, inside = self.frame(value.frame), self.entry(value.value)
        index = self.as_index(value.frame.root, *value.moments)
        is_whole, slot = isinstance(value.frame, Table), object()

        def bind(e: Context) -> Part:
            known: dict[Any, Any] = e.known.remembered.setdefault(slot, {})
            keys, as_index = None if is_whole else {row[KEY] for row in frame(e)}, index(e)

            def of_row(row: Row) -> Any:
                key = row[KEY]
                if keys is not None and key not in keys:
                    return None
                if key not in known:
                    known[key] = inside(as_index(row))
                return known[key]

            return of_row

        return bind

    # -- fewer rows to look at ------------------------------------------------------------------------------------

    def _filter(self, frame: Filter) -> RowsOf:
        candidates = self._narrowed(frame)

        def rows(e: Context) -> list[Row]:
            found, tests = candidates(e)
            for test in tests:
                found = list(filter(test, found))
            return found

        return rows

    def _aggregate(self, value: Aggregate) -> Part:
        if value.name != "exists":
            return super()._aggregate(value)
        candidates = self._candidates(value.frame)

        def exists(e: Context) -> bool:
            found, tests = candidates(e)
            return bool(found) if not tests else any(_passes(row, tests) for row in found)

        return exists

    def _end_of_time(self, pick: Pick) -> RowOf:
        """The first or last row by start and key is at one end of rows that are in that order."""
        candidates, order = self._candidates(pick.source), reversed if pick.last else iter

        def row(e: Context) -> Row | None:
            found, tests = candidates(e)
            return next((row for row in order(dated(found)) if _passes(row, tests)), None)

        return row

    def _candidates(self, frame: Frame) -> Callable[[Context], Candidates]:
        if isinstance(frame, Filter) and not self._is_remembered(frame):
            return self._narrowed(frame)
        rows = self.frame(frame)
        return lambda e: (rows(e), ())

    def _narrowed(self, frame: Filter) -> Callable[[Context], Candidates]:
        """The rows of a frame by lookup and bounds of time, and what is left to test."""
        chain = self._chain(frame)
        looked = self._best_lookup(chain)
        source = self.frame(chain.source) if looked is None else self._looked_up(chain.source, looked[1])
        others = [condition for condition in chain.conditions if looked is None or condition is not looked[0]]
        bounds = {one: cut for one in others if _in_time(frame.root) and (cut := bound(one)) is not None}
        tests = [self.row(condition) for condition in others if condition not in bounds]
        if not bounds:
            return lambda e: (source(e), [test(e) for test in tests])
        return self._bounded(frame.root, source, bounds, tests)

    def _bounded(
        self, root: Root, source: RowsOf, bounds: dict[Value, Bound], tests: list[Bind]
    ) -> Callable[[Context], Candidates]:
        cuts = [(self.row(one), itemgetter(cut.place), cut, self.entry(cut.value)) for one, cut in bounds.items()]

        def candidates(e: Context) -> Candidates:
            rows = dated(source(e))
            low, high, left = 0, len(rows), [test(e) for test in tests]
            for whole, column, cut, ask in cuts:
                if not _in_order_of(root, cut.place, e):
                    left.append(whole(e))
                elif (moment := ask(e)) is None:
                    return [], ()
                elif cut.lower:
                    low = cut.halve(rows, moment, low, high, key=column)
                else:
                    high = cut.halve(rows, moment, low, high, key=column)
            return (rows if high - low == len(rows) else rows[low:high]), left

        return candidates

    def _chain(self, frame: Frame) -> _Chain:
        """The conditions down to the table, or to rows that are remembered (and were not found by lookup alone)."""
        conditions: list[Value] = []
        while isinstance(frame, Filter):
            if conditions and self._is_remembered(frame) and not self._is_lookup(frame):
                break
            conditions.extend(conjuncts(frame.condition))
            frame = frame.source
        return _Chain(frame, tuple(dict.fromkeys(conditions)))

    def _is_lookup(self, frame: Filter) -> bool:
        """Rows that the record finds by lookup alone: it keeps them itself."""
        found = lookup(frame.condition, self.resolved) if isinstance(frame.source, Table) else None
        return found is not None and found.values is not None

    def _best_lookup(self, chain: _Chain) -> tuple[Value, Lookup] | None:
        """The condition to look rows up by: rather by what is the same for every entry, as the record keeps that."""
        if not isinstance(chain.source, Table):
            return None
        found = ((condition, lookup(condition, self.resolved)) for condition in chain.conditions)
        ranked = [(condition, one) for condition, one in found if one is not None]
        return min(ranked, key=lambda pair: pair[1].values is None, default=None)

    def _looked_up(self, table: Frame, found: Lookup) -> RowsOf:
        assert isinstance(table, Table)
        name, at, values = table.name, found.place, found.values
        if values is not None:
            return lambda e: e.record.table(name).among(at, values)
        assert found.value is not None
        ask = self.entry(found.value)

        def rows(e: Context) -> list[Row]:
            value = ask(e)
            return [] if value is None else e.record.table(name).by(at).get(value, [])

        return rows

    def _pair(self, pair: Pair) -> RowsOf:
        lefts, rights, belong = self._events(pair.left), self._events(pair.right), together(pair)
        one_table, roots = pair.left.root == pair.right.root, {pair.left.root, pair.right.root}
        with_itself = pair.left == pair.right

        def pairs(e: Context) -> list[Row]:
            firsts = [event for event in lefts(e) if event.start is not None]
            others = firsts if with_itself or not firsts else [event for event in rights(e) if event.start is not None]
            starts = [event.start for event in others if event.start is not None]
            by_day = all(_in_order_of(root, _start_date(root), e) for root in roots) if others else False
            days = [event.start_date for event in others if event.start_date is not None] if by_day else None
            return [
                (left.row, right.row)
                for left in firsts
                for right in others[slice(*reach(pair, left, starts, days))]
                if belong(left, right) and not (one_table and left.row[KEY] == right.row[KEY])
            ]

        return pairs


def _passes(row: Row, tests: Sequence[Part]) -> bool:
    for test in tests:  # noqa: SIM110  a generator takes longer than most tests
        if not test(row):
            return False
    return True


def _in_time(root: Root) -> bool:
    """Are the rows of this root in order of time?"""
    return root.has_start and not isinstance(root, Pair)


def _in_order_of(root: Root, at: int, e: Context) -> bool:
    """Are rows in order of the column at this place? Of the start always; of the start's date where the two agree."""
    return at == START or isinstance(root, Eras) or e.record.table(root.name).agrees(at)  # type: ignore[attr-defined]


def _start_date(root: Root) -> int:
    column = stored(Column(root, "start_date"))
    assert isinstance(column, Column)
    return place(column.rows, column.name)
