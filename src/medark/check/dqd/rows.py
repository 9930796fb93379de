"""Checks that look at one row at a time: all of a table's in one scan"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from medark.check.checks import Check
from medark.check.counting import Link, Linked
from medark.check.dqd.related import DEATH, PERSON, VISIT, alias

ALL: Final = "count(*)"
NONE: Final = "0"


@dataclass(frozen=True, slots=True)
class Tally:
    """`where`: what is true of a row that violates a check (of none that lacks a value in a column that it names, but
    where that is the check); `violating`, `of`: aggregates, how many do, of how many; `link`: what they ask of another
    table, if they do, and `linked`: the same of those that ask for it.
    """

    where: str
    violating: str
    of: str
    link: Link | None = None
    linked: Mapping[str, Linked] = field(default_factory=dict)


def column(name: str) -> str:
    """A column of the row."""
    return f't."{name}"'


def times(condition: str) -> str:
    """How many rows a condition is true of."""
    return f"coalesce(sum(case when {condition} then 1 else 0 end), 0)"


def _tally(where: str, of: str) -> Tally:
    return Tally(where, times(where), of)


def _linked(violating: Linked, of: Linked | None = None) -> Tally:
    """Of a row and what it refers to; `of`: None of all rows."""
    asked = {times(_condition(one)): one for one in (violating, of) if one}
    every = list(asked)
    return Tally(_condition(violating), every[0], every[1] if of else ALL, violating.link, asked)


def _condition(linked: Linked) -> str:
    name, link = alias(linked.link), linked.link
    if linked.is_lost:
        return f"{column(link.column)} is not null and {name}.id is null"
    day = f"cast({column(linked.column)} as date)"
    limits = [f"{day} {sign} {name}.{told}" for sign, told in (("<", linked.below), (">", linked.above)) if told]
    there = f"{name}.id is not null"
    return " or ".join(limits) or (f"{column(linked.column)} is not null and {there}" if linked.column else there)


def _empty(check: Check) -> Tally:
    field = column(check.column)
    return Tally(f"{field} is null", f"{ALL} - count({field})", ALL)


def needs_number(check: Check) -> bool:
    """Is only a row with a number looked at? What has none needs no unit."""
    return check.column == "unit_concept_id" and check.table in ("measurement", "observation")


def filled(aggregate: str) -> tuple[str, bool] | None:
    """The column of which an aggregate tells how many rows have a value (False: lack one); of all rows, no column.

    >>> filled(ALL), filled('count(t."note_id")'), filled('count(*) - count(t."note_id")')
    (('', True), ('note_id', True), ('note_id', False))
    """
    if aggregate == ALL:
        return "", True
    found = re.fullmatch(r'(count\(\*\) - )?count\(t\."(\w+)"\)', aggregate)
    return (found[2], not found[1]) if found else None


def named(aggregate: str) -> set[str]:
    """The columns of the row that an aggregate names."""
    return set(re.findall(r'\bt\."(\w+)"', aggregate))


def _zero(check: Check) -> Tally:
    field = column(check.column)
    if needs_number(check):
        number = column("value_as_number")
        return _tally(f"{field} = 0 and {number} is not null", f"count({number})")
    return _tally(f"{field} = 0", ALL)


def _low(check: Check) -> Tally:
    field = column(check.column)
    return _tally(f"{field} < {_limit(check)}", f"count({field})")


def _high(check: Check) -> Tally:
    field = column(check.column)
    return _tally(f"{field} > {_limit(check)}", f"count({field})")


def _limit(check: Check) -> str:
    return f"date '{check.value}'" if check.value.count("-") == 2 else check.value


def _after(check: Check) -> Tally:
    table, _, other = check.value.partition(".")
    if table == "person":
        return _linked(Linked(PERSON, check.column, below="born_in_june"))
    return _tally(f"{column(check.column)} < {column(other)}", ALL)


def _before_end(check: Check) -> Tally:
    end = column(check.value)
    return _tally(f"{column(check.column)} > {end}", f"count({end})")


def _after_birth(check: Check) -> Tally:
    return _linked(Linked(PERSON, check.column, below="born"), Linked(PERSON, check.column))


def _during_life(check: Check) -> Tally:
    return _linked(Linked(DEATH, check.column, above="last_day"), Linked(DEATH))


def _before_death(check: Check) -> Tally:
    return _linked(Linked(DEATH, check.column, above="last_day"), Linked(DEATH, check.column))


def _within_visit(check: Check) -> Tally:
    return _linked(Linked(VISIT, check.column, below="first_day", above="last_day"), Linked(VISIT))


def lost(link: Link) -> str:
    """Is there something in the link's column, and does it lead nowhere?"""
    return _condition(Linked(link, is_lost=True))


def _reference(check: Check) -> Tally:
    return _linked(Linked(Link(check.column, f"{check.value.partition('.')[0]}_facts"), is_lost=True))


TALLIES: Final[Mapping[str, Callable[[Check], Tally]]] = {
    "isRequired": _empty,
    "measureValueCompleteness": _empty,
    "cdmDatatype": lambda check: Tally("1 = 0", NONE, ALL),  # the lake's columns have types
    "isForeignKey": _reference,
    "standardConceptRecordCompleteness": _zero,
    "sourceConceptRecordCompleteness": _zero,
    "plausibleValueLow": _low,
    "plausibleValueHigh": _high,
    "plausibleTemporalAfter": _after,
    "plausibleStartBeforeEnd": _before_end,
    "plausibleAfterBirth": _after_birth,
    "plausibleDuringLife": _during_life,
    "plausibleBeforeDeath": _before_death,
    "withinVisitDates": _within_visit,
}


def is_reference(check: Check) -> bool:
    """Does it refer to another table than the concepts?"""
    return check.kind.name == "isForeignKey" and not check.value.startswith("concept.")


def tally_of(check: Check) -> Tally | None:
    """How rows that violate a check are told; None where a row alone can't tell."""
    make = TALLIES.get(check.kind.name)
    is_told = is_reference(check) if check.kind.name == "isForeignKey" else not moves(check)
    return make(check) if make and is_told else None


def moves(check: Check) -> bool:
    """Does what it compares with move with the days?"""
    return check.value in ("tomorrow", "next year")
