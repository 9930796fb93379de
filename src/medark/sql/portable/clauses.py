"""SELECT and its clauses, joins, set operations, windows"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from medark.sql.portable.allowed import Allowed, Fault, allowed, whole_literal

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
SIDES = ("", "LEFT", "RIGHT", "FULL")
KINDS = ("", "INNER", "OUTER", "CROSS")
_RANKING = (exp.RowNumber, exp.Rank, exp.DenseRank, exp.Lag, exp.Lead, exp.FirstValue, exp.LastValue)
_OVER_WINDOWS = (*_RANKING, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Count)
_BOUNDS = ("UNBOUNDED", "CURRENT ROW")


def _select(node: exp.Expr) -> Iterator[Fault]:
    if node.args.get("limit") and not node.args.get("order"):
        yield Fault("LIMIT without ORDER BY gives other rows on each engine", "add ORDER BY over a key")
    distinct = node.args.get("distinct")
    if distinct is not None and distinct.args.get("on"):
        yield Fault("DISTINCT ON is not portable", "number the rows with row_number() in a subquery, keep those of 1")


def _table(node: exp.Expr) -> Iterator[Fault]:
    if not isinstance(node.this, exp.Identifier) or not _PLAIN_NAME.fullmatch(node.name):
        yield Fault("rows come from named tables only, not from files or functions", "name a table")


def _join(node: exp.Expr) -> Iterator[Fault]:
    side, kind = (str(node.args.get(part) or "").upper() for part in ("side", "kind"))
    if side not in SIDES or kind not in KINDS:
        word = "EXISTS (SELECT …) or NOT EXISTS (SELECT …)" if kind in ("SEMI", "ANTI") else "JOIN … ON"
        yield Fault(f"{kind or side} JOIN is not portable", f"write {word}")
    elif node.args.get("on") is None and (side or kind in ("INNER", "OUTER")):
        yield Fault("a join without ON", "write ON, or CROSS JOIN")


def _star(node: exp.Expr) -> Iterator[Fault]:
    if not isinstance(node.parent, exp.Select | exp.Column | exp.Count):
        yield Fault("* stands only in SELECT and count(*)", "name the columns")


def _count_of_rows(node: exp.Expr) -> Iterator[Fault]:
    if whole_literal(node.expression) is None:
        yield Fault(f"{node.key.upper()} takes a number written out", f"write {node.key.upper()} 10")


def _ordered(node: exp.Expr) -> Iterator[Fault]:
    # NULLs come last on DuckDB whatever the direction; rendering says so to engines that think otherwise.
    if isinstance(node.this, exp.Var):
        yield Fault("ORDER BY ALL is not portable", "name what to order by")


def _window(node: exp.Expr) -> Iterator[Fault]:
    function = node.this
    if not isinstance(function, _OVER_WINDOWS) or function.find(exp.Distinct):
        yield Fault(
            "this function has no window on every engine", "use sum, avg, min, max, count, row_number, rank, lag …"
        )
    elif isinstance(function, _RANKING) and not node.args.get("order"):
        yield Fault("a numbered window without ORDER BY gives other rows each time", "add ORDER BY over a key")


def _frame(node: exp.Expr) -> Iterator[Fault]:
    if str(node.args.get("kind")).upper() != "ROWS":
        yield Fault("RANGE and GROUPS frames differ between engines", "write ROWS, or join the rows of the range")
    for bound in (node.args.get("start"), node.args.get("end")):
        if bound is not None and str(bound).upper() not in _BOUNDS and whole_literal(bound) is None:
            yield Fault("a frame reaches a whole number of rows", "write ROWS BETWEEN 3 PRECEDING AND CURRENT ROW")


def _ranked(node: exp.Expr) -> Iterator[Fault]:
    if not isinstance(node.parent, exp.Window):
        yield Fault("this function needs a window", "add OVER (PARTITION BY … ORDER BY …)")
    offset = node.args.get("offset")
    if offset is not None and whole_literal(offset) is None:
        yield Fault("the offset is a whole number written out", "write lag(x, 1)")


_QUERY_TAIL = "with_ order limit offset"

CLAUSES: dict[type[exp.Expr], Allowed] = {
    exp.Select: allowed(f"expressions from_ joins where group having distinct {_QUERY_TAIL}", _select),
    exp.Union: allowed(f"this expression distinct {_QUERY_TAIL}"),
    exp.Except: allowed(f"this expression distinct {_QUERY_TAIL}"),
    exp.Intersect: allowed(f"this expression distinct {_QUERY_TAIL}"),
    exp.With: allowed("expressions"),
    exp.CTE: allowed("this alias"),
    exp.Subquery: allowed("this alias"),
    exp.From: allowed(),
    exp.Table: allowed("this alias", _table),
    exp.TableAlias: allowed(),
    exp.Join: allowed("this on side kind", _join),
    exp.Where: allowed(),
    exp.Having: allowed(),
    exp.Group: allowed("expressions"),
    exp.Order: allowed("expressions"),
    exp.Ordered: allowed("this desc nulls_first", _ordered),
    exp.Limit: allowed("expression", _count_of_rows),
    exp.Offset: allowed("expression", _count_of_rows),
    exp.Distinct: allowed("expressions on"),
    exp.Star: allowed("", _star),
    exp.Alias: allowed("this alias"),
    exp.Window: allowed("this partition_by order spec over", _window),
    exp.WindowSpec: allowed("kind start start_side end end_side", _frame),
    exp.RowNumber: allowed("", _ranked),
    exp.Rank: allowed("", _ranked),
    exp.DenseRank: allowed("", _ranked),
    exp.Lag: allowed("this offset default", _ranked),
    exp.Lead: allowed("this offset default", _ranked),
    exp.FirstValue: allowed("this", _ranked),
    exp.LastValue: allowed("this", _ranked),
}
