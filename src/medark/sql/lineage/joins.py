"""A join as lineage sees it: what the other row is found by, and whether rows are lost or multiplied"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sqlglot import exp

from medark.model.lineage import How, Influences, at_least, together
from medark.sql.lineage.expressions import cell_of, conjuncts
from medark.sql.lineage.relation import EMPTY, Cell, Key, Relation, base, expanded, keys_in, substituted
from medark.sql.lineage.scope import Scope


@dataclass(slots=True)
class _Found:
    """What the joined row is found by. `columns`: those of it that are equal to something at hand."""

    columns: set[str] = field(default_factory=set)
    keys: dict[Key, Influences] = field(default_factory=dict)
    by: list[Influences] = field(default_factory=list)
    own: list[Influences] = field(default_factory=list)  # conditions on the joined row itself
    is_never: bool = False


def join_in(scope: Scope, join: exp.Join, alias: str, right: Relation) -> bool:
    """Bring a joined relation into a scope. True if no row is left."""
    outer = str(join.side).upper() in ("LEFT", "FULL")
    found = _found(scope, join, alias, right)
    never = found.is_never or right.is_empty
    if never:
        scope.relations[alias] = _never(right)
        return not outer
    told = _told(found, right)
    scope.relations[alias] = _seen(right, found, told, outer=outer)
    is_one = any(key <= found.columns for key in right.unique)
    if not outer or not is_one:
        scope.rows = together((scope.rows, at_least(told, How.ROWS)))
    if str(join.side).upper() in ("RIGHT", "FULL"):
        scope.rows = together((scope.rows, at_least(expanded(right.rows), How.ROWS)))
    if not is_one:
        scope.unique = frozenset(
            one | {(alias, name) for name in other} for one in scope.unique for other in right.unique
        )
    return False


def _never(right: Relation) -> Relation:
    """The joined relation where no row of it is ever found."""
    columns = dict.fromkeys(right.columns, EMPTY)
    return Relation(columns, is_empty=True, others=None if right.others is None else EMPTY)


def _found(scope: Scope, join: exp.Join, alias: str, right: Relation) -> _Found:
    found = _Found()
    before = Scope(scope.tables, scope.parent, dict(scope.relations), ask=scope.ask)
    both = Scope(scope.tables, scope.parent, {**scope.relations, alias: right}, ask=scope.ask)
    for condition in conjuncts(join.args.get("on")):
        whole = cell_of(condition, both)
        found.is_never |= whole.never_holds
        column = _equal_to(condition, both, alias)
        if column is not None:
            name, other = column
            found.columns.add(name)
            _look_up(found, right.column(name) or EMPTY, cell_of(other, before))
        elif _names(condition, both, alias):
            found.own.append(whole.influences)
        else:
            found.by.append(whole.influences)
    return found


def _equal_to(condition: exp.Expr, both: Scope, alias: str) -> tuple[str, exp.Expr] | None:
    """The column of the joined relation that a condition holds equal to something else, and what that is."""
    if not isinstance(condition, exp.EQ):
        return None
    for side, other in ((condition.this, condition.expression), (condition.expression, condition.this)):
        if isinstance(side, exp.Column) and not _names(other, both, alias):
            place = both.place(side)
            if place is not None and place[0] == alias:
                return place[1], other
    return None


def _names(node: exp.Expr, both: Scope, alias: str) -> bool:
    """Does an expression read the joined relation?"""
    return any((both.place(column) or ("", ""))[0] == alias for column in node.find_all(exp.Column))


def _look_up(found: _Found, own: Cell, other: Cell) -> None:
    """A key of the joined relation is that of the row at hand: then it is there because that row is, and what follows
    from it follows from that row alone. Where it is another's, it is there if the other is.
    """
    by = at_least(other.influences, How.KEY)
    found.by.append(by)
    is_own = _most_direct(base(other.influences)) <= base(own.influences).keys()
    for key in keys_in(own.influences):
        found.keys[key] = by if is_own else together((by, at_least(expanded(key.of), How.KEY)))
    if not keys_in(own.influences):
        found.by.append(at_least(own.influences, How.KEY))


def _most_direct(influences: Mapping[tuple[str, str], How]) -> set[tuple[str, str]]:
    least = min((how.rank for how in influences.values()), default=0)
    return {what for what, how in influences.items() if how.rank == least}


def _told(found: _Found, right: Relation) -> Influences:
    """What decides which row is found."""
    own = [substituted(part, found.keys) for part in (*found.own, right.rows)]
    return at_least(together([*found.by, *own]), How.KEY)


def _seen(right: Relation, found: _Found, told: Influences, *, outer: bool) -> Relation:
    """The joined relation's columns, as rows at hand see them."""
    cells = {
        name: Cell(
            together((substituted(cell.influences, found.keys), told)),
            None if cell.known is None else cell.known | {None} if outer else cell.known,
            filled=cell.filled and not outer,
        )
        for name, cell in right.columns.items()
    }
    others = None if right.others is None else Cell(told)
    return replace(right, columns=MappingProxyType(cells), others=others)
