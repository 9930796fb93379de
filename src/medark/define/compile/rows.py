"""The rows of a root for every entry: what a SELECT over them is FROM, and the columns that hold values there"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from medark.define.compile.concepts import Memberships
from medark.define.compile.entries import Known, Moments
from medark.define.compile.leaves import outer
from medark.define.compile.names import Names
from medark.define.compile.projection import expressions
from medark.define.nodes import (
    AtEach,
    Call,
    CodeOf,
    Column,
    Filter,
    Frame,
    InConcepts,
    IndexValue,
    Node,
    Root,
    Table,
    Value,
    stored,
)

ROW, ENTRY_SIDE = "r", "e"


@dataclass(frozen=True, slots=True)
class Where:
    """What rows must meet. `required`: values of a row that must be in a concept list, or nothing asks for the row."""

    conditions: tuple[Value, ...] = ()
    required: frozenset[Value] = frozenset()


class RowScope:
    """The rows of a root, each with the entry that it is looked at for.

    A value of the entry that rows are compared with is worked out once an entry, not once a row.
    """

    def __init__(self, known: Known, root: Root, relation: str | None, wanted: Iterable[Node], where: Where) -> None:
        """`relation`: where the rows of pairs or eras are. `wanted`: everything that will be asked of the rows."""
        self.draft, self._known, self._root, self._relation, self._where = known.draft, known, root, relation, where
        self._entry: dict[Value, str] = {}
        self._moments: dict[str, tuple[Moments, str]] = {}  # by relation; with its alias
        looked_up = [n for n in outer(*wanted) if isinstance(n, InConcepts) and n.rows == root]
        self._memberships = Memberships(self.draft, looked_up)
        self._names = Names(self.draft)

    # -- columns --------------------------------------------------------------------------------------------------

    def held(self, value: Value) -> exp.Expr | None:
        if isinstance(value, Column):
            return exp.column(column_name(value), table=ROW) if stored(value) == value else None
        if value.rows is None:
            return self._known.constant(value) if self._known.is_constant(value) else self._of_entry(value)
        if isinstance(value, AtEach):
            return self._at_each(value)
        if isinstance(value, CodeOf):
            return self._names.held(value)
        if isinstance(value, InConcepts):
            required = value.value in self._where.required
            return self._memberships.held(value, expressions(self).of, is_required=required)
        return None

    @property
    def entry_id(self) -> exp.Expr:
        """The entry that a row is looked at for."""
        if self._relation is not None:
            return exp.column("entry_id", table=ROW)
        return self.person if self._known.entries.by_person else exp.column("entry_id", table=ENTRY_SIDE)

    @property
    def person(self) -> exp.Expr:
        """The person whose row it is."""
        if isinstance(self._root, Table):
            return exp.column(self._root.spec.person, table=ROW)
        return self._of_entry(IndexValue("person"))

    def _of_entry(self, value: Value) -> exp.Expr:
        return exp.column(self._entry.setdefault(value, f"n{len(self._entry) + 1}"), table=ENTRY_SIDE)

    def _at_each(self, value: AtEach) -> exp.Expr:
        found = self._known.moments[value.frame, value.start, value.end]
        _, alias = self._moments.setdefault(found.relation, (found, f"m{len(self._moments) + 1}"))
        column = exp.column(found.columns[value.value], table=alias)
        inside = conditions(value.frame)
        if not found.in_frame or not inside:
            return column
        return exp.Case(ifs=[exp.If(this=expressions(self).of(together("and", inside)), true=column)])

    # -- FROM -----------------------------------------------------------------------------------------------------

    def source(self) -> exp.Select:
        write = expressions(self).of
        where = [write(condition) for condition in self._where.conditions]
        lists = self._memberships.joined(exp.Select(), write, self._where.required).args.get("joins") or []
        named = self._names.joins(write)
        each = [self._moments_join(found, alias) for found, alias in self._moments.values()]
        query = exp.Select().from_(self._rows(), copy=False)
        if (on := self._on()) is not None:
            query = query.join(self._entry_side(), on=on, copy=False)
        for join in in_order([*lists, *named, *each]):
            query.append("joins", join)
        return query.where(*where, copy=False) if where else query

    def _rows(self) -> exp.Expr:
        if self._relation is not None:
            return exp.to_table(self._relation, alias=ROW)
        assert isinstance(self._root, Table)
        return self.draft.table(self._root.name, ROW)

    def _on(self) -> exp.Expr | None:
        """How rows meet entries; None where they need not."""
        if self._relation is None and not self._known.entries.by_person:
            return exp.column("person_id", table=ENTRY_SIDE).eq(self.person)
        return exp.column("entry_id", table=ENTRY_SIDE).eq(self.entry_id) if self._entry else None

    def _entry_side(self) -> exp.Expr:
        """Of each entry, what rows are compared with."""
        values = {name: value for value, name in self._entry.items()}
        return self._known.select(values, {"entry_id": "entry_id", "person_id": "person_id"}).subquery(
            ENTRY_SIDE, copy=False
        )

    def _moments_join(self, found: Moments, alias: str) -> exp.Join:
        on: exp.Expr = exp.column("row_key", table=alias).eq(expressions(self).of(row_key(self._root)))
        if found.by_entry:
            on = exp.and_(on, exp.column("entry_id", table=alias).eq(self.entry_id))
        return exp.Join(this=exp.to_table(found.relation, alias=alias), on=on, side="LEFT")


def in_order(joins: Sequence[exp.Join]) -> list[exp.Join]:
    """Joins, each after those that its condition asks of: a list may be looked up by what is known at each row."""
    aliases = {join.this.alias_or_name for join in joins}
    needed = {id(join): {column.table for column in join.args["on"].find_all(exp.Column)} & aliases for join in joins}
    placed: list[exp.Join] = []
    there: set[str] = set()
    for _ in joins:
        for join in (one for one in joins if one.this.alias_or_name not in there):
            name = join.this.alias_or_name
            if needed[id(join)] - {name} <= there:
                placed.append(join)
                there.add(name)
    return placed


def column_name(column: Column) -> str:
    """What a stored column is called in the relation of its root; those of a pair say their side."""
    return f"{column.side}_{column.name}" if column.side else column.name


def row_key(root: Root) -> Value:
    """What tells rows apart: the key of a table; of the eras of one entry, the first day."""
    return Column(root, "key" if isinstance(root, Table) else "start_date")


def conditions(frame: Frame) -> tuple[Value, ...]:
    """What must be true of each row of a frame, from the root on; of an `and`, each side."""
    found: list[Value] = []
    while isinstance(frame, Filter):
        found[:0] = _conjuncts(frame.condition)
        frame = frame.source
    return tuple(dict.fromkeys(found))


def together(operator: str, values: Sequence[Value]) -> Value:
    """All of some conditions (`and`), or any of them (`or`), as one."""
    return reduce(lambda one, other: Call(operator, (one, other)), values)


def of_rows_alone(known: Known, value: Value) -> bool:
    """Is it the same for whatever entry the row is looked at?"""
    return not any(
        isinstance(node, AtEach) or (isinstance(node, Value) and node.rows is None and not known.is_constant(node))
        for node in outer(value)
    )


def required_lists(root: Root, needs: Iterable[Sequence[Value]]) -> frozenset[Value]:
    """The values that each of these lists of conditions looks up in some concept set."""
    each = [{c.value for c in meets if isinstance(c, InConcepts) and c.rows == root} for meets in needs]
    return frozenset(set.intersection(*each)) if each else frozenset()


def _conjuncts(condition: Value) -> list[Value]:
    if isinstance(condition, Call) and condition.operator == "and":
        return [part for side in condition.arguments for part in _conjuncts(side)]
    return [condition]
