"""The kinds of analyses of events: what each counts, over which of the relations that are made of a table"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.check.achilles.counting import PEOPLE, ROWS, Counting

_CELLS, _ALL = "{t}_cells where is_inside = 1", "{t}_cells where "
_BY_YEAR: Final = "{t}_by_year where decile is not null"


def _total(column: str) -> str:
    return f"cast(round(coalesce(sum({column}), 0)) as bigint)"


def _when(condition: str, told: str = "n") -> str:
    return _total(f"case when {condition} then {told} else 0 end")


_RANGE = (
    "case place when 0 then 'Below Range Low' when 1 then 'Within Range' when 2 then 'Above Range High'"
    " else 'Other' end"
)
_NO_VALUE = "not has_number and coalesce(value_concept_id, 0) = 0"

KINDS: Final[Mapping[str, Counting]] = {
    "people by concept": Counting("{t}_often", ("concept_id",), PEOPLE),
    "records by concept": Counting("{t}_by_month", ("concept_id",), ROWS),
    "people by concept and month": Counting("{t}_by_month", ("concept_id", "month"), "people", is_counted=True),
    "people by month": Counting("{t}_in_month", ("month",), "people", is_counted=True),
    "concepts of a person": Counting("{t}_concepts", count="people", value="times", is_counted=True),
    "people by concept, year, sex and age decile": Counting(
        _BY_YEAR, ("concept_id", "year", "gender_concept_id", "decile"), "people", is_counted=True
    ),
    "people by year, sex and age decile": Counting(
        "{t}_in_year where decile is not null", ("year", "gender_concept_id", "decile"), "people", is_counted=True
    ),
    "people by year": Counting("{t}_in_year", ("year",), PEOPLE),
    "records by concept and type": Counting(_CELLS, ("concept_id", "type_concept_id"), ROWS),
    "age at the first record by concept and sex": Counting(
        "{t}_ages", ("concept_id", "gender_concept_id"), "people", value="age", is_counted=True
    ),
    "age at the first record by sex": Counting(
        "{t}_age", ("gender_concept_id",), "people", value="age", is_counted=True
    ),
    "records of unknown people": Counting("{t}_sides", count=_when("not is_known", "inside + outside")),
    "records outside observation periods": Counting("{t}_sides", count=_total("outside")),
    "records inside observation periods": Counting("{t}_sides", count=_total("inside")),
    "share of people with records outside observation periods": Counting(
        "{t}_sides", count=_total("people"), part=_when("has_outside", "people")
    ),
    "share of records outside observation periods": Counting(
        "{t}_sides", count=_total("inside + outside"), part=_total("outside")
    ),
    "records that end before they start": Counting("{t}_cells", count=_when("is_backwards")),
    "records with an unknown provider": Counting("{t}_cells", count=_when("provider_lost")),
    "records with an unknown visit": Counting("{t}_cells", count=_when("visit_lost")),
    "records with an unknown care site": Counting("{t}_cells", count=_when("care_site_lost")),
    "records by month": Counting("{t}_by_month", ("month",), ROWS),
    "records by source concept": Counting(_CELLS, ("source_concept_id",), ROWS),
    "records by type": Counting(_CELLS, ("type_concept_id",), ROWS),
    "records by status": Counting(_CELLS, ("status_concept_id",), ROWS),
    "records by status and type": Counting(_CELLS, ("status_concept_id", "type_concept_id"), ROWS),
    "people with at least so many records by concept": Counting(
        "{t}_often", ("concept_id", "times"), PEOPLE, part="max(times)"
    ),
    "days from start to end by concept": Counting(
        "{t}_days", ("concept_id",), "n", value="days", is_counted=True
    ),
    "days of supply by concept": Counting(
        "{t}_supply", ("concept_id",), "n", value="supply", is_counted=True
    ),
    "refills by concept": Counting(
        "{t}_refills", ("concept_id",), "n", value="refills", is_counted=True
    ),
    "quantity by concept": Counting(
        "{t}_quantity", ("concept_id",), "n", value="quantity", is_counted=True
    ),
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
        "{t}_number", ("concept_id", "unit_concept_id"), "n", value="number", is_counted=True
    ),
    "lower bounds by concept and unit": Counting("{t}_bounds", ("concept_id", "unit_concept_id"), ROWS, value="low"),
    "upper bounds by concept and unit": Counting("{t}_bounds", ("concept_id", "unit_concept_id"), ROWS, value="high"),
    "records below, within and above range by concept and unit": Counting(
        "{t}_bounds", ("concept_id", "unit_concept_id", _RANGE), ROWS
    ),
    "records by specialty of the provider and concept": Counting(
        _ALL + "has_provider", ("specialty", "concept_id"), ROWS
    ),
    "records by place of service": Counting(
        _ALL + "place_of_service is not null", ("place_of_service",), ROWS
    ),
    "records by where they were discharged to": Counting(_ALL + "discharged_to <> 0", ("discharged_to",), ROWS),
}  # fmt: skip
