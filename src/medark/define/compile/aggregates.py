"""Leaves as aggregates over rows: what each needs of a row, how it is worked out, and how it is read"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sqlglot import exp

from medark.define.compile.leaves import Leaf
from medark.define.compile.pairs import key as pair_keys
from medark.define.compile.written import expression
from medark.define.kinds import Kind
from medark.define.nodes import Aggregate, Column, Pair, PickedColumn, Root, Table, Value
from medark.define.nodes.frames import Pick

_ROWS, _HELD = "rows_", "x"
# Over the rows of an entry; :a is the argument.
_GROUPED: Mapping[str, str] = {
    "count": "count(*)",
    "count_distinct": "count(DISTINCT :a)",
    "sum": "sum(:a)",
    "min": "min(:a)",
    "max": "max(:a)",
    "mean": "avg(:a)",
}
# Of the one row that an entry has at most, where that meets the condition.
_SINGLE: Mapping[str, str] = {
    "count": "1",
    "count_distinct": "CASE WHEN :a IS NOT NULL THEN 1 END",
    "sum": ":a",
    "min": ":a",
    "max": ":a",
    "mean": "1e0 * :a",
}


class Rows:
    """Collects what the leaves of one scan need of each row (`values`), and what is worked out of it, each once.

    `is_single`: an entry has one row at most, so that there is nothing to group.
    """

    def __init__(self, *, is_single: bool) -> None:
        self._is_single = is_single
        self.values: dict[str, Value] = {}
        self._names: dict[Value, str] = {}
        self._cells: dict[str, exp.Alias] = {}  # by its SQL

    def cell(self, leaf: Leaf, condition: Value | None) -> str:
        """The name of the column that a leaf is read from."""
        make: Callable[..., exp.Expr] = self._aggregate if isinstance(leaf, Aggregate) else self._picked
        sql = make(leaf, condition)
        cell = exp.Alias(this=sql, alias=exp.to_identifier(f"x{len(self._cells) + 1}"))
        return self._cells.setdefault(sql.sql(dialect="duckdb"), cell).alias

    def grouped(self, rows: exp.Select) -> exp.Select:
        """One row an entry with all cells."""
        query = exp.select("entry_id").from_(rows.subquery(_ROWS, copy=False), copy=False)
        query = query.select(*self._cells.values(), copy=False)
        return query if self._is_single else query.group_by("entry_id", copy=False)

    def _aggregate(self, leaf: Aggregate, condition: Value | None) -> exp.Expr:
        written = (_SINGLE if self._is_single else _GROUPED)["count" if leaf.name == "exists" else leaf.name]
        found = expression(written, *([] if leaf.argument is None else [self._of(leaf.argument)]))
        return self._where(found, condition)

    def _picked(self, leaf: PickedColumn, condition: Value | None) -> exp.Expr:
        pick = leaf.pick
        column = self._of(Column(pick.root, leaf.name, leaf.side))
        if self._is_single:
            return self._where(column, condition, pick.by)
        best = self._where(self._extreme(pick, column), condition, pick.by)
        return exp.StructExtract(this=best, expression=exp.Literal.string(_HELD))

    def _extreme(self, pick: Pick, column: exp.Expr) -> exp.Expr:
        """The row with the most or the least, as one value: what it is ordered by comes first, then its key."""
        order = [self._of(value) for value in (*pick.by, *_keys(pick.root))]
        parts = {**{f"o{at}": one for at, one in enumerate(order)}, _HELD: column}
        cells = [exp.PropertyEQ(this=exp.to_identifier(name), expression=cell) for name, cell in parts.items()]
        return (exp.Max if pick.last else exp.Min)(this=exp.Struct(expressions=cells))

    def _where(self, found: exp.Expr, condition: Value | None, there: Sequence[Value] = ()) -> exp.Expr:
        """What is found of rows that meet a condition and have some values."""
        meets = [] if condition is None else [self._of(condition)]
        meets += [expression("NOT :a IS NULL", self._of(value)) for value in there]
        if not meets:
            return found
        if self._is_single:
            return exp.Case(ifs=[exp.If(this=exp.and_(*meets), true=found)])
        return exp.Filter(this=found, expression=exp.Where(this=exp.and_(*meets)))

    def _of(self, value: Value) -> exp.Expr:
        """The column that holds a value of each row."""
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
