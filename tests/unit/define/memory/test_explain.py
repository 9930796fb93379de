"""Explanations: beside each value the rows that decided it, and which step kept a person out"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medark.define import (
    Band,
    Cohort,
    Criterion,
    Dataset,
    Item,
    Keep,
    Score,
    Series,
    case,
    conditions,
    days,
    drugs,
    every,
    everyone,
    greatest,
    hours,
    index,
    measurements,
    visits,
    when,
)
from medark.define import person as the_person
from medark.define.definitions.variables import Variable
from medark.define.memory import Evidence, compiled, explain_cohort, explain_dataset, explain_score
from medark.define.memory.layout import KEY
from medark.define.nodes import Aggregate, Every
from unit.define.memory import drawn
from unit.define.memory.people import ASPIRIN, BLEEDING, POTASSIUM, RESOLVED, TODAY, d, drug, ill, lab, person, stay

LABS = measurements.of(POTASSIUM)
NUMBER = LABS.value_as_number.of_any_unit()
RISES = LABS.paired_with(LABS, within=hours(48))
AFTER = conditions.of(BLEEDING).after(drugs.of(ASPIRIN).first().start)
RECORD = person(
    lab(1, d(2, 1), 3.0), lab(2, d(2, 2), 6.0), lab(3, d(2, 20), None), lab(4, d(2, 21), 4.0, concept=9),
    drug(5, d(1, 1), d(1, 9)), drug(6, d(1, 5), d(1, 20)), ill(7, d(1, 3)), stay(8, d(1, 2), d(1, 4)),
)  # fmt: skip
LAB, DRUG, ILL = "measurement", "drug_exposure", "condition_occurrence"

CASES: list[tuple[str, Series, set[tuple[str, int]]]] = [
    ("count: its rows", LABS.count(), {(LAB, 1), (LAB, 2), (LAB, 3)}),
    ("sum: rows with a value", LABS.sum(NUMBER), {(LAB, 1), (LAB, 2)}),
    ("max: the rows that have it", LABS.max(NUMBER), {(LAB, 2)}),
    ("pick: the row", LABS.last().value_as_number.of_any_unit(), {(LAB, 3)}),
    ("nothing", drugs.of(BLEEDING).exists(), set()),
    ("pair: both rows", RISES.where(RISES.right.value_as_number.of_any_unit() > 5).exists(), {(LAB, 1), (LAB, 2)}),
    ("era: the rows it is made of", drugs.run_together(gap=days(0)).last().end, {(DRUG, 5), (DRUG, 6)}),
    ("comparison: both sides", LABS.last_by(NUMBER).start > drugs.first().start, {(LAB, 2), (DRUG, 5)}),
    ("a window that hangs on a row", AFTER.exists(), {(ILL, 7), (DRUG, 5)}),
    ("nothing after a row", conditions.after(drugs.last().start).exists(), {(DRUG, 6)}),
    ("and, true: both", LABS.exists() & (drugs.count() == 2), {(LAB, 1), (LAB, 2), (LAB, 3), (DRUG, 5), (DRUG, 6)}),
    ("and, false: what is false", (LABS.count() > 9) & drugs.exists(), {(LAB, 1), (LAB, 2), (LAB, 3)}),
    ("and, missing: what is missing", (LABS.last().value_as_number.of_any_unit() > 1) & drugs.exists(), {(LAB, 3)}),
    ("or, true: what is true", conditions.exists() | (LABS.count() > 9), {(ILL, 7)}),
    ("or, false: all", (conditions.count() > 9) | (drugs.count() > 9), {(ILL, 7), (DRUG, 5), (DRUG, 6)}),
    ("if missing", LABS.last().value_as_number.of_any_unit().if_missing(LABS.first().value_as_number.of_any_unit()),
     {(LAB, 3), (LAB, 1)}),
    ("not missing", LABS.first().start.if_missing(drugs.first().start), {(LAB, 1)}),
    ("greatest", greatest(drugs.last().start, conditions.last().start), {(DRUG, 6)}),
    ("case: what was asked, and what was chosen",
     case((conditions.count() > 9, drugs.last().start), (conditions.exists(), drugs.first().start)),
     {(ILL, 7), (DRUG, 5)}),
    ("no branch", when(conditions.count() > 9).then(1).otherwise_missing(), {(ILL, 7)}),
    ("at each: what decided about the rows that stay",
     drugs.where(drugs.at_each(conditions.after(index.start).exists())).count(), {(DRUG, 5), (ILL, 7)}),
    ("a row's own index", visits.where(visits.at_each(drugs.between(index.start, index.end).exists())).exists(), set()),
    ("age", the_person.age_on(LABS.first().start), {("person", 7), (LAB, 1)}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "evidence"), [pytest.param(*rest, id=name) for name, *rest in CASES])
def test_what_decided(value: Series, evidence: set[tuple[str, int]]) -> None:
    (found,) = explain_dataset(Dataset(everyone(), {"value": value}), RESOLVED, RECORD, today=TODAY)
    assert found.variables["value"].evidence == tuple(sorted(Evidence(*row) for row in evidence))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn.records(), st.sampled_from([drawn.LABS, drawn.DRUGS]), drawn.frames())
def test_what_is_explained_is_the_answer_and_the_evidence_is_there(record: Any, table: Any, frame: Any) -> None:
    dataset = Dataset(Every(table), (Variable("n", Aggregate("count", frame)),))
    told = explain_dataset(dataset, drawn.RESOLVED, record, today=drawn.TODAY)
    rows = compiled(dataset, drawn.RESOLVED).rows(record, today=drawn.TODAY)
    assert [(*one.entry, one.variables["n"].value) for one in told] == [tuple(row.values()) for row in rows]
    for one in told:
        n, evidence = one.variables["n"]
        assert n == 0 or evidence
        assert all(key in {row[KEY] for row in record.table(name).rows} for name, key in evidence)


def test_a_cohort_says_which_step_kept_an_entry_out() -> None:
    bled = Criterion("bled within a day", conditions.of(BLEEDING).after(index.start, within=days(1)).exists())
    measured = Criterion("last value over 3", LABS.last().value_as_number.of_any_unit() > 3)
    cohort = Cohort("c", every(drugs), [Keep("first"), bled, measured])
    told = explain_cohort(cohort, RESOLVED, RECORD, today=TODAY)
    first, second = told.candidates
    assert (first.entry.entry_id, [step.name for step in first.steps]) == (5, ["first", bled.name])
    assert first.failed == first.steps[-1]
    assert (first.failed.value, first.failed.evidence) == (False, ())
    assert second.failed is not None
    assert (second.failed.name, second.failed.value) == ("first", False)
    assert told.stays == ()


def test_a_criterion_that_is_missing_says_for_want_of_what() -> None:
    measured = Criterion("last value over 3", LABS.last().value_as_number.of_any_unit() > 3)
    told = explain_cohort(Cohort("c", every(drugs), [measured]), RESOLVED, RECORD, today=TODAY)
    failed = told.candidates[0].failed
    assert failed is not None
    assert (failed.value, failed.evidence) == (None, (Evidence(LAB, 3),))


def test_who_passes_stays() -> None:
    told = explain_cohort(Cohort("c", every(drugs)), RESOLVED, RECORD, today=TODAY)
    assert [candidate.failed for candidate in told.candidates] == [None, None]
    assert [(one.start, one.end) for one in told.stays] == [(d(1, 1, 0), d(1, 20, 0))]


def test_a_score_says_what_became_of_each_item() -> None:
    score = Score("s", [
        Item("bleed", conditions.of(BLEEDING).exists(), 2), Item("high", LABS.last().value_as_number.of_any_unit() > 3),
        Item("old", the_person.age_on(index.start) >= 75, 3),
    ], [Band("low", 0), Band("high", 2)])  # fmt: skip
    (told,) = explain_score(score, everyone(), RESOLVED, RECORD, today=TODAY)
    assert (told.total, told.band) == (2, "high")
    assert [(item.name, item.points, item.evidence) for item in told.met()] == [("bleed", 2, (Evidence(ILL, 7),))]
    assert [(item.name, item.points, item.evidence) for item in told.unjudged()] == [
        ("high", None, (Evidence(LAB, 3),))
    ]
    assert [item.met for item in told.items] == [True, None, False]
