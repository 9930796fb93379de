"""The kinds of analyses of events: what each counts, over which of the relations that are made of a table"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.check.achilles.counting import ROWS, Counting
from medark.check.achilles.periods import DECILE

_YEAR_DECILE = DECILE.format(year="year")
_MONTHS, _CELLS, _OF_PEOPLE = "{t}_months where month > 0", "{t}_cells where is_inside = 1", "{t}_people"
_ALL = "{t}_cells where "


def _total(column: str) -> str:
    return f"cast(round(coalesce(sum({column}), 0)) as bigint)"


def _when(condition: str, told: str = "n") -> str:
    return _total(f"case when {condition} then {told} else 0 end")


_BORN = "born is not null"
_IN_YEAR = "(select distinct person_id, year, gender_concept_id, born from {t}_years where born is not null) as y"
_RANGE = (
    "case when number < low then 'Below Range Low' when number <= high then 'Within Range'"
    " when number > high then 'Above Range High' else 'Other' end"
)
_BOUNDED = "{t}_amounts where low is not null and high is not null"
_NO_VALUE = "not has_number and coalesce(value_concept_id, 0) = 0"

KINDS: Final[Mapping[str, Counting]] = {
    "people by concept": Counting("{t}_firsts", ("concept_id",)),
    "records by concept": Counting("{t}_firsts", ("concept_id",), ROWS),
    "people by concept and month": Counting(_MONTHS, ("concept_id", "month")),
    "people by month": Counting(
        "(select distinct person_id, month from {t}_months where month > 0) as m", ("month",)
    ),
    "concepts of a person": Counting(
        "(select count(concept_id) as times from {t}_firsts group by person_id) as f", value="times"
    ),
    "people by concept, year, sex and age decile": Counting(
        "{t}_years where born is not null", ("concept_id", "year", "gender_concept_id", _YEAR_DECILE)
    ),
    "people by year, sex and age decile": Counting(_IN_YEAR, ("year", "gender_concept_id", _YEAR_DECILE)),
    "people by year": Counting("(select distinct person_id, year from {t}_years) as y", ("year",)),
    "records by concept and type": Counting(_CELLS, ("concept_id", "type_concept_id"), ROWS),
    "age at the first record by concept and sex": Counting(
        "{t}_firsts where born is not null", ("concept_id", "gender_concept_id"), value="first_year - born"
    ),
    "age at the first record by sex": Counting(
        "(select gender_concept_id, born, min(first_year) as first_year from {t}_firsts where born is not null"
        " group by person_id, gender_concept_id, born) as f", ("gender_concept_id",), value="first_year - born",
    ),
    "records of unknown people": Counting(_OF_PEOPLE, count=_when("not is_known", "inside + outside")),
    "records outside observation periods": Counting(_OF_PEOPLE, count=_total("outside")),
    "records inside observation periods": Counting(_OF_PEOPLE, count=_total("inside")),
    "share of people with records outside observation periods": Counting(
        _OF_PEOPLE, count="count(*)", part=_when("outside > 0", "1")
    ),
    "share of records outside observation periods": Counting(
        _OF_PEOPLE, count=_total("inside + outside"), part=_total("outside")
    ),
    "records that end before they start": Counting("{t}_cells", count=_when("is_backwards")),
    "records with an unknown provider": Counting("{t}_cells", count=_when("provider_lost")),
    "records with an unknown visit": Counting("{t}_cells", count=_when("visit_lost")),
    "records with an unknown care site": Counting("{t}_cells", count=_when("care_site_lost")),
    "records by month": Counting(_MONTHS, ("month",), ROWS),
    "records by source concept": Counting(_CELLS, ("source_concept_id",), ROWS),
    "records by type": Counting(_CELLS, ("type_concept_id",), ROWS),
    "records by status": Counting(_CELLS, ("status_concept_id",), ROWS),
    "records by status and type": Counting(_CELLS, ("status_concept_id", "type_concept_id"), ROWS),
    "people with at least so many records by concept": Counting("{t}_firsts", ("concept_id", "n"), part="max(n)"),
    "days from start to end by concept": Counting("{t}_amounts", ("concept_id",), ROWS, value="days"),
    "days of supply by concept": Counting(
        "{t}_amounts where supply is not null", ("concept_id",), ROWS, value="supply"
    ),
    "refills by concept": Counting("{t}_amounts where refills is not null", ("concept_id",), ROWS, value="refills"),
    "quantity by concept": Counting("{t}_amounts where quantity is not null", ("concept_id",), ROWS, value="quantity"),
    "records by concept and unit": Counting(_CELLS, ("concept_id", "unit_concept_id"), ROWS),
    "records by concept and value": Counting(_CELLS, ("concept_id", "value_concept_id"), ROWS),
    "records by concept and qualifier": Counting(_CELLS, ("concept_id", "qualifier_concept_id"), ROWS),
    "records by value": Counting(_CELLS, ("value_concept_id",), ROWS),
    "records by unit": Counting(_CELLS, ("unit_concept_id",), ROWS),
    "records without a value": Counting(_CELLS, count=_when("not has_value")),
    "records without a number": Counting(_CELLS, count=_when("not has_number")),
    "records with a number and a concept as value": Counting(
        _CELLS, count=_when("has_number and value_concept_id <> 0")
    ),
    "records with a value by concept": Counting(
        _CELLS + " and (has_number or value_concept_id <> 0)", ("concept_id",), ROWS
    ),
    "share of records without a value by concept": Counting(
        _CELLS, ("concept_id",), ROWS, _when(_NO_VALUE)
    ),
    "numbers by concept and unit": Counting(
        "{t}_amounts", ("concept_id", "unit_concept_id"), ROWS, value="number"
    ),
    "lower bounds by concept and unit": Counting(_BOUNDED, ("concept_id", "unit_concept_id"), ROWS, value="low"),
    "upper bounds by concept and unit": Counting(_BOUNDED, ("concept_id", "unit_concept_id"), ROWS, value="high"),
    "records below, within and above range by concept and unit": Counting(
        _BOUNDED, ("concept_id", "unit_concept_id", _RANGE), ROWS
    ),
    "records by specialty of the provider and concept": Counting(
        _ALL + "has_provider", ("specialty", "concept_id"), ROWS
    ),
    "records by place of service": Counting(
        _ALL + "place_of_service is not null", ("place_of_service",), ROWS
    ),
    "records by where they were discharged to": Counting(_ALL + "discharged_to <> 0", ("discharged_to",), ROWS),
}  # fmt: skip
