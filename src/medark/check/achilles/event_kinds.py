"""The kinds of analyses of events: what each counts, over which of the relations that are made of a table"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.check.achilles.counting import Counting
from medark.check.achilles.terms import PEOPLE, ROWS, Condition, Holds, Is, Known, Named, Own, Total, rows_when

_HAS_NUMBER, _HAS_CONCEPT = Holds("has_number"), ~Is("value_concept_id", 0)  # NULL is unknown
_NO_VALUE: Final = ~_HAS_NUMBER & (~Known("value_concept_id") | ~_HAS_CONCEPT)
_RANGE: Final = Named("place", {0: "Below Range Low", 1: "Within Range", 2: "Above Range High"}, "Other")
_ALL, _OUTSIDE = Total(("inside", "outside")), Total(("outside",))
_UNKNOWN: Final = Total(("inside", "outside"), when=~Holds("is_known"))
_AGED: Final = Known("decile")


def _cells(*by: str | Named, also: Condition | None = None, count: Total = ROWS, part: Total | None = None) -> Counting:
    """Records inside observation periods."""
    return Counting("{t}_cells", by, count, part, where=Is("is_inside", 1) & also if also else Is("is_inside", 1))


def _anywhere(*by: str, where: Condition) -> Counting:
    return Counting("{t}_cells", by, ROWS, where=where)


def _wrong(column: str) -> Counting:
    return Counting("{t}_cells", count=rows_when(Holds(column)))


KINDS: Final[Mapping[str, Counting]] = {
    "people by concept": Counting("{t}_often", ("concept_id",), PEOPLE),
    "records by concept": Counting("{t}_by_month", ("concept_id",), ROWS),
    "people by concept and month": Counting("{t}_by_month", ("concept_id", "month"), "people", is_counted=True),
    "people by month": Counting("{t}_in_month", ("month",), "people", is_counted=True),
    "concepts of a person": Counting("{t}_concepts", count="people", value="times", is_counted=True),
    "people by concept, year, sex and age decile": Counting(
        "{t}_by_year", ("concept_id", "year", "gender_concept_id", "decile"), "people", where=_AGED, is_counted=True
    ),
    "people by year, sex and age decile": Counting(
        "{t}_in_year", ("year", "gender_concept_id", "decile"), "people", where=_AGED, is_counted=True
    ),
    "people by year": Counting("{t}_in_year", ("year",), PEOPLE),
    "records by concept and type": _cells("concept_id", "type_concept_id"),
    "age at the first record by concept and sex": Counting(
        "{t}_ages", ("concept_id", "gender_concept_id"), "people", value="age", is_counted=True
    ),
    "age at the first record by sex": Counting(
        "{t}_age", ("gender_concept_id",), "people", value="age", is_counted=True
    ),
    "records of unknown people": Counting("{t}_sides", count=_UNKNOWN),
    "records outside observation periods": Counting("{t}_sides", count=_OUTSIDE),
    "records inside observation periods": Counting("{t}_sides", count=Total(("inside",))),
    "share of people with records outside observation periods": Counting(
        "{t}_sides", count=PEOPLE, part=Total(("people",), when=Holds("has_outside"))
    ),
    "share of records outside observation periods": Counting(
        "{t}_sides", count=_ALL, part=_OUTSIDE
    ),
    "records that end before they start": _wrong("is_backwards"),
    "records with an unknown provider": _wrong("provider_lost"),
    "records with an unknown visit": _wrong("visit_lost"),
    "records with an unknown care site": _wrong("care_site_lost"),
    "records by month": Counting("{t}_by_month", ("month",), ROWS),
    "records by source concept": _cells("source_concept_id"),
    "records by type": _cells("type_concept_id"),
    "records by status": _cells("status_concept_id"),
    "records by status and type": _cells("status_concept_id", "type_concept_id"),
    "people with at least so many records by concept": Counting(
        "{t}_often", ("concept_id", "times"), PEOPLE, part=Own("times")
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
    "records by concept and unit": _cells("concept_id", "unit_concept_id"),
    "records by concept and value": _cells("concept_id", "value_concept_id"),
    "records by concept and qualifier": _cells("concept_id", "qualifier_concept_id"),
    "records by value": _cells("value_concept_id"),
    "records by unit": _cells("unit_concept_id"),
    "records without a value": _cells(count=rows_when(~Holds("has_value"))),
    "records without a number": _cells(count=rows_when(~_HAS_NUMBER)),
    "records with a number and a concept as value": _cells(count=rows_when(_HAS_NUMBER & _HAS_CONCEPT)),
    "records with a value by concept": _cells("concept_id", also=_HAS_NUMBER | _HAS_CONCEPT),
    "share of records without a value by concept": _cells("concept_id", part=rows_when(_NO_VALUE)),
    "numbers by concept and unit": Counting(
        "{t}_number", ("concept_id", "unit_concept_id"), "n", value="number", is_counted=True
    ),
    "lower bounds by concept and unit": Counting("{t}_bounds", ("concept_id", "unit_concept_id"), ROWS, value="low"),
    "upper bounds by concept and unit": Counting("{t}_bounds", ("concept_id", "unit_concept_id"), ROWS, value="high"),
    "records below, within and above range by concept and unit": Counting(
        "{t}_bounds", ("concept_id", "unit_concept_id", _RANGE), ROWS
    ),
    "records by specialty of the provider and concept": _anywhere(
        "specialty", "concept_id", where=Holds("has_provider")
    ),
    "records by place of service": _anywhere("place_of_service", where=Known("place_of_service")),
    "records by where they were discharged to": _anywhere("discharged_to", where=~Is("discharged_to", 0)),
}  # fmt: skip
