"""Persons, where they live and are cared for, providers and care sites; the name and version of the data"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.check.achilles.counting import Counting

_LOST: Final = "person as t left join {other} as r on r.{other}_id = t.{other}_id where r.{other}_id is null"
_LIVES: Final = "person as t join location as l on l.location_id = t.location_id where l.{column} is not null"
_STANDS: Final = "care_site as t join location as l on l.location_id = t.location_id where l.{column} is not null"
_ZIP: Final = "substr(l.zip, 1, 3)"
_ALIVE: Final = (
    "person as t left join (select distinct person_id from death) as d on d.person_id = t.person_id"
    " where d.person_id is null"
)
_CARED_FOR: Final = (
    "person as t join care_site as c on c.care_site_id = t.care_site_id where c.place_of_service_concept_id is not null"
)

KINDS: Final[Mapping[str, Counting]] = {
    "people": Counting("person as t"),
    "people by sex": Counting("person as t", ("t.gender_concept_id",)),
    "people by year of birth": Counting("person as t", ("t.year_of_birth",)),
    "people by race": Counting("person as t", ("t.race_concept_id",)),
    "people by ethnicity": Counting("person as t", ("t.ethnicity_concept_id",)),
    "people with an unknown provider": Counting(
        _LOST.format(other="provider") + " and t.provider_id is not null"
    ),
    "people with an unknown location": Counting(
        _LOST.format(other="location") + " and t.location_id is not null"
    ),
    "people with an unknown care site": Counting(
        _LOST.format(other="care_site") + " and t.care_site_id is not null"
    ),
    "people by year of birth and sex": Counting("person as t", ("t.year_of_birth", "t.gender_concept_id")),
    "living people by year of birth and sex": Counting(_ALIVE, ("t.year_of_birth", "t.gender_concept_id")),
    "people by race and ethnicity": Counting("person as t", ("t.race_concept_id", "t.ethnicity_concept_id")),
    "people by first three digits of their postal code": Counting(_LIVES.format(column="zip"), (_ZIP,)),
    "people by state": Counting(_LIVES.format(column="state"), ("l.state",)),
    "care sites by first three digits of their postal code": Counting(_STANDS.format(column="zip"), (_ZIP,)),
    "care sites by state": Counting(_STANDS.format(column="state"), ("l.state",)),
    "people by place of service": Counting(_CARED_FOR, ("c.place_of_service_concept_id",)),
    "care sites by place of service": Counting(
        "care_site as t where t.place_of_service_concept_id is not null", ("t.place_of_service_concept_id",)
    ),
    "providers": Counting("provider as t"),
    "providers by specialty": Counting("provider as t", ("t.specialty_concept_id",)),
    "providers by source concept of their specialty": Counting("provider as t", ("t.specialty_source_concept_id",)),
    "name and version of the data": Counting(
        "cdm_source as t", ("t.cdm_source_name", "t.cdm_version", "t.source_release_date"),
        "(select count(*) from person)",
    ),
}  # fmt: skip
UNMAPPED: Final[Mapping[str, Mapping[str, str]]] = {
    "person": {
        "gender_source_value": "gender_concept_id", "race_source_value": "race_concept_id",
        "ethnicity_source_value": "ethnicity_concept_id",
    },
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
