"""What a new delivery of a table has that earlier ones had not"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medark.messages import N_
from medark.standardise.propose.profile.column import ColumnProfile
from medark.standardise.propose.profile.table import TableProfile

_MOVED = 0.2  # of the rows, or of the distinct values
_FEW = 50  # rows with a value: fewer say nothing
_FARTHER = 3.0  # times, the middle of numbers


@dataclass(frozen=True, slots=True)
class Drift:
    """A column is not what it was. `before` and `now`: shares, forms or numbers; no value of anybody."""

    table: str
    column: str
    what: str
    before: str
    now: str


def drift(before: TableProfile, new: TableProfile) -> tuple[Drift, ...]:
    """Columns that came, went, emptied, changed their form, their words or their size."""
    old = {column.name.lower(): column for column in before.columns}
    now = {column.name.lower(): column for column in new.columns}
    came = [Drift(before.name, now[name].name, N_("a new column"), "", "") for name in now if name not in old]
    gone = [Drift(before.name, old[name].name, N_("the column is gone"), "", "") for name in old if name not in now]
    moved = [
        Drift(before.name, now[name].name, what, one, other)
        for name in old
        if name in now
        for what, one, other in _moved(old[name], now[name])
    ]
    return (*came, *gone, *moved)


def _moved(old: ColumnProfile, now: ColumnProfile) -> Iterator[tuple[str, str, str]]:
    empty, emptier = _part(old.missing, old.rows), _part(now.missing, now.rows)
    if now.rows >= _FEW and abs(empty - emptier) >= _MOVED:
        yield N_("missing values"), f"{empty:.0%}", f"{emptier:.0%}"
    if old.known < _FEW or now.known < _FEW:
        return
    form = max({*old.forms, *now.forms}, key=lambda name: abs(old.share(name) - now.share(name)), default="")
    if form and abs(old.share(form) - now.share(form)) >= 2 * _MOVED:
        yield N_("form of its values"), _form(old), _form(now)
    if old.numbers and now.numbers and _is_farther(old.numbers[1], now.numbers[1]):
        yield N_("middle of its numbers"), f"{old.numbers[1]:g}", f"{now.numbers[1]:g}"
    if old.top and now.top and (new := _unknown(old, now)) >= _MOVED:
        yield N_("words not seen before"), "", f"{new:.0%}"


def _unknown(old: ColumnProfile, now: ColumnProfile) -> float:
    words = {value for value, _ in old.top}
    return sum(n for value, n in now.top if value not in words) / max(now.known, 1)


def _is_farther(one: float, other: float) -> bool:
    least, most = sorted((abs(one), abs(other)))
    return most > _FARTHER * max(least, 1e-9) and least != most


def _form(column: ColumnProfile) -> str:
    return max(column.forms, key=column.forms.__getitem__, default="")


def _part(some: int, all_: int) -> float:
    return some / all_ if all_ else 0.0
