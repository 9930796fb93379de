"""The criterion types of Circe: which table each is about, when its events end, and what its attributes mean

Source: OHDSI circe-be 1.11, package org.ohdsi.circe.cohortdefinition; OMOP CDM 5.4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from medark.define.circe.attributes import (
    Attribute,
    abnormal,
    age,
    choice,
    codes,
    column,
    dates,
    end,
    in_set,
    length,
    numbers,
    of_person,
    ratio_to,
    refused,
    selection,
    source_codes,
    start,
    texts,
    visit_type,
    within_period,
)
from medark.define.language.durations import days
from medark.define.language.frames import Frame
from medark.define.language.series import Series

Attributes = Mapping[str, Attribute]


def next_day(rows: Frame) -> Series:
    """Events of one day end on the next one."""
    return rows.start_date + days(1)


def own_end(rows: Frame) -> Series:
    """The end that the table has; the start where there is none."""
    return rows.end_date


def own_end_or_next_day(name: str) -> Callable[[Frame], Series]:
    """The end that was written down, else the day after the start."""
    return lambda rows: getattr(rows, name).if_missing(next_day(rows))


def end_of_supply(rows: Frame) -> Series:
    """When a drug exposure ends: as written down, else when the supply runs out, else the day after it starts."""
    runs_out = rows.start_date + days(rows.days_supply)
    return rows.drug_exposure_end_date.if_missing(runs_out).if_missing(next_day(rows))


@dataclass(frozen=True, slots=True)
class CriterionType:
    """A kind of event. `has_first`: the first of a person can be asked for."""

    table: str
    end: Callable[[Frame], Series]
    attributes: Attributes
    has_first: bool = True


_BY_PROVIDER = "Circe: ProviderSpecialty is not read: providers are not among the tables that definitions see"
_BY_PLACE = "Circe: PlaceOfService is not read: care sites are not among the tables that definitions see"
_NO_DOSE = "Circe: EffectiveDrugDose and DoseUnit are not read: drug_exposure has had no dose since OMOP CDM 5.2"

_PROVIDER: Attributes = dict.fromkeys(("ProviderSpecialty", "ProviderSpecialtyCS"), refused(_BY_PROVIDER))
_PLACE: Attributes = dict.fromkeys(("PlaceOfService", "PlaceOfServiceCS", "PlaceOfServiceLocation"), refused(_BY_PLACE))
_GENDER: Attributes = choice("Gender", of_person("gender_concept_id"))
_CODES: Attributes = {"CodesetId": codes()}
_OCCURRENCE: Attributes = {
    **_CODES, **_GENDER, **_PROVIDER, **visit_type(),
    "OccurrenceStartDate": dates(start), "Age": numbers(age(start), whole=True),
}  # fmt: skip
_AGES: Attributes = {"AgeAtStart": numbers(age(start), whole=True), "AgeAtEnd": numbers(age(end), whole=True)}
_ERA: Attributes = {
    **_CODES, **_GENDER, **_AGES, "EraStartDate": dates(start), "EraEndDate": dates(end),
    "EraLength": numbers(length, whole=True),
}  # fmt: skip
_PERIOD: Attributes = {
    **_AGES, "PeriodStartDate": dates(start), "PeriodEndDate": dates(end),
    "PeriodLength": numbers(length, whole=True), "UserDefinedPeriod": within_period(),
}  # fmt: skip


def _listed(name: str, stored: str, *, excludable: bool = False) -> dict[str, Attribute]:
    return choice(name, column(stored), excludable=excludable)


def _without(attributes: Attributes, *names: str) -> Attributes:
    return {name: attribute for name, attribute in attributes.items() if name not in names}


CRITERION_TYPES: Mapping[str, CriterionType] = {
    "ConditionOccurrence": CriterionType("condition_occurrence", own_end_or_next_day("condition_end_date"), {
        **_OCCURRENCE, **_listed("ConditionType", "condition_type_concept_id", excludable=True),
        **_listed("ConditionStatus", "condition_status_concept_id"), "ConditionSourceConcept": source_codes(),
        "OccurrenceEndDate": dates(end), "StopReason": texts("stop_reason"),
    }),
    "ConditionEra": CriterionType("condition_era", own_end, {
        **_ERA, "OccurrenceCount": numbers(column("condition_occurrence_count"), whole=True),
    }),
    "DrugExposure": CriterionType("drug_exposure", end_of_supply, {
        **_OCCURRENCE, **_listed("DrugType", "drug_type_concept_id", excludable=True),
        **_listed("RouteConcept", "route_concept_id"), "DrugSourceConcept": source_codes(),
        "OccurrenceEndDate": dates(end), "StopReason": texts("stop_reason"), "LotNumber": texts("lot_number"),
        "Refills": numbers(column("refills"), whole=True), "Quantity": numbers(column("quantity")),
        "DaysSupply": numbers(column("days_supply"), whole=True), "EffectiveDrugDose": refused(_NO_DOSE),
        **dict.fromkeys(("DoseUnit", "DoseUnitCS"), refused(_NO_DOSE)),
    }),
    "DrugEra": CriterionType("drug_era", own_end, {
        **_ERA, "OccurrenceCount": numbers(column("drug_exposure_count"), whole=True),
        "GapDays": numbers(column("gap_days"), whole=True),
    }),
    "DoseEra": CriterionType("dose_era", own_end, {
        **_ERA, **_listed("Unit", "unit_concept_id"), "DoseValue": numbers(column("dose_value")),
    }),
    "Measurement": CriterionType("measurement", next_day, {
        **_OCCURRENCE, **_listed("MeasurementType", "measurement_type_concept_id", excludable=True),
        **_listed("Operator", "operator_concept_id"), **_listed("ValueAsConcept", "value_as_concept_id"),
        **_listed("Unit", "unit_concept_id"), "MeasurementSourceConcept": source_codes(),
        "ValueAsNumber": numbers(column("value_as_number")), "RangeLow": numbers(column("range_low")),
        "RangeHigh": numbers(column("range_high")), "RangeLowRatio": numbers(ratio_to("range_low")),
        "RangeHighRatio": numbers(ratio_to("range_high")), "Abnormal": abnormal(),
    }),
    "Observation": CriterionType("observation", next_day, {
        **_OCCURRENCE, **_listed("ObservationType", "observation_type_concept_id", excludable=True),
        **_listed("ValueAsConcept", "value_as_concept_id"), **_listed("Qualifier", "qualifier_concept_id"),
        **_listed("Unit", "unit_concept_id"), "ObservationSourceConcept": source_codes(),
        "ValueAsNumber": numbers(column("value_as_number")), "ValueAsString": texts("value_as_string"),
    }),
    "ProcedureOccurrence": CriterionType("procedure_occurrence", next_day, {
        **_OCCURRENCE, **_listed("ProcedureType", "procedure_type_concept_id", excludable=True),
        **_listed("Modifier", "modifier_concept_id"), "ProcedureSourceConcept": source_codes(),
        "Quantity": numbers(column("quantity"), whole=True),
    }),
    "DeviceExposure": CriterionType("device_exposure", own_end_or_next_day("device_exposure_end_date"), {
        **_OCCURRENCE, **_listed("DeviceType", "device_type_concept_id", excludable=True),
        "DeviceSourceConcept": source_codes(), "OccurrenceEndDate": dates(end),
        "UniqueDeviceId": texts("unique_device_id"), "Quantity": numbers(column("quantity"), whole=True),
    }),
    "Specimen": CriterionType("specimen", next_day, {
        **_without(_OCCURRENCE, *_PROVIDER, *visit_type()),
        **_listed("SpecimenType", "specimen_type_concept_id", excludable=True),
        **_listed("Unit", "unit_concept_id"), **_listed("AnatomicSite", "anatomic_site_concept_id"),
        **_listed("DiseaseStatus", "disease_status_concept_id"), "Quantity": numbers(column("quantity")),
        "SourceId": texts("specimen_source_id"),
        "SpecimenSourceConcept": refused("Circe: SpecimenSourceConcept is not read: OMOP CDM has no such column"),
    }),
    "Death": CriterionType("death", next_day, {
        **_without(_OCCURRENCE, *_PROVIDER, *visit_type()), "DeathSourceConcept": source_codes(),
        **_listed("DeathType", "death_type_concept_id", excludable=True),
    }, has_first=False),
    "VisitOccurrence": CriterionType("visit_occurrence", own_end, {
        **_OCCURRENCE, **_PLACE, **_listed("VisitType", "visit_type_concept_id", excludable=True),
        "VisitSourceConcept": source_codes(), "OccurrenceEndDate": dates(end),
        "VisitLength": numbers(length, whole=True),
    }),
    "VisitDetail": CriterionType("visit_detail", own_end, {
        **_CODES, **_PROVIDER, **_PLACE, "VisitDetailSourceConcept": source_codes(),
        "VisitDetailStartDate": dates(start), "VisitDetailEndDate": dates(end),
        "VisitDetailTypeCS": selection(column("visit_detail_type_concept_id")),
        "VisitDetailLength": numbers(length, whole=True), "Age": numbers(age(end), whole=True),
        "GenderCS": selection(of_person("gender_concept_id")),
    }),
    "Episode": CriterionType("episode", own_end, {
        **_CODES, "EpisodeStartDate": dates(start), "EpisodeEndDate": dates(end),
        "EpisodeNumber": numbers(column("episode_number"), whole=True), "Age": numbers(age(start), whole=True),
        "GenderCS": selection(of_person("gender_concept_id")),
        "EpisodeObjectConceptCS": selection(column("episode_object_concept_id")),
        "EpisodeTypeCS": selection(column("episode_type_concept_id")),
    }),
    "ObservationPeriod": CriterionType("observation_period", own_end, {
        **_PERIOD, **choice("PeriodType", column("period_type_concept_id")),
    }),
    "PayerPlanPeriod": CriterionType("payer_plan_period", own_end, {
        **_PERIOD, **_GENDER,
        **{f"{name}Concept": in_set(f"{stem}_concept_id") for name, stem in (
            ("Payer", "payer"), ("Plan", "plan"), ("Sponsor", "sponsor"), ("StopReason", "stop_reason"))},
        **{f"{name}SourceConcept": in_set(f"{stem}_source_concept_id", source=True) for name, stem in (
            ("Payer", "payer"), ("Plan", "plan"), ("Sponsor", "sponsor"), ("StopReason", "stop_reason"))},
    }),
}  # fmt: skip
