"""What a function gives: NULL for a missing argument, or something for something given"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlglot import exp

from medark.model.lineage import together
from medark.sql.lineage.relation import EMPTY, NULL, Cell

# NULL as soon as one argument is.
_STRICT: Final = (
    exp.Binary, exp.Cast, exp.TryCast, exp.Lower, exp.Upper, exp.Substring, exp.Trim, exp.Length, exp.RegexpReplace,
    exp.RegexpExtract, exp.RegexpLike, exp.Replace, exp.SplitPart, exp.StartsWith, exp.EndsWith, exp.Contains,
    exp.Floor, exp.Ceil, exp.Round, exp.Abs, exp.Extract, exp.Between, exp.Neg, exp.DateDiff, exp.Ln, exp.Translate,
)  # fmt: skip
_STRICT_OWN: Final = frozenset({"finite_number", "in_zone", "key_hash", "date_length", "seconds_between"})
_FALSE_OF_NULL: Final = frozenset({"has_time", "is_partial_date"})


def called(node: exp.Expr, parts: list[Cell]) -> Cell:
    """What a function gives for its arguments."""
    name = node.name.lower() if isinstance(node, exp.Anonymous) else ""
    missing = any(part.is_null for part in parts)
    if missing and (isinstance(node, _STRICT) or name in _STRICT_OWN):
        return EMPTY
    if isinstance(node, exp.Nullif) and parts[0].is_null:
        return EMPTY
    if missing and name in _FALSE_OF_NULL:
        return Cell(known=frozenset({None, False}))
    if isinstance(node, exp.Cast | exp.TryCast):
        return Cell(parts[0].influences, NULL if parts[0].is_null else None, _stays_filled(node, parts))
    if parts and all(part.is_null for part in parts) and isinstance(node, exp.Greatest | exp.Least):
        return EMPTY
    return Cell(together(part.influences for part in parts), filled=_stays_filled(node, parts))


def _stays_filled(node: exp.Expr, parts: list[Cell]) -> bool:
    """Is a function that gives something for something given something?"""
    is_total = isinstance(node, exp.RowNumber | exp.Concat) or (
        isinstance(node, exp.DPipe | exp.Cast | exp.Lower | exp.Upper | exp.Greatest | exp.Least | exp.Add | exp.Mul)
        or node.name.lower() == "key_hash"
    )
    return is_total and not isinstance(node, exp.TryCast) and all(part.never_null for part in parts)


def arguments(node: exp.Expr) -> Iterator[exp.Expr]:
    """The arguments of a function, in order."""
    for value in node.args.values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, exp.Expr) and not isinstance(part, exp.DataType | exp.Var | exp.Identifier | exp.Star):
                yield part
