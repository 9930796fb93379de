"""Expressions are read strictly: what is not known is refused by name"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from golden.circe.drawn import WHOLE
from medark.define import Cohort
from medark.errors import DefinitionError

Read = Callable[..., Cohort]
ALL_TIME = {"Start": {"Coeff": -1}, "End": {"Coeff": 1}}
A_DRUG = {"Criteria": {"DrugExposure": {}}, "StartWindow": ALL_TIME, "Occurrence": {"Type": 2, "Count": 1}}


@pytest.mark.parametrize(
    "told",
    [json.dumps(WHOLE), json.dumps(WHOLE).encode(), WHOLE, OrderedDict(WHOLE)],
    ids=["text", "bytes", "dict", "mapping"],
)
def test_text_bytes_and_parsed_json_are_one(told: str | bytes | Mapping[str, Any]) -> None:
    assert Cohort.from_circe(told, "c") == Cohort.from_circe(json.dumps(WHOLE), "c")


@pytest.mark.parametrize("inside", [WHOLE, json.dumps(WHOLE)], ids=["object", "text"])
def test_what_webapi_wraps_is_unwrapped(inside: object) -> None:
    served = {"id": 7, "name": "a cohort", "expressionType": "SIMPLE_EXPRESSION", "expression": inside}
    assert Cohort.from_circe(json.dumps(served), "c") == Cohort.from_circe(WHOLE, "c")


def test_no_json_is_told_so() -> None:
    with pytest.raises(DefinitionError, match="no JSON"):
        Cohort.from_circe("{", "c")


def test_a_list_is_no_expression() -> None:
    with pytest.raises(DefinitionError, match="Expected `object`"):
        Cohort.from_circe("[]", "c")


def test_without_primary_criteria_there_is_no_cohort() -> None:
    with pytest.raises(DefinitionError, match="PrimaryCriteria"):
        Cohort.from_circe("{}", "c")


@pytest.mark.parametrize(
    ("parts", "named"),
    [
        ({"Surprise": 1}, "`Surprise`"),
        ({"PrimaryCriteria": {"Surprise": 1}}, r"`Surprise` - at `\$.PrimaryCriteria`"),
        ({"EndStrategy": {"Never": {}}}, "`Never`"),
        ({"EndStrategy": {"DateOffset": {"DateField": "StartDate", "OffsetUnit": "hour"}}}, "`OffsetUnit`"),
        ({"EndStrategy": {"DateOffset": {"DateField": "BirthDate"}}}, "BirthDate"),
        ({"CollapseSettings": {"CollapseType": "NONE"}}, "NONE"),
        ({"ExpressionLimit": {"Type": "Random"}}, "Random"),
        ({"CensorWindow": {"StartDate": "soon"}}, "date"),
        ({"ConceptSets": [{"id": 1, "expression": {"items": [{"concept": {"CONCEPT_ID": 1}, "new": 1}]}}]}, "`new`"),
    ],
)  # fmt: skip
def test_an_unknown_key_or_word_is_named(read: Read, parts: dict[str, Any], named: str) -> None:
    with pytest.raises(DefinitionError, match=named):
        read(**parts)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"Surprise": 1}, "`Surprise`"),
        ({"Occurrence": {"Type": 3, "Count": 1}}, "Type"),
        ({"StartWindow": {"Start": {"Coeff": 0}, "End": {"Coeff": 1}}}, "Coeff"),
        ({"StartWindow": {"Start": {"Coeff": 1, "TimeUnit": "hour"}, "End": {"Coeff": 1}}}, "`TimeUnit`"),
    ],
)  # fmt: skip
def test_an_unknown_key_of_a_correlated_criterion_is_named(read_rule: Read, change: dict[str, Any], named: str) -> None:
    with pytest.raises(DefinitionError, match=named):
        read_rule(Type="ALL", CriteriaList=[A_DRUG | change])


def test_captions_of_a_concept_are_for_the_eye(read: Read) -> None:
    concept = {"CONCEPT_ID": 1, "CONCEPT_NAME": "Fever", "STANDARD_CONCEPT": "S"}
    named = [{"id": 1, "name": "set 1", "expression": {"items": [{"concept": concept}]}}]
    assert read(ConceptSets=named) == read(
        ConceptSets=[{**named[0], "expression": {"items": [{"concept": {"CONCEPT_ID": 1}}]}}]
    )
