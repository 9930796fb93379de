"""The linter: what in a query is not known to mean the same on every engine, and how to write it"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from sqlglot import exp

from medark.errors import DefinitionError
from medark.sql.portable import ALLOWED, INSTEAD, Allowed, Fault, called
from medark.sql.query import Query, parse, place


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not portable: what, the portable way to write it, and where (from 1; 0 if not known)."""

    what: str
    fix: str
    line: int
    column: int


def lint(query: Query | str) -> tuple[Finding, ...]:
    """All that is not portable in a query, in the order of its text. DefinitionError if it is no SELECT at all.

    It is a list of what is allowed: a construct that nobody has proved yet is found, whatever it is.

    >>> [finding.fix for finding in lint("select median(x) from t")]
    ['number the rows with row_number() and take the middle ones']
    """
    return _findings(query if isinstance(query, str) else query.sql)


def checked(query: Query | str) -> Query:
    """The query, if all of it is portable; DefinitionError with the first finding, how many more, and its place.

    >>> checked("select uuid() as x from t")
    Traceback (most recent call last):
    medark.errors.DefinitionError: uuid is not portable (line=1 column=8). Try: key_hash(key)
    """
    found = lint(query)
    if found:
        first, more = found[0], f", and {len(found) - 1} more findings" if found[1:] else ""
        where = {"line": first.line, "column": first.column} if first.line else {}
        raise DefinitionError(first.what + more, fix=first.fix, **where)
    return parse(query) if isinstance(query, str) else query


_DESCENDED = ALLOWED.keys() - {exp.DataType}


@lru_cache(maxsize=1024)
def _findings(sql: str) -> tuple[Finding, ...]:
    # What is below a refused construct goes with it.
    nodes = parse(sql).tree.walk(bfs=False, prune=lambda node: type(node) not in _DESCENDED)
    found = [_finding(node, fault) for node in nodes for fault in _faults(node)]
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: (finding.line, finding.column)))


def _faults(node: exp.Expr) -> Iterator[Fault]:
    rule = ALLOWED.get(type(node))
    if rule is None:
        yield Fault(
            f"{called(type(node))} is not portable", INSTEAD.get(type(node).__name__, "see docs/reference/sql.md")
        )
        return
    strange = _strange_parts(node, rule)
    for part in strange:
        yield Fault(f"{part.rstrip('_')} of {called(type(node))} is not portable", INSTEAD.get(part, "leave it out"))
    if not strange:
        yield from rule.judge(node)


def _strange_parts(node: exp.Expr, rule: Allowed) -> list[str]:
    return [name for name, value in node.args.items() if value not in (None, False, [], ()) and name not in rule.parts]


def _finding(node: exp.Expr, fault: Fault) -> Finding:
    at = place(node) or (place(node.parent) if node.parent is not None else {})
    return Finding(fault.what, fault.fix, at.get("line", 0), at.get("column", 0))
