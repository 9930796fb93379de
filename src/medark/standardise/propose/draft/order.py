"""Which of two columns of times is the beginning and which the end: their values say it where their names don't"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from medark.standardise.propose.draft.filled import Choice, Filled
from medark.standardise.propose.profile import Order, TableProfile
from medark.standardise.propose.reading import Candidate, ColumnReading

_ENDS: Final[Mapping[str, str]] = {
    "visit.start": "visit.end", "detail.start": "detail.end", "proc.start": "proc.end", "drug.start": "drug.stop",
    "diag.time": "diag.end", "cov.start": "cov.end", "device.start": "device.end", "allergy.time": "allergy.end",
}  # fmt: skip
_FIRST: Final = ("meas.time", "exam.time", "note.time")  # of several times, the first: when it was taken, not told
_CLEAR, _HARDLY = 0.9, 0.02  # share of rows in one order, and of those in the other
_AGAINST_NAMES = 0.8  # how sure values are that names have it the wrong way round
_BY_VALUES = 0.7  # and that a column which might be one or the other is the end


def in_order(filled: Filled, columns: Sequence[ColumnReading]) -> Filled:
    """The same, with beginnings before ends. What a person said stays."""
    table, slots, spare = filled.table, dict(filled.slots), dict(filled.spare)
    for start, end in _ENDS.items():
        if start in slots and end in slots:
            slots[start], slots[end] = _two(table, slots[start], slots[end])
        elif start in slots and (found := _rival(table, slots[start], spare, columns, (start, end))) is not None:
            slots[start], slots[end] = found
            spare.pop(slots[start].column.name, None)
            spare.pop(slots[end].column.name, None)
    for slot in _FIRST:
        if slot in slots and (first := _earlier(table, slots[slot], spare, columns, slot)) is not None:
            spare[slots[slot].column.name] = first.column.name
            spare.pop(first.column.name, None)
            slots[slot] = first
    return replace(filled, slots=slots, spare=spare)


def _two(table: TableProfile, start: Choice, end: Choice) -> tuple[Choice, Choice]:
    """Beginning and end, the other way round where the values are; the order is evidence for both."""
    told = order_of(table, start.column.name, end.column.name)
    if told is None or start.is_distance or end.is_distance:
        return start, end
    if told.before >= _CLEAR and told.after <= _HARDLY:
        return replace(start, order=_words(told)), replace(end, order=_words(told))
    if told.after >= _CLEAR and told.before <= _HARDLY and not (start.said or end.said):
        why, chance = _words(told.turned), min(start.chance, end.chance, _AGAINST_NAMES)
        first = replace(end, slot=start.slot, chance=chance, order=why)
        return first, replace(start, slot=end.slot, chance=chance, order=why)
    return start, end


def _rival(
    table: TableProfile,
    start: Choice,
    spare: Mapping[str, str],
    columns: Iterable[ColumnReading],
    slots: tuple[str, str],
) -> tuple[Choice, Choice] | None:
    """Of two columns that might both be the beginning, and one of them the end: which is which."""
    for one in columns:
        if spare.get(one.name) != start.column.name or start.said or start.is_distance:
            continue
        told = order_of(table, start.column.name, one.name)
        may_end = next((each for each in one.candidates if each.slot.partition(":")[0] == slots[1]), None)
        if told is None or may_end is None:
            continue
        other = Choice(table.column(one.name), slots[1], _BY_VALUES, may_end)
        if told.before >= _CLEAR and told.after <= _HARDLY:
            return replace(start, order=_words(told)), replace(other, order=_words(told))
        if told.after >= _CLEAR and told.before <= _HARDLY and not _is_surer(start, one):
            why = _words(told.turned)
            first = Choice(other.column, slots[0], _BY_VALUES, one.best, order=why)
            return first, replace(start, slot=slots[1], chance=_BY_VALUES, order=why)
    return None


def _earlier(
    table: TableProfile, chosen: Choice, spare: Mapping[str, str], columns: Iterable[ColumnReading], slot: str
) -> Choice | None:
    """A column that might as well be the time, and comes first. A name that is known stands above that."""
    if chosen.said or chosen.is_distance:
        return None
    for one in columns:
        best: Candidate = one.best
        if spare.get(one.name) != chosen.column.name or best.slot.partition(":")[0] != slot or _is_surer(chosen, one):
            continue
        told = order_of(table, one.name, chosen.column.name)
        if told is not None and told.before >= _CLEAR and told.after <= _HARDLY:
            return Choice(table.column(one.name), slot, min(chosen.chance, one.chance), best, order=_words(told))
    return None


def _is_surer(chosen: Choice, other: ColumnReading) -> bool:
    """Does the name say it, and not the other's just as well?"""
    mine, best = chosen.candidate, other.best
    return mine.exact and not (best.exact and best.element == mine.element)


def order_of(table: TableProfile, first: str, then: str) -> Order | None:
    """How two columns of times lie, if that is known."""
    for one in table.orders:
        if (one.first, one.then) == (first, then):
            return one
        if (one.first, one.then) == (then, first):
            return one.turned
    return None


def _words(told: Order) -> str:
    return f"in {1 - told.after:.0%} of {told.rows:,} rows {told.first} is not after {told.then}"
