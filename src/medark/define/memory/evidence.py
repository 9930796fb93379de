"""Evidence: the rows that decided a value"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from medark.define.memory.context import Context
from medark.define.memory.layout import ERA_MEMBERS, KEY, Row
from medark.define.memory.plain import Plain
from medark.define.memory.pointwise import operands
from medark.define.memory.sharing import asked_by
from medark.define.nodes import (
    Aggregate,
    AtEach,
    Call,
    Case,
    Eras,
    Filter,
    Frame,
    Node,
    Pair,
    PickedColumn,
    Root,
    Table,
    Value,
)


class Evidence(NamedTuple):
    """A row, by the primary key of its table."""

    table: str
    key: int


class Explained(NamedTuple):
    """A value (missing: None) and the rows that decided it, in order of table and key."""

    value: Any
    evidence: tuple[Evidence, ...]


_Rows = set[Evidence]


class Explainer:
    """Tells what decided values of entries.

    Of an aggregate: its rows (of min and max those that have the value), of a pick: its row, and in both cases what
    decided which rows these are. Of `and`, `or` and choices: what settled them. Of anything else: all it is made of.
    """

    def __init__(self, compiler: Plain) -> None:
        self._compiler = compiler

    def explained(self, value: Value, e: Context) -> Explained:
        """A value of an entry with its evidence."""
        return Explained(self._compiler.entry(value)(e), tuple(sorted(self._of(value, e, None))))

    def _of(self, value: Value, e: Context, row: Row | None) -> _Rows:
        """What decided a value of an entry; or of a row of it, beside the row itself."""
        match value:
            case PickedColumn():
                picked = self._compiler.pick(value.pick)(e)
                return self._of_rows(value.pick.source, e, [] if picked is None else [picked])
            case Aggregate():
                return self._of_rows(value.frame, e, self._counted(value, e))
            case AtEach():
                return self._of_index(value, e, row)
            case Call():
                return self._of_all(_settling(value, [self._ask(one, e, row) for one in value.arguments]), e, row)
            case Case():
                return self._of_all(self._branches(value, e, row), e, row)
        return self._of_all(operands(value), e, row)

    def _of_all(self, values: Iterable[Value], e: Context, row: Row | None) -> _Rows:
        return set().union(*(self._of(value, e, row) for value in values))

    def _ask(self, value: Value, e: Context, row: Row | None) -> Any:
        return self._compiler.entry(value)(e) if value.rows is None else self._compiler.row(value)(e)(row)

    def _counted(self, value: Aggregate, e: Context) -> list[Row]:
        """The rows that an aggregate is of."""
        rows = self._compiler.frame(value.frame)(e)
        if value.argument is None:
            return rows
        there = [(self._ask(value.argument, e, row), row) for row in rows]
        if value.name in ("min", "max"):
            extreme = self._compiler.entry(value)(e)
            return [row for one, row in there if one is not None and one == extreme]
        return [row for one, row in there if one is not None]

    def _branches(self, value: Case, e: Context, row: Row | None) -> list[Value]:
        """The conditions asked for, and the value that was chosen."""
        asked: list[Value] = []
        for condition, chosen in value.branches:
            asked.append(condition)
            if self._ask(condition, e, row):
                return [*asked, chosen]
        return asked if value.default is None else [*asked, value.default]

    def _of_index(self, value: AtEach, e: Context, row: Row | None) -> _Rows:
        assert row is not None
        if row[KEY] not in {one[KEY] for one in self._compiler.frame(value.frame)(e)}:
            return set()
        index = self._compiler.as_index(value.frame.root, *value.moments)(e)(row)
        return self._of(value.value, index, None)

    # -- rows -----------------------------------------------------------------------------------------------------

    def _of_rows(self, frame: Frame, e: Context, rows: Sequence[Row]) -> _Rows:
        """The rows themselves, and what decided that the frame has them (or none)."""
        return {one for row in rows for one in _keys(frame.root, row)} | self._chosen(frame, e, rows)

    def _chosen(self, frame: Frame, e: Context, rows: Sequence[Row]) -> _Rows:
        match frame:
            case Filter():
                return self._passed(frame.condition, e, rows) | self._chosen(frame.source, e, rows)
            case Pair():
                lefts, rights = [row[0] for row in rows], [row[1] for row in rows]
                return self._chosen(frame.left, e, lefts) | self._chosen(frame.right, e, rights)
            case Eras():
                return self._chosen(frame.source, e, [member for row in rows for member in row[ERA_MEMBERS]])
        return set()

    def _passed(self, condition: Value, e: Context, rows: Sequence[Row]) -> _Rows:
        """What, beside the rows, decided that they pass. Where none does: all that they were held against."""
        if not _looks_elsewhere(condition):
            return set()
        if rows:
            return set().union(*(self._of(condition, e, row) for row in rows))
        return self._of_all(_of_the_entry(condition), e, None)


def _keys(root: Root, row: Row) -> Iterable[Evidence]:
    match root:
        case Table():
            yield Evidence(root.name, row[KEY])
        case Pair():
            yield from _keys(root.left.root, row[0])
            yield from _keys(root.right.root, row[1])
        case Eras():
            for member in row[ERA_MEMBERS]:
                yield from _keys(root.source.root, member)


def _settling(call: Call, values: Sequence[Any]) -> list[Value]:
    """The arguments that settle what an operator says."""
    pairs = list(zip(call.arguments, values, strict=True))
    match call.operator:
        case "and" | "or":
            enough = call.operator == "or"  # one that is so is enough; else the missing ones leave it open
            told = enough if enough in values else None
            return [argument for argument, value in pairs if value is told] or list(call.arguments)
        case "if_missing":
            return [call.arguments[0]] if values[0] is not None else list(call.arguments)
        case "least" | "greatest":
            there = [value for value in values if value is not None]
            extreme = (min if call.operator == "least" else max)(there) if there else None
            return [argument for argument, value in pairs if value == extreme]
    return list(call.arguments)


def _looks_elsewhere(value: Node) -> bool:
    """Does a condition look at more than the row, constants and the entry itself?"""
    return isinstance(value, Aggregate | PickedColumn | AtEach) or any(map(_looks_elsewhere, asked_by(value)))


def _of_the_entry(value: Value) -> Iterable[Value]:
    """The values of the entry that a value of rows is made of."""
    if value.rows is None:
        yield value
    elif not isinstance(value, AtEach):
        for operand in operands(value):
            yield from _of_the_entry(operand)
