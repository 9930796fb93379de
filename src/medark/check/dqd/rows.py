"""Checks that look at one row at a time: all of a table's in one scan"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from medark.check.checks import Check

ALL: Final = "count(*)"
DAYS_AFTER_DEATH, DAYS_ROUND_VISIT = 60, 7

# What a row is joined with, under which letter, if a check needs it.
PERSON, DEATH, VISIT = "p", "d", "v"
JOINS: Final[Mapping[str, str]] = {
    PERSON: "left join person as p on p.person_id = t.person_id",
    DEATH: "left join (select person_id, min(death_date) as death_date from death group by person_id) as d"
    " on d.person_id = t.person_id",
    VISIT: "left join visit_occurrence as v on v.visit_occurrence_id = t.visit_occurrence_id",
}
_YEAR = "cast(p.year_of_birth as varchar) || '-'"
_BORN = (
    f"coalesce(cast(p.birth_datetime as date), try_cast({_YEAR} || cast(coalesce(p.month_of_birth, 1) as varchar)"
    " || '-' || cast(coalesce(p.day_of_birth, 1) as varchar) as date))"
)
_BORN_IN_JUNE = f"coalesce(cast(p.birth_datetime as date), try_cast({_YEAR} || '06-01' as date))"


@dataclass(frozen=True, slots=True)
class Tally:
    """`where`: what is true of a row that violates a check; `violating`, `of`: aggregates, how many do, of how many."""

    where: str
    violating: str
    of: str


def column(name: str) -> str:
    """A column of the row."""
    return f't."{name}"'


def times(condition: str) -> str:
    """How many rows a condition is true of."""
    return f"coalesce(sum(case when {condition} then 1 else 0 end), 0)"


def _tally(where: str, of: str) -> Tally:
    return Tally(where, times(where), of)


def _empty(check: Check) -> Tally:
    field = column(check.column)
    return Tally(f"{field} is null", f"{ALL} - count({field})", ALL)


def _zero(check: Check) -> Tally:
    field = column(check.column)
    if check.column == "unit_concept_id" and check.table in ("measurement", "observation"):
        number = column("value_as_number")  # what has no number needs no unit
        return _tally(f"{field} = 0 and {number} is not null", f"count({number})")
    return _tally(f"{field} = 0", ALL)


def _unmapped(check: Check) -> Tally:
    """Distinct source values; those that are missing count as one."""
    field, concept = column(check.column), column(check.value)
    without = f"{concept} = 0"
    lost = f"count(distinct case when {without} then {field} end)"
    lost += f" + max(case when {without} and {field} is null then 1 else 0 end)"
    return Tally(without, lost, f"count(distinct {field}) + max(case when {field} is null then 1 else 0 end)")


def _low(check: Check) -> Tally:
    field = column(check.column)
    return _tally(f"{field} < {_limit(check)}", f"count({field})")


def _high(check: Check) -> Tally:
    field = column(check.column)
    return _tally(f"{field} > {_limit(check)}", f"count({field})")


def _limit(check: Check) -> str:
    if check.value == "tomorrow":
        return "cast(cast(:today as date) + 1 * interval 1 day as date)"
    if check.value == "next year":
        return "extract(year from cast(:today as date)) + 1"
    return f"date '{check.value}'" if check.value.count("-") == 2 else check.value


def _after(check: Check) -> Tally:
    table, _, other = check.value.partition(".")
    if table == "person":
        return _tally(f"{_day(check)} < {_BORN_IN_JUNE}", ALL)
    return _tally(f"{column(check.column)} < {column(other)}", ALL)


def _before_end(check: Check) -> Tally:
    end = column(check.value)
    return _tally(f"{column(check.column)} > {end}", f"count({end})")


def _after_birth(check: Check) -> Tally:
    told = f"{column(check.column)} is not null and p.person_id is not null"
    return _tally(f"{_day(check)} < {_BORN}", times(told))


def _during_life(check: Check) -> Tally:
    return _tally(_long_dead(check), times("d.person_id is not null"))


def _before_death(check: Check) -> Tally:
    return _tally(_long_dead(check), times(f"d.person_id is not null and {column(check.column)} is not null"))


def _long_dead(check: Check) -> str:
    return f"{_day(check)} > cast(d.death_date + {DAYS_AFTER_DEATH} * interval 1 day as date)"


def _within_visit(check: Check) -> Tally:
    first = f"cast(v.visit_start_date - {DAYS_ROUND_VISIT} * interval 1 day as date)"
    last = f"cast(v.visit_end_date + {DAYS_ROUND_VISIT} * interval 1 day as date)"
    return _tally(f"{_day(check)} < {first} or {_day(check)} > {last}", times("v.visit_occurrence_id is not null"))


def _day(check: Check) -> str:
    return f"cast({column(check.column)} as date)"


TALLIES: Final[Mapping[str, Callable[[Check], Tally]]] = {
    "isRequired": _empty,
    "measureValueCompleteness": _empty,
    "cdmDatatype": lambda check: Tally("1 = 0", "0", ALL),  # the lake's columns have types
    "standardConceptRecordCompleteness": _zero,
    "sourceConceptRecordCompleteness": _zero,
    "sourceValueCompleteness": _unmapped,
    "plausibleValueLow": _low,
    "plausibleValueHigh": _high,
    "plausibleTemporalAfter": _after,
    "plausibleStartBeforeEnd": _before_end,
    "plausibleAfterBirth": _after_birth,
    "plausibleDuringLife": _during_life,
    "plausibleBeforeDeath": _before_death,
    "withinVisitDates": _within_visit,
}


def joins_of(check: Check) -> frozenset[str]:
    """What the row has to be joined with for a check."""
    if check.kind.name in ("plausibleDuringLife", "plausibleBeforeDeath"):
        return frozenset({DEATH})
    if check.kind.name == "withinVisitDates":
        return frozenset({VISIT})
    is_of_birth = check.kind.name == "plausibleTemporalAfter" and check.value.startswith("person.")
    return frozenset({PERSON}) if is_of_birth or check.kind.name == "plausibleAfterBirth" else frozenset()
