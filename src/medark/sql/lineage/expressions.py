"""What an expression is decided by: its columns, the conditions that choose between them, the constants it can be"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Final

from sqlglot import exp

from medark.model.lineage import How, Influences, at_least, together
from medark.sql.lineage.functions import arguments, called
from medark.sql.lineage.relation import ANY, EMPTY, Cell, Constant, either
from medark.sql.lineage.scope import Scope

_ALTERNATIVES: Final = 64  # pairs of constants that are compared


def cell_of(node: exp.Expr, scope: Scope) -> Cell:
    """What decides an expression over a row, or over a group of rows, of a scope."""
    if scope.grouped is not None and not isinstance(node, exp.Column) and node.sql() in scope.grouped:
        return scope.grouped[node.sql()]
    for kind, told in _TOLD:
        if isinstance(node, kind):
            return told(node, scope)
    return called(node, [cell_of(part, scope) for part in arguments(node)])


def conjuncts(node: exp.Expr | None) -> Iterator[exp.Expr]:
    """The conditions that must all hold."""
    if isinstance(node, exp.And):
        yield from conjuncts(node.this)
        yield from conjuncts(node.expression)
    elif isinstance(node, exp.Paren):
        yield from conjuncts(node.this)
    elif node is not None:
        yield node


def _column(node: exp.Expr, scope: Scope) -> Cell:
    assert isinstance(node, exp.Column)
    if not scope.knows(node) and node.name.lower() in scope.results:
        return cell_of(scope.results[node.name.lower()], scope)
    return scope.column(node)


def _literal(node: exp.Expr, scope: Scope) -> Cell:
    if isinstance(node, exp.Null):
        return EMPTY
    if isinstance(node, exp.Boolean):
        return Cell(known=frozenset({bool(node.this)}))
    assert isinstance(node, exp.Literal)
    return Cell(known=frozenset({node.this if node.is_string else float(node.this)}))


def _inner(node: exp.Expr, scope: Scope) -> Cell:
    return cell_of(node.this, scope)


def _query(node: exp.Expr, scope: Scope) -> Cell:
    """A query inside an expression: what it gives, and which rows there are to give."""
    assert scope.ask is not None
    inside = scope.ask(node.this if isinstance(node, exp.Exists | exp.Subquery) else node, scope)
    value = next(iter(inside.columns.values()), ANY)
    cells = {} if isinstance(node, exp.Exists) else value.influences
    return Cell(together((cells, at_least(inside.rows, How.CONDITION))))


def _case(node: exp.Expr, scope: Scope) -> Cell:
    asked = cell_of(node.this, scope) if node.this is not None else None
    conditions: list[Influences] = []
    branches: list[Cell] = []
    for branch in node.args["ifs"]:
        when = cell_of(branch.this, scope)
        condition = when if asked is None else _compared(exp.EQ(), asked, when)
        if condition.never_holds:
            continue
        conditions.append(at_least(condition.influences, How.CONDITION))
        branches.append(cell_of(branch.args["true"], scope))
        if condition.always_holds:
            break
    else:
        default = node.args.get("default")
        branches.append(cell_of(default, scope) if default is not None else EMPTY)
    chosen = either(branches)
    if chosen.known is not None and len(chosen.known) == 1 and not chosen.influences:
        return chosen  # whichever is chosen, it is the same
    return Cell(together((chosen.influences, *conditions)), chosen.known, chosen.filled)


def _coalesce(node: exp.Expr, scope: Scope) -> Cell:
    found: list[Cell] = []
    for part in (node.this, *node.expressions):
        cell = cell_of(part, scope)
        if not cell.is_null:
            found.append(cell)
        if cell.never_null:
            break
    if not found:
        return EMPTY
    one, filled = either(found), found[-1].never_null
    known = one.known - {None} if filled and one.known is not None else one.known
    return Cell(one.influences, known, filled)


def _and(node: exp.Expr, scope: Scope) -> Cell:
    return _connected(node, scope, ends=False)


def _or(node: exp.Expr, scope: Scope) -> Cell:
    return _connected(node, scope, ends=True)


def _connected(node: exp.Expr, scope: Scope, *, ends: bool) -> Cell:
    """AND, which a False ends, or OR, which a True ends; what is otherwise certain says nothing."""
    cells = [cell_of(part, scope) for part in (node.this, node.expression)]
    if any(cell.known == frozenset({ends}) for cell in cells):
        return Cell(known=frozenset({ends}))
    open_ = [cell for cell in cells if cell.known != frozenset({not ends})]
    if not open_:
        return Cell(known=frozenset({not ends}))
    if not ends and any(cell.never_holds for cell in open_):
        return Cell(known=frozenset({False, None}))
    return open_[0] if len(open_) == 1 else Cell(together(cell.influences for cell in open_))


def _not(node: exp.Expr, scope: Scope) -> Cell:
    inside = cell_of(node.this, scope)
    known = None if inside.known is None else frozenset(None if one is None else not one for one in inside.known)
    return Cell(inside.influences, known)


def _is(node: exp.Expr, scope: Scope) -> Cell:
    inside = cell_of(node.this, scope)
    wanted: Constant = None if isinstance(node.expression, exp.Null) else True
    if inside.known is not None:
        told = frozenset((one is None) == (wanted is None) and (wanted is None or one is True) for one in inside.known)
        return Cell({} if len(told) == 1 else inside.influences, told)
    if wanted is None and inside.filled:
        return Cell(known=frozenset({False}))
    return Cell(inside.influences, filled=True)


def _in(node: exp.Expr, scope: Scope) -> Cell:
    asked = cell_of(node.this, scope)
    if asked.is_null:
        return EMPTY
    if node.args.get("query") is not None:
        return Cell(together((asked.influences, _query(node.args["query"], scope).influences)))
    return _any_of([_compared(exp.EQ(), asked, cell_of(part, scope)) for part in node.expressions])


def _any_of(cells: list[Cell]) -> Cell:
    known: frozenset[Constant] | None = None
    if all(cell.known is not None for cell in cells):
        known = frozenset(x for cell in cells for x in cell.known or ())
        if cells and any(cell.always_holds for cell in cells):
            return Cell(known=frozenset({True}))
        if True not in known:
            return Cell(known=known)
    return Cell(together(cell.influences for cell in cells), known)


def _equal(node: exp.Expr, scope: Scope) -> Cell:
    return _compared(node, cell_of(node.this, scope), cell_of(node.expression, scope))


def _compared(node: exp.Expr, one: Cell, other: Cell) -> Cell:
    if one.is_null or other.is_null:
        return EMPTY
    influences = together((one.influences, other.influences))
    if one.known is None or other.known is None or len(one.known) * len(other.known) > _ALTERNATIVES:
        return Cell(influences)
    equal = isinstance(node, exp.EQ)
    pairs = product(one.known, other.known)
    known = frozenset(None if a is None or b is None else (a == b) is equal for a, b in pairs)
    return Cell({} if len(known) == 1 else influences, known)


def _filtered(node: exp.Expr, scope: Scope) -> Cell:
    """An aggregate of some rows."""
    condition = cell_of(node.expression.this, scope)
    if condition.never_holds and not isinstance(node.this, exp.Count):
        return EMPTY
    made = cell_of(node.this, scope)
    return Cell(together((made.influences, at_least(condition.influences, How.CONDITION))))


def _aggregate(node: exp.Expr, scope: Scope) -> Cell:
    """Of all rows of a group: which rows are in it decides as well."""
    parts = [cell_of(part, scope) for part in arguments(node)]
    if parts and parts[0].is_null and not isinstance(node, exp.Count):
        return EMPTY
    grouped = at_least(scope.group_influences, How.KEY)
    told = together([*(p.influences for p in parts), at_least(scope.rows, How.CONDITION), grouped])
    return Cell(told, filled=isinstance(node, exp.Count))


def _window(node: exp.Expr, scope: Scope) -> Cell:
    inside = [cell_of(part, scope) for part in arguments(node.this)]
    beside = [cell_of(part, scope) for part in (*(node.args.get("partition_by") or []), *_ordering(node, scope))]
    around = at_least(together([*(cell.influences for cell in beside), scope.rows]), How.CONDITION)
    return Cell(together([*(cell.influences for cell in inside), around]), filled=isinstance(node.this, exp.RowNumber))


def _ordering(node: exp.Expr, scope: Scope) -> Iterator[exp.Expr]:
    """What a window orders by, as far as it can matter: no further than where no two rows are alike."""
    order = node.args.get("order")
    places = {scope.place(part) for part in node.args.get("partition_by") or [] if isinstance(part, exp.Column)}
    for part in order.expressions if order is not None else []:
        if any(key <= places for key in scope.unique):
            return
        yield part.this
        if isinstance(part.this, exp.Column):
            places.add(scope.place(part.this))


_Told = Callable[[exp.Expr, Scope], Cell]
_TOLD: Final[Iterable[tuple[type[exp.Expr] | tuple[type[exp.Expr], ...], _Told]]] = (
    (exp.Column, _column),
    ((exp.Literal, exp.Boolean, exp.Null), _literal),
    ((exp.Paren, exp.Alias), _inner),
    ((exp.Subquery, exp.Exists, exp.Query), _query),
    (exp.Case, _case),
    (exp.Coalesce, _coalesce),
    (exp.And, _and),
    (exp.Or, _or),
    (exp.Not, _not),
    (exp.Is, _is),
    (exp.In, _in),
    ((exp.EQ, exp.NEQ), _equal),
    (exp.Filter, _filtered),
    (exp.Window, _window),
    (exp.AggFunc, _aggregate),
)
