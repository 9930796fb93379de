"""The parts of a Circe cohort expression as it is written, read strictly: what is unknown is refused, never left out.

Source: OHDSI circe-be 1.11, package org.ohdsi.circe.cohortdefinition (names of keys, kinds of values, defaults).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal, TypeVar

import msgspec

from medark.errors import DefinitionError

T = TypeVar("T")
Criterion = dict[str, dict[str, Any] | None]  # {"ConditionOccurrence": {"CodesetId": 1, …}}
Number = int | float


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="pascal"):
    """An object whose keys are known."""


class Concept(msgspec.Struct, frozen=True, rename="upper"):
    """A concept; what stands beside its id is for the reader's eye."""

    concept_id: int


class ConceptSetItem(_Part, frozen=True, rename="camel"):
    """A concept of a set, with or without what is below it and what maps to it."""

    concept: Concept
    is_excluded: bool = False
    include_descendants: bool = False
    include_mapped: bool = False


class ConceptSetItems(_Part, frozen=True, rename="camel"):
    """The items of a set."""

    items: tuple[ConceptSetItem, ...] = ()


class ConceptSetTold(_Part, frozen=True, rename="camel"):
    """A concept set, by the number that criteria call it by."""

    id: int
    name: str = ""
    expression: ConceptSetItems = ConceptSetItems()


class ConceptSetSelection(_Part, frozen=True):
    """Concepts of a set, or all others."""

    codeset_id: int | None = None
    is_exclusion: bool = False


class NumericRange(_Part, frozen=True):
    """A number's bounds: lt, lte, eq, !eq, gt, gte `value`; bt, !bt `value` and `extent`, both included."""

    op: str
    value: Number | None = None
    extent: Number | None = None


class DateRange(_Part, frozen=True):
    """A date's bounds, as of numbers."""

    op: str
    value: dt.date | None = None
    extent: dt.date | None = None


class TextFilter(_Part, frozen=True):
    """What a text must begin with or contain: startsWith, contains; with ! before it, must not."""

    text: str
    op: str


class Period(_Part, frozen=True):
    """From a day to a day, both included; without one of them, without bound."""

    start_date: dt.date | None = None
    end_date: dt.date | None = None


class DateAdjustment(_Part, frozen=True):
    """Other days for an event: so many days after its start or its end."""

    start_with: Literal["START_DATE", "END_DATE"] = "START_DATE"
    start_offset: int = 0
    end_with: Literal["START_DATE", "END_DATE"] = "END_DATE"
    end_offset: int = 0


class Endpoint(_Part, frozen=True):
    """`days` before (`coeff` -1) or after (1) the index; without days, all that is observed on that side."""

    coeff: Literal[-1, 1]
    days: int | None = None


class Window(_Part, frozen=True):
    """Where an event's start (or end) lies, seen from the index's start (or end)."""

    start: Endpoint
    end: Endpoint
    use_index_end: bool | None = None
    use_event_end: bool | None = None


class Occurrence(_Part, frozen=True):
    """How many: exactly (0), at most (1), at least (2) `count`; of different values of a column, if `is_distinct`."""

    type: Literal[0, 1, 2]
    count: int
    is_distinct: bool = False
    count_column: str | None = None


class CorrelatedCriterion(_Part, frozen=True):
    """So many events of a kind around the index."""

    criteria: Criterion
    occurrence: Occurrence
    start_window: Window
    end_window: Window | None = None
    restrict_visit: bool = False
    ignore_observation_period: bool = False


class Demographics(_Part, frozen=True):
    """What the person, and the dates of the index, must be."""

    age: NumericRange | None = None
    gender: tuple[Concept, ...] | None = None
    gender_cs: ConceptSetSelection | None = msgspec.field(default=None, name="GenderCS")
    race: tuple[Concept, ...] | None = None
    race_cs: ConceptSetSelection | None = msgspec.field(default=None, name="RaceCS")
    ethnicity: tuple[Concept, ...] | None = None
    ethnicity_cs: ConceptSetSelection | None = msgspec.field(default=None, name="EthnicityCS")
    occurrence_start_date: DateRange | None = None
    occurrence_end_date: DateRange | None = None


class Group(_Part, frozen=True):
    """All, any, at least or at most `count` of what is in it."""

    type: Literal["ALL", "ANY", "AT_LEAST", "AT_MOST"]
    count: int | None = None
    criteria_list: tuple[CorrelatedCriterion, ...] | None = None
    demographic_criteria_list: tuple[Demographics, ...] | None = None
    groups: tuple[Group, ...] | None = None


class Limit(_Part, frozen=True):
    """Of the events of a person that are left: all, the first or the last."""

    type: Literal["All", "First", "Last"] | None = None


class ObservationWindow(_Part, frozen=True):
    """For how long around its start an event must be observed, in days."""

    prior_days: int = 0
    post_days: int = 0


class PrimaryCriteria(_Part, frozen=True):
    """The events that can let a person in."""

    criteria_list: tuple[Criterion, ...]
    observation_window: ObservationWindow = ObservationWindow()
    primary_criteria_limit: Limit = Limit()


class InclusionRule(_Part, frozen=True, rename="lower"):
    """A rule that every event must meet."""

    expression: Group
    name: str | None = None
    description: str | None = None


class DateOffset(_Part, frozen=True):
    """The stay ends so many days after the event starts or ends."""

    date_field: Literal["StartDate", "EndDate"]
    offset: int = 0


class CustomEra(_Part, frozen=True):
    """The stay ends with the drug exposures that run on from the event."""

    drug_codeset_id: int
    gap_days: int = 0
    offset: int = 0
    days_supply_override: int | None = None


class EndStrategy(_Part, frozen=True):
    """How a stay ends: one of the two."""

    date_offset: DateOffset | None = None
    custom_era: CustomEra | None = None


class CollapseSettings(_Part, frozen=True):
    """Stays that lie no more than `era_pad` days apart are one."""

    collapse_type: Literal["ERA"] = "ERA"
    era_pad: int = 0


class Expression(_Part, frozen=True):
    """A whole cohort expression."""

    primary_criteria: PrimaryCriteria
    title: str | None = None
    concept_sets: tuple[ConceptSetTold, ...] | None = None
    additional_criteria: Group | None = None
    qualified_limit: Limit = Limit()
    expression_limit: Limit = Limit()
    inclusion_rules: tuple[InclusionRule, ...] | None = None
    end_strategy: EndStrategy | None = None
    censoring_criteria: tuple[Criterion, ...] | None = None
    collapse_settings: CollapseSettings = CollapseSettings()
    censor_window: Period | None = None
    cdm_version_range: str | None = msgspec.field(default=None, name="cdmVersionRange")


def expression(told: str | bytes | Mapping[str, Any]) -> Expression:
    """A cohort expression from JSON text or from what it parses to; DefinitionError names what can't be read.

    It may be wrapped as WebAPI serves it: under "expression", as an object or as text.
    """
    parsed = told if isinstance(told, Mapping) else _parsed(told)
    wrapped = parsed.get("expression") if isinstance(parsed, Mapping) else None
    if wrapped is not None:
        parsed = _parsed(wrapped) if isinstance(wrapped, str) else wrapped
    return part(parsed, Expression, "$")


def _parsed(text: str | bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        raise DefinitionError("the cohort expression is no JSON", fix="export it from ATLAS again") from None


def part(told: object, kind: type[T], place: str) -> T:
    """A part of an expression as its kind; DefinitionError with its place where it is of no such kind."""
    try:
        return msgspec.convert(told, kind)
    except msgspec.ValidationError as error:
        said = str(error)
        what = said.replace("`$", f"`{place}") if "`$" in said else f"{said} - at `{place}`"
        raise DefinitionError(f"Circe: {what}", fix="see docs/reference/circe.md for what is read") from None
