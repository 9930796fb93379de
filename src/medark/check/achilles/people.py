"""Persons, where they live and are cared for, providers and care sites; the name and version of the data"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from medark.check.achilles import events
from medark.check.achilles.counting import Counting, Sum
from medark.check.achilles.terms import ROWS, Condition, Is, Known, RowsOf

_STANDS: Final = "care_site as t join location as l on l.location_id = t.location_id where l.{column} is not null"
_ZIP: Final = "substr(l.zip, 1, 3)"
CELLS: Final = ("gender_concept_id", "year_of_birth", "race_concept_id", "ethnicity_concept_id")
_SOURCE: Final = ("cdm_source_name", "cdm_version", "source_release_date")
OTHERS: Final = ("provider", "location", "care_site")  # that persons refer to by their keys
_UNMAPPED: Final = {
    "gender_source_value": "gender_concept_id", "race_source_value": "race_concept_id",
    "ethnicity_source_value": "ethnicity_concept_id",
}  # fmt: skip


def sums() -> Iterator[Sum]:
    """Persons by all that is told of them at once, by where they live and are cared for."""
    told = {name: f"t.{name}" for name in CELLS}
    told["is_dead"] = "case when d.person_id is not null then 1 else 0 end"
    joins = "left join (select distinct person_id from death) as d on d.person_id = t.person_id"
    for one in OTHERS:
        key = f"{one}_id"
        told[f"{one}_lost"] = f"case when t.{key} is not null and {one}_of.{key} is null then 1 else 0 end"
        joins += f" left join (select distinct {key} from {one}) as {one}_of on {one}_of.{key} = t.{key}"
    yield _sum("person_cells", f"person as t {joins}", told)
    lives = "person as t join location as l on l.location_id = t.location_id"
    yield _sum("person_places", lives, {"zip": _ZIP, "state": "l.state"})
    cared_for = "person as t join care_site as c on c.care_site_id = t.care_site_id"
    yield _sum("person_care_sites", cared_for, {"place_of_service": "c.place_of_service_concept_id"})
    yield events.sum_of_unmapped("person", _UNMAPPED)
    yield _sum("sources_of_data", "cdm_source as t", {name: f"t.{name}" for name in _SOURCE})


def _sum(name: str, of: str, told: Mapping[str, str]) -> Sum:
    cells = ", ".join(f"{cell} as {key}" for key, cell in told.items())
    return Sum(name, f"select {cells}, count(*) as n from {of} group by {', '.join(told.values())}", tuple(told))


def _cells(*by: str, where: Condition | None = None) -> Counting:
    return Counting("person_cells", by, ROWS, where=where)


def _known(of: str, column: str) -> Counting:
    """People by what is known of them."""
    return Counting(of, (column,), ROWS, where=Known(column))


# Of persons: counted of `sums`.
OF_PERSONS: Final[Mapping[str, Counting]] = {
    "people": _cells(),
    "people by sex": _cells("gender_concept_id"),
    "people by year of birth": _cells("year_of_birth"),
    "people by race": _cells("race_concept_id"),
    "people by ethnicity": _cells("ethnicity_concept_id"),
    "people with an unknown provider": _cells(where=Is("provider_lost", 1)),
    "people with an unknown location": _cells(where=Is("location_lost", 1)),
    "people with an unknown care site": _cells(where=Is("care_site_lost", 1)),
    "people by year of birth and sex": _cells("year_of_birth", "gender_concept_id"),
    "living people by year of birth and sex": _cells("year_of_birth", "gender_concept_id", where=Is("is_dead", 0)),
    "people by race and ethnicity": _cells("race_concept_id", "ethnicity_concept_id"),
    "people by first three digits of their postal code": _known("person_places", "zip"),
    "people by state": _known("person_places", "state"),
    "people by place of service": _known("person_care_sites", "place_of_service"),
    "name and version of the data": Counting("sources_of_data", _SOURCE, RowsOf("person")),
}
# Of nobody.
KINDS: Final[Mapping[str, Counting]] = {
    "care sites by first three digits of their postal code": Counting(_STANDS.format(column="zip"), (_ZIP,)),
    "care sites by state": Counting(_STANDS.format(column="state"), ("l.state",)),
    "care sites by place of service": Counting(
        "care_site as t where t.place_of_service_concept_id is not null", ("t.place_of_service_concept_id",)
    ),
    "providers": Counting("provider as t"),
    "providers by specialty": Counting("provider as t", ("t.specialty_concept_id",)),
    "providers by source concept of their specialty": Counting("provider as t", ("t.specialty_source_concept_id",)),
}  # fmt: skip
UNMAPPED: Final[Mapping[str, Mapping[str, str]]] = {
    "provider": {"specialty_source_value": "specialty_concept_id", "gender_source_value": "gender_concept_id"},
    "payer_plan_period": {
        "payer_source_value": "payer_concept_id", "plan_source_value": "plan_concept_id",
        "sponsor_source_value": "sponsor_concept_id", "stop_reason_source_value": "stop_reason_concept_id",
    },
    "specimen": {
        "specimen_source_value": "specimen_concept_id", "unit_source_value": "unit_concept_id",
        "anatomic_site_source_value": "anatomic_site_concept_id",
        "disease_status_source_value": "disease_status_concept_id",
    },
}  # fmt: skip
