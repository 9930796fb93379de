"""What makes one construct portable: the parts it may have, and what is asked of them"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlglot import exp


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a construct is not portable as it stands, and the portable way to write it."""

    what: str
    fix: str


Judge = Callable[[exp.Expr], Iterator[Fault]]


def _no_fault(node: exp.Expr) -> Iterator[Fault]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Allowed:
    """`parts` are the arguments of a node that may be set: whatever else is set is not portable."""

    parts: frozenset[str]
    judge: Judge = _no_fault


def allowed(parts: str = "this", judge: Judge = _no_fault) -> Allowed:
    """`parts` separated by blanks.

    >>> sorted(allowed("this expression").parts)
    ['expression', 'this']
    """
    return Allowed(frozenset(parts.split()), judge)


def whole_literal(node: object) -> int | None:
    """The value of a whole number written out, minus included; None for anything else."""
    sign = 1
    if isinstance(node, exp.Neg):
        node, sign = node.this, -1
    if isinstance(node, exp.Literal) and not node.is_string and node.name.isdigit():
        return sign * int(node.name)
    return None


def text_literal(node: object) -> str | None:
    """The value of a text written out; None for anything else."""
    return node.name if isinstance(node, exp.Literal) and node.is_string else None
