"""Leaves as aggregates over rows: what each needs of a row, how it is worked out, and how it is read"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlglot import exp

from medark.define.compile.leaves import Leaf
from medark.define.compile.pairs import key as pair_keys
from medark.define.compile.written import expression
from medark.define.kinds import Kind
from medark.define.nodes import Aggregate, Column, Pair, PickedColumn, Root, Table, Value
from medark.define.nodes.frames import Pick

_ROWS = "rows_"
# Over the rows of an entry; :a is the argument.
_GROUPED: Mapping[str, str] = {
    "count": "count(*)",
    "count_distinct": "count(DISTINCT :a)",
    "sum": "sum(:a)",
    "min": "min(:a)",
    "max": "max(:a)",
    "mean": "avg(:a)",
}
# Of the one row that an entry has at most; :c is the condition.
_SINGLE: Mapping[str, str] = {
    "count": "CASE WHEN :c THEN 1 ELSE 0 END",
    "count_distinct": "CASE WHEN :c AND :a IS NOT NULL THEN 1 ELSE 0 END",
    "sum": "CASE WHEN :c THEN :a END",
    "min": "CASE WHEN :c THEN :a END",
    "max": "CASE WHEN :c THEN :a END",
    "mean": "CASE WHEN :c THEN 1e0 * :a END",
}


class Rows:
    """Collects what the leaves of one scan need of each row (`values`), and what is worked out of it, each once.

    `is_single`: an entry has one row at most, so that there is nothing to group.
    """

    def __init__(self, *, is_single: bool) -> None:
        self._is_single = is_single
        self.values: dict[str, Value] = {}
        self._names: dict[Value, str] = {}
        self._cells: dict[str, str] = {}  # SQL -> name

    def cell(self, leaf: Leaf, condition: Value | None) -> str:
        """The name of the column that a leaf is read from."""
        make: Callable[..., exp.Expr] = self._aggregate if isinstance(leaf, Aggregate) else self._picked
        sql = make(leaf, condition)
        return self._cells.setdefault(sql.sql(dialect="duckdb"), f"x{len(self._cells) + 1}")

    def grouped(self, rows: exp.Select) -> exp.Select:
        """One row an entry with all cells."""
        query = exp.select("entry_id").from_(rows.subquery(_ROWS, copy=False), copy=False)
        for sql, name in self._cells.items():
            query = query.select(f"{sql} AS {name}", dialect="duckdb", copy=False)
        return query if self._is_single else query.group_by("entry_id", copy=False)

    def _aggregate(self, leaf: Aggregate, condition: Value | None) -> exp.Expr:
        name = "count" if leaf.name == "exists" else leaf.name
        if self._is_single:
            return expression(_SINGLE[name], self._of(leaf.argument), exp.Null(), self._of(condition))
        return _filtered(expression(_GROUPED[name], self._of(leaf.argument)), self._of(condition))

    def _picked(self, leaf: PickedColumn, condition: Value | None) -> exp.Expr:
        pick = leaf.pick
        column = self._of(Column(pick.root, leaf.name, leaf.side))
        if self._is_single:
            there = [expression(":a IS NOT NULL", self._of(by)) for by in pick.by]
            return expression("CASE WHEN :a THEN :b END", exp.and_(self._of(condition), *there), column)
        return self._extreme(pick, condition, column)

    def _extreme(self, pick: Pick, condition: Value | None, column: exp.Expr) -> exp.Expr:
        """The row with the most or the least, as one value: what it is ordered by comes first, then its key."""
        order = [self._of(value) for value in (*pick.by, *_keys(pick.root))]
        there = [expression(":a IS NOT NULL", self._of(by)) for by in pick.by]
        parts = {**{f"o{at}": one for at, one in enumerate(order)}, "x": column}
        row = exp.Struct(
            expressions=[exp.PropertyEQ(this=exp.to_identifier(n), expression=v) for n, v in parts.items()]
        )
        kind = exp.Max if pick.last else exp.Min
        best = _filtered(kind(this=row), exp.and_(self._of(condition), *there))
        return exp.StructExtract(this=best, expression=exp.Literal.string("x"))

    def _of(self, value: Value | None) -> exp.Expr:
        """The column that holds a value of each row; TRUE for no condition."""
        if value is None:
            return exp.true()
        name = self._names.setdefault(value, f"c{len(self._names) + 1}")
        self.values[name] = value
        return exp.column(name, table=_ROWS)


def read(leaf: Leaf, cell: str, alias: str) -> exp.Expr:
    """A leaf as it is for an entry that may have no rows at all."""
    column = exp.column(cell, table=alias)
    return _READ[leaf.name](column) if isinstance(leaf, Aggregate) and leaf.name in _READ else _finite(leaf, column)


def _finite(leaf: Leaf, column: exp.Expr) -> exp.Expr:
    if isinstance(leaf, Aggregate) and leaf.name in ("sum", "mean"):
        return expression("CAST(floor(:a) AS BIGINT)" if leaf.kind is Kind.WHOLE else "finite(:a)", column)
    return column


_READ: Mapping[str, Callable[[exp.Expr], exp.Expr]] = {
    "exists": lambda column: expression("coalesce(:a, 0) > 0", column),
    "count": lambda column: expression("coalesce(:a, 0)", column),
    "count_distinct": lambda column: expression("coalesce(:a, 0)", column),
}


def _keys(root: Root) -> list[Value]:
    if isinstance(root, Pair):
        left, right = pair_keys(root)
        return [Column(root, left, "left"), Column(root, right, "right")]
    return [Column(root, "key" if isinstance(root, Table) else "start_date")]


def _filtered(aggregate: exp.Expr, condition: exp.Expr) -> exp.Expr:
    if isinstance(condition, exp.Boolean):
        return aggregate
    return exp.Filter(this=aggregate, expression=exp.Where(this=condition))
