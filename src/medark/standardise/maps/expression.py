"""One SQL expression of a map: parsed, its functions written out, its columns known"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlglot import exp

from medark.errors import DefinitionError
from medark.sql.query import parse
from medark.sql.rewrites.template import filled

ROW = "line"  # what the row of the mapped table is called in compiled SQL
_REFUSED = (exp.Subquery, exp.Select, exp.AggFunc, exp.Window, exp.Star, exp.Placeholder, exp.Parameter)


@dataclass(frozen=True, slots=True)
class Function:
    """A named piece of SQL that maps may call: `icd9cm(code)`."""

    name: str
    arguments: tuple[str, ...]
    sql: str


Functions = Mapping[str, Function]


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression over a row (columns without a table) and over joined tables (`item.label`)."""

    text: str
    tree: exp.Expression = field(compare=False, repr=False)  # every column has a table; never changed in place

    @property
    def columns(self) -> frozenset[tuple[str, str]]:
        """(table, column) in lower case; the row's own are of table `line`."""
        return frozenset((c.table, c.name) for c in self.tree.find_all(exp.Column))

    @property
    def is_true(self) -> bool:
        return isinstance(self.tree, exp.Boolean) and bool(self.tree.this)

    @property
    def is_constant(self) -> bool:
        return not self.columns


def fixed(value: str) -> Expression:
    """A text that is the same in every row."""
    return Expression(f"'{value}'", exp.Literal.string(value))


def expression(text: str, functions: Functions) -> Expression:
    """`text` read; DefinitionError if it is not one expression over a row.

    >>> sorted(expression("coalesce(item.label, value)", {}).columns)
    [('item', 'label'), ('line', 'value')]
    """
    tree = _parsed(text).copy()
    for node in tree.find_all(*_REFUSED):
        raise DefinitionError(f"{_kind(node)} is not allowed in a map", fix="write an expression over one row")
    holder = exp.Paren(this=tree)
    for call in reversed([node for node in holder.walk(bfs=False) if isinstance(node, exp.Anonymous)]):
        call.replace(_written_out(call, functions))
    for column in holder.find_all(exp.Column):
        column.replace(exp.column(column.name.lower(), table=column.table.lower() or ROW, quoted=True))
    return Expression(text, holder.this)


@cache
def _parsed(text: str) -> exp.Expression:
    tree = parse(f"SELECT {text}\nAS x").tree
    if not isinstance(tree, exp.Select) or len(tree.selects) != 1 or set(_filled_parts(tree)) - {"expressions"}:
        raise DefinitionError("this is not one expression", fix="write what stands between SELECT and FROM")
    (alias,) = tree.selects
    inner: exp.Expression = alias.this
    return inner


def _filled_parts(tree: exp.Expression) -> list[str]:
    return [name for name, part in tree.args.items() if part]


def _written_out(call: exp.Anonymous, functions: Functions) -> exp.Expression:
    function = functions.get(call.name.lower())
    if function is None:
        return call  # portable functions of sql.rewrites are anonymous too; its linter knows which there are
    if len(call.expressions) != len(function.arguments):
        wanted = f"{function.name}({', '.join(function.arguments)})"
        raise DefinitionError(f"{function.name} takes {len(function.arguments)} arguments", fix=wanted)
    return filled(_parsed(function.sql), dict(zip(function.arguments, call.expressions, strict=True)))


def _kind(node: Any) -> str:
    return {exp.Star: "*", exp.Placeholder: "a parameter", exp.Window: "a window"}.get(type(node), str(node.key))
