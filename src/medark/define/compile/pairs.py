"""Pairs: which two rows of one entry belong together, as the condition of a join"""

from __future__ import annotations

from collections.abc import Mapping

from sqlglot import exp

from medark.define.compile.written import parsed
from medark.define.nodes import Pair, Table

_ORDERS: Mapping[str, str] = {
    "after": "b.start_time > a.start_time",
    "not_before": "b.start_time >= a.start_time",
    "before": "b.start_time < a.start_time",
    "any": "a.start_time IS NOT NULL AND b.start_time IS NOT NULL",
    "overlap": "b.start_time <= a.end_time AND a.start_time <= b.end_time",
}
_WITHIN: Mapping[str, str] = {
    "seconds": "{later}.start_time <= CAST({earlier}.start_time + {length} * INTERVAL 1 SECOND AS TIMESTAMP)",
    "days": "date_diff('day', {earlier}.start_date, {later}.start_date) <= {length}",
    "months": "{later}.start_date <= CAST({earlier}.start_date + {length} * INTERVAL 1 MONTH AS DATE)",
}
ROLES = {"start_time": "start", "end_time": "end", "start_date": "start_date", "row_key": "key"}


def roles(pair: Pair) -> tuple[str, ...]:
    """What of a row decides whom it is paired with, by the names that the condition has for it."""
    wanted = ["start_time"]
    if pair.order == "overlap":
        wanted.append("end_time")
    if pair.within is not None and pair.unit != "seconds":
        wanted.append("start_date")
    if is_with_itself(pair):
        wanted.append("row_key")
    return tuple(wanted)


def is_with_itself(pair: Pair) -> bool:
    """Could a row meet itself?"""
    return pair.left.root == pair.right.root


def joined(pair: Pair) -> exp.Expr:
    """When a row a of the left and a row b of the right are a pair."""
    parts = ["a.entry_id = b.entry_id", _ORDERS[pair.order]]
    if pair.within is not None:
        parts += _near(pair)
    if is_with_itself(pair) and pair.order not in ("after", "before"):
        parts.append("a.row_key <> b.row_key")
    return parsed(" AND ".join(parts)).copy()


def key(pair: Pair) -> tuple[str, str]:
    """The name of what tells rows of each side apart."""
    left, right = (("key" if isinstance(side.root, Table) else "start_date") for side in (pair.left, pair.right))
    return left, right


def _near(pair: Pair) -> list[str]:
    """No farther apart than `within`, counted from the earlier row."""
    after, before = (
        _WITHIN[pair.unit].format(earlier=earlier, later=later, length=pair.within)
        for earlier, later in (("a", "b"), ("b", "a"))
    )
    if pair.order in ("after", "not_before"):
        return [after]
    if pair.order == "before":
        return [before]
    return [f"((a.start_time <= b.start_time AND {after}) OR (a.start_time > b.start_time AND {before}))"]
