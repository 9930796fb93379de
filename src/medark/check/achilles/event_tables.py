"""The tables of events, with the columns that the analyses ask of them under the same names everywhere"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Events:
    """A table of events. `concept`, `day`, `end`: its columns; `told`: further columns that records are counted by;
    `amounts`: what is distributed; `distributed`: of which columns, beside the concept, it is counted how often they
    are there together; `unmapped`: source values with their concepts.
    """

    table: str
    concept: str
    day: str
    end: str = ""
    told: Mapping[str, str] = field(default_factory=dict)
    amounts: Mapping[str, str] = field(default_factory=dict)
    distributed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unmapped: Mapping[str, str] = field(default_factory=dict)
    refers: tuple[str, ...] = ()  # provider, visit, visit_detail, care_site


def _type(name: str) -> Mapping[str, str]:
    return {"type_concept_id": f"t.{name}"}


def _days(start: str, end: str) -> Mapping[str, str]:
    return {"days": f"date_diff('day', t.{start}, t.{end})"}


_ALL: Final = ("provider", "visit", "visit_detail")
_DAYS: Final = {"days": ("days",)}
# What follows from a record's number, its bounds and its value's concept; over arrays `of_numbers` says the same.
OF_NUMBERS: Final = ("has_number", "has_value", "place")
# Below (0), within (1) and above (2) range; 3 is what is none of them. Only where there is a range is it asked for.
_RANGE: Final = (
    "case when t.value_as_number < t.range_low then 0 when t.value_as_number <= t.range_high then 1"
    " when t.value_as_number > t.range_high then 2 when t.value_as_number is not null then 3 end"
)

TABLES: Final = (
    Events(
        "visit_occurrence", "visit_concept_id", "visit_start_date", "visit_end_date",
        {"source_concept_id": "t.visit_source_concept_id", "discharged_to": "t.discharged_to_concept_id"},
        _days("visit_start_date", "visit_end_date"), _DAYS,
        unmapped={
            "visit_source_value": "visit_concept_id", "admitted_from_source_value": "admitted_from_concept_id",
            "discharged_to_source_value": "discharged_to_concept_id",
        },
        refers=("provider", "care_site"),
    ),
    Events(
        "visit_detail", "visit_detail_concept_id", "visit_detail_start_date", "visit_detail_end_date",
        {"source_concept_id": "t.visit_detail_source_concept_id"},
        _days("visit_detail_start_date", "visit_detail_end_date"), _DAYS,
        unmapped={
            "visit_detail_source_value": "visit_detail_concept_id",
            "admitted_from_source_value": "admitted_from_concept_id",
            "discharged_to_source_value": "discharged_to_concept_id",
        },
        refers=("care_site",),
    ),
    Events(
        "condition_occurrence", "condition_concept_id", "condition_start_date", "condition_end_date",
        {
            **_type("condition_type_concept_id"), "source_concept_id": "t.condition_source_concept_id",
            "status_concept_id": "t.condition_status_concept_id",
        },
        unmapped={
            "condition_source_value": "condition_concept_id",
            "condition_status_source_value": "condition_status_concept_id",
        },
        refers=_ALL,
    ),
    Events(
        "death", "cause_concept_id", "death_date", "",
        {**_type("death_type_concept_id"), "source_concept_id": "t.cause_source_concept_id"},
        unmapped={"cause_source_value": "cause_concept_id"},
    ),
    Events(
        "procedure_occurrence", "procedure_concept_id", "procedure_date", "procedure_end_date",
        {**_type("procedure_type_concept_id"), "source_concept_id": "t.procedure_source_concept_id"},
        unmapped={"procedure_source_value": "procedure_concept_id", "modifier_source_value": "modifier_concept_id"},
        refers=_ALL,
    ),
    Events(
        "drug_exposure", "drug_concept_id", "drug_exposure_start_date", "drug_exposure_end_date",
        {**_type("drug_type_concept_id"), "source_concept_id": "t.drug_source_concept_id"},
        {"supply": "t.days_supply", "refills": "t.refills", "quantity": "t.quantity"},
        {"supply": ("supply",), "refills": ("refills",), "quantity": ("quantity",)},
        unmapped={"drug_source_value": "drug_concept_id", "route_source_value": "route_concept_id"},
        refers=_ALL,
    ),
    Events(
        "observation", "observation_concept_id", "observation_date", "",
        {
            **_type("observation_type_concept_id"), "source_concept_id": "t.observation_source_concept_id",
            "unit_concept_id": "t.unit_concept_id", "value_concept_id": "t.value_as_concept_id",
            "qualifier_concept_id": "t.qualifier_concept_id", "has_number": "t.value_as_number is not null",
            "has_value": "t.value_as_string is not null or t.value_as_number is not null"
            " or t.value_as_concept_id is not null",
        },
        {"number": "t.value_as_number"}, {"number": ("unit_concept_id", "number")},
        {
            "observation_source_value": "observation_concept_id", "unit_source_value": "unit_concept_id",
            "qualifier_source_value": "qualifier_concept_id",
        },
        _ALL,
    ),
    Events("drug_era", "drug_concept_id", "drug_era_start_date", "drug_era_end_date",
           amounts=_days("drug_era_start_date", "drug_era_end_date"), distributed=_DAYS),
    Events("condition_era", "condition_concept_id", "condition_era_start_date", "condition_era_end_date",
           amounts=_days("condition_era_start_date", "condition_era_end_date"), distributed=_DAYS),
    Events(
        "measurement", "measurement_concept_id", "measurement_date", "",
        {
            **_type("measurement_type_concept_id"), "source_concept_id": "t.measurement_source_concept_id",
            "unit_concept_id": "t.unit_concept_id", "value_concept_id": "t.value_as_concept_id",
            "qualifier_concept_id": "t.operator_concept_id", "has_number": "t.value_as_number is not null",
            "has_value": "t.value_as_number is not null or t.value_as_concept_id is not null",
        },
        {
            "number": "t.value_as_number", "low": "t.range_low",
            "high": "t.range_high", "place": _RANGE,
        },
        {"number": ("unit_concept_id", "number"), "bounds": ("unit_concept_id", "low", "high", "place")},
        {"measurement_source_value": "measurement_concept_id", "unit_source_value": "unit_concept_id"},
        _ALL,
    ),
    Events(
        "device_exposure", "device_concept_id", "device_exposure_start_date", "device_exposure_end_date",
        {**_type("device_type_concept_id"), "source_concept_id": "t.device_source_concept_id"},
        unmapped={"device_source_value": "device_concept_id"},
        refers=_ALL,
    ),
    Events("note", "note_type_concept_id", "note_date"),
)  # fmt: skip
BY_NAME: Final[Mapping[str, Events]] = {one.table: one for one in TABLES}
