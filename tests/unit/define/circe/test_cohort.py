"""The cohort of an expression: its entry, steps, exit, concept sets and errors"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from medark.define import Cohort, ConceptItem, Criterion, Keep, days
from medark.define.nodes import Every, InConcepts, Union
from medark.errors import DefinitionError

Read = Callable[..., Cohort]
ADULT = {"Type": "ALL", "DemographicCriteriaList": [{"Age": {"Op": "gte", "Value": 18}}]}


def steps(cohort: Cohort) -> list[str]:
    """The names of criteria, and which entry is kept."""
    return [step.name if isinstance(step, Criterion) else step.which for step in cohort.inclusion]


def test_the_least_expression_is_every_observed_event(read: Read) -> None:
    cohort = read()
    assert isinstance(cohort.entry, Every)
    assert steps(cohort) == ["observed"]
    assert cohort.era_gap == days(0)
    assert cohort.within == (None, None)
    assert cohort.source == "OHDSI Circe cohort expression"


def test_several_criteria_are_entries_of_either(read: Read) -> None:
    cohort = read(PrimaryCriteria={"CriteriaList": [{"Death": {}}, {"Measurement": {}}]})
    assert isinstance(cohort.entry, Union)
    assert len(cohort.entry.populations) == 2


def test_no_criteria_let_nobody_in(read: Read) -> None:
    with pytest.raises(DefinitionError, match="no criteria"):
        read(PrimaryCriteria={"CriteriaList": []})


def test_steps_come_in_the_order_of_circe(read: Read) -> None:
    cohort = read(
        PrimaryCriteria={
            "ObservationWindow": {"PriorDays": 365, "PostDays": 7},
            "PrimaryCriteriaLimit": {"Type": "First"},
        },
        AdditionalCriteria=ADULT,
        QualifiedLimit={"Type": "Last"},
        InclusionRules=[{"name": "adult", "expression": ADULT}, {"name": " ", "expression": ADULT}],
        ExpressionLimit={"Type": "First"},
        EndStrategy={"DateOffset": {"DateField": "StartDate", "Offset": -1}},
    )
    assert steps(cohort) == [
        "observed 365 days before and 7 days after", "first", "additional criteria", "last", "adult", "rule 2", "first",
        "ends no earlier than it starts",
    ]  # fmt: skip
    assert isinstance(cohort.inclusion[1], Keep)


def test_a_rule_that_asks_nothing_is_no_step(read_rule: Read) -> None:
    assert steps(read_rule(Type="ALL", CriteriaList=[], DemographicCriteriaList=[], Groups=[])) == ["observed"]


def test_pad_and_window(read: Read) -> None:
    cohort = read(CollapseSettings={"CollapseType": "ERA", "EraPad": 30}, CensorWindow={"EndDate": "2020-12-31"})
    assert cohort.era_gap == days(30)
    assert cohort.within == (None, dt.date(2020, 12, 31))


def concept_sets(cohort: Cohort) -> dict[str, tuple[ConceptItem, ...]]:
    found = {node.concepts for node in cohort.walk() if isinstance(node, InConcepts)}
    return {concepts.name: concepts.items for concepts in found}


def test_items_keep_their_flags_and_a_set_without_a_name_gets_one(read: Read) -> None:
    items: list[dict[str, Any]] = [
        {"concept": {"CONCEPT_ID": 5}, "includeDescendants": True, "includeMapped": True},
        {"concept": {"CONCEPT_ID": 6}, "isExcluded": True},
    ]
    cohort = read(ConceptSets=[{"id": 1, "name": "", "expression": {"items": items}}])
    expected = (ConceptItem(5, descendants=True, mapped=True), ConceptItem(6, excluded=True))
    assert concept_sets(cohort) == {"concept set 1": expected}


def test_a_set_that_is_not_there_is_named(read_criterion: Read) -> None:
    with pytest.raises(DefinitionError, match="no concept set of id 77"):
        read_criterion("DrugExposure", CodesetId=77)


def test_two_sets_of_one_number_are_refused(read: Read) -> None:
    one = {"id": 1, "name": "a", "expression": {"items": []}}
    with pytest.raises(DefinitionError, match="two concept sets of id 1"):
        read(ConceptSets=[one, one])


@pytest.mark.parametrize("strategy", [{}, {"DateOffset": {"DateField": "EndDate"}, "CustomEra": {"DrugCodesetId": 1}}])
def test_an_end_strategy_is_one_of_two(read: Read, strategy: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError, match="EndStrategy"):
        read(EndStrategy=strategy)


@pytest.mark.parametrize("kind", ["AT_LEAST", "AT_MOST"])
def test_a_group_of_so_many_says_how_many(read_rule: Read, kind: str) -> None:
    with pytest.raises(DefinitionError, match=f"{kind} without Count"):
        read_rule(**(ADULT | {"Type": kind}))


@pytest.mark.parametrize(
    ("kind", "column"), [("DrugExposure", "RANGE_LOW"), ("Death", "VISIT_ID"), ("Measurement", "COLOUR")]
)
def test_events_are_counted_by_what_they_have(read_rule: Read, kind: str, column: str) -> None:
    counted = {
        "Criteria": {kind: {}},
        "StartWindow": {"Start": {"Coeff": -1}, "End": {"Coeff": 1}},
        "Occurrence": {"Type": 2, "Count": 2, "IsDistinct": True, "CountColumn": column},
    }
    with pytest.raises(DefinitionError, match=column):
        read_rule(Type="ALL", CriteriaList=[counted])


def test_source_concepts_are_looked_for_among_source_concepts(read_criterion: Read) -> None:
    cohort = read_criterion("ConditionOccurrence", CodesetId=1, ConditionSourceConcept=2)
    asked = {(node.concepts.name, node.source) for node in cohort.walk() if isinstance(node, InConcepts)}
    assert asked == {("set 1", False), ("set 2", True)}


def test_exposures_of_an_era_are_by_standard_or_source_concept(read: Read) -> None:
    cohort = read(EndStrategy={"CustomEra": {"DrugCodesetId": 2}})
    asked = {(node.concepts.name, node.source) for node in cohort.walk() if isinstance(node, InConcepts)}
    assert asked == {("set 1", False), ("set 2", False), ("set 2", True)}
