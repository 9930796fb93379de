"""Criterion types and their attributes: the unknown and what this model has not are refused by name"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from medark.define import Cohort
from medark.define.circe.criterion_types import CRITERION_TYPES
from medark.define.nodes import Table
from medark.errors import DefinitionError

Read = Callable[..., Cohort]
ONE_CONCEPT = [{"CONCEPT_ID": 1}]


def test_every_type_is_about_its_own_table(read_criterion: Read) -> None:
    for name, kind in CRITERION_TYPES.items():
        entered = {node.name for node in read_criterion(name).entry.walk() if isinstance(node, Table)}
        assert entered == {kind.table}


@pytest.mark.parametrize("name", ["LocationRegion", "CustomEra", "Surprise"])
def test_an_unknown_type_is_named(read_criterion: Read, name: str) -> None:
    with pytest.raises(DefinitionError, match=name):
        read_criterion(name)


def test_a_criterion_has_one_type(read: Read) -> None:
    with pytest.raises(DefinitionError, match="2 types"):
        read(PrimaryCriteria={"CriteriaList": [{"Death": {}, "Measurement": {}}]})


@pytest.mark.parametrize(
    ("kind", "attribute"), [("Death", "First"), ("Death", "VisitType"), ("DrugEra", "Age"), ("Measurement", "Surprise")]
)
def test_an_unknown_attribute_is_named(read_criterion: Read, kind: str, attribute: str) -> None:
    with pytest.raises(DefinitionError, match=f"{kind}.{attribute}"):
        read_criterion(kind, **{attribute: True})


@pytest.mark.parametrize(
    ("kind", "attribute", "value", "named"),
    [
        ("ConditionOccurrence", "ProviderSpecialty", ONE_CONCEPT, "ProviderSpecialty"),
        ("VisitDetail", "ProviderSpecialtyCS", {"CodesetId": 1}, "ProviderSpecialty"),
        ("VisitOccurrence", "PlaceOfService", ONE_CONCEPT, "PlaceOfService"),
        ("VisitOccurrence", "PlaceOfServiceLocation", 1, "PlaceOfService"),
        ("DrugExposure", "EffectiveDrugDose", {"Op": "gt", "Value": 1}, "EffectiveDrugDose"),
        ("DrugExposure", "DoseUnit", ONE_CONCEPT, "DoseUnit"),
        ("Specimen", "SpecimenSourceConcept", 1, "SpecimenSourceConcept"),
    ],
)  # fmt: skip
def test_what_the_model_has_not_is_refused_with_its_reason(
    read_criterion: Read, kind: str, attribute: str, value: object, named: str
) -> None:
    with pytest.raises(DefinitionError, match=f"{named}.* not read"):
        read_criterion(kind, **{attribute: value})


@pytest.mark.parametrize("nothing", [None, []])
def test_an_attribute_without_a_value_asks_nothing(read_criterion: Read, nothing: object) -> None:
    assert read_criterion("ConditionOccurrence", ProviderSpecialty=nothing, Gender=nothing) == read_criterion(
        "ConditionOccurrence"
    )


def test_a_flag_that_is_false_asks_nothing(read_criterion: Read) -> None:
    plain = read_criterion("Measurement")
    assert read_criterion("Measurement", First=False, Abnormal=False, MeasurementTypeExclude=False) == plain


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"Op": "gt"}, "no value"),
        ({"Op": "bt", "Value": 1}, "no value"),
        ({"Op": "about", "Value": 1}, "about"),
        ({"Op": "gt", "Value": "much"}, r"ValueAsNumber.Value"),
        (7, "ValueAsNumber"),
    ],
)  # fmt: skip
def test_a_range_that_says_nothing_is_refused(read_criterion: Read, value: Any, named: str) -> None:
    with pytest.raises(DefinitionError, match=named):
        read_criterion("Measurement", ValueAsNumber=value)


def test_a_text_filter_that_is_not_read_is_named(read_criterion: Read) -> None:
    with pytest.raises(DefinitionError, match="endsWith"):
        read_criterion("ConditionOccurrence", StopReason={"Text": "x", "Op": "endsWith"})


def test_an_age_is_compared_with_whole_years(read_criterion: Read) -> None:
    assert read_criterion("Death", Age={"Op": "gte", "Value": 18.9}) == read_criterion(
        "Death", Age={"Op": "gte", "Value": 18}
    )
