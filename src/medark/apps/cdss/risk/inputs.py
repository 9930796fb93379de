"""What goes into the equations, from the record: a value, true, false, or not known; an answer goes before data"""

from __future__ import annotations

from functools import cache
from typing import Final

from medark.define import (
    Frame,
    Series,
    attached,
    conditions,
    days,
    drugs,
    index,
    measurements,
    observations,
    person,
    when,
)

from ..drugs import Drugs
from ..labs import Lab, lab_of

day = index.start_date
ANSWER: Final = "cdss:"  # an answer at the bedside: an observation "cdss:<input>"
_MALE: Final = 8507
_FEMALE: Final = 8532
_LATELY: Final = days(5 * 366)  # lipids, pressure and weight that are older say nothing of today; ours
_DRUGS_LATELY: Final = days(180)  # who was given no drug at all in this time may take those of another place; ours
_PRESSURE: Final = "C02|C03|C07|C08|C09"  # ATC of drugs for blood pressure

age: Series = person.age_on(day)
is_male: Series = when(person.gender_concept_id == _MALE).then(True).when(
    person.gender_concept_id == _FEMALE
).then(False).otherwise_missing()  # fmt: skip


@cache
def measured() -> dict[str, Lab]:
    """The measurements that equations need, by name."""
    return {row["key"]: lab_of(row) for row in attached.table_file("risk/facts/measured.csv")}


def last(name: str) -> Series:
    """The last value of the last five years, in the unit of the facts; an answer goes before it."""
    lab = measured()[name]
    rows = lab.among(_recent())
    return answer(name).if_missing(lab.value(rows.last()))


def answer(name: str) -> Series:
    """The last answer about an input as a number, such as 1 for yes and 0 for no; missing where nobody was asked."""
    told = observations.where(observations.observation_source_value == ANSWER + name)
    return told.where(told.start_date <= day).last().value_as_number.of_any_unit()


def answered(name: str) -> Series:
    """An answer as yes or no."""
    return answer(name) > 0


def has(name: str) -> Series:
    """Is a diagnosis of this kind in the record, ever? Silence means no only where diagnoses of the person are in."""
    seen, speaks = _diagnosed(name), conditions.where(conditions.start_date <= day).exists()
    told = when(seen).then(True).when(speaks).then(False).otherwise_missing()
    return answered(name).if_missing(told)


def ever_above(lab: Lab, limit: float, name: str) -> Series:
    """Was a result ever as high as a limit, or a diagnosis of it made? Its absence does not say that it never was."""
    rows = lab.among(measurements.where(measurements.start_date <= day))
    seen = rows.max(lab.value(rows)) >= limit
    return answered(name).if_missing(when(seen.is_true() | _diagnosed(name)).then(True).otherwise_missing())


def is_seen(name: str) -> Series:
    """True where a diagnosis of this kind is in the record, else not known: silence says nothing here."""
    return answered(name).if_missing(when(_diagnosed(name)).then(True).otherwise_missing())


def asked(name: str) -> Series:
    """What no table tells: known from an answer alone."""
    return answered(name)


def treated(here: Drugs) -> Series:
    """Are drugs for blood pressure taken? No where others were given lately, but none of these."""
    lately = drugs.where(drugs.start_date <= day, drugs.end_date >= day - _DRUGS_LATELY)
    given = lately.where(here.in_class(_PRESSURE, lately)).exists()
    told = when(given).then(True).when(lately.exists()).then(False).otherwise_missing()
    return answered("treated").if_missing(told)


def ever_treated(here: Drugs) -> Series:
    """Were drugs for blood pressure ever given? Their absence here does not say that they never were."""
    given = drugs.where(here.in_class(_PRESSURE)).exists()
    return answered("antihypertensives").if_missing(when(given).then(True).otherwise_missing())


def body_mass() -> Series:
    """Body mass index: as it was measured, else of weight and height."""
    height = last("height") / 100
    return last("bmi").if_missing(last("weight") / (height * height))


def _diagnosed(name: str) -> Series:
    begins = conditions.condition_source_value.starts_with(*_codes()[name])
    return conditions.where(begins, conditions.start_date <= day).exists()


def _recent() -> Frame:
    return measurements.where(measurements.start_date >= day - _LATELY, measurements.start_date <= day)


@cache
def _codes() -> dict[str, tuple[str, ...]]:
    return {
        row["condition"]: tuple(row["icd10"].split("|")) for row in attached.table_file("risk/facts/conditions.csv")
    }
