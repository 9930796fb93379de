"""Made-up populations: the branches of a definition are taken, and those that can't be are told."""

from __future__ import annotations

import datetime as dt

import pytest

from equivalence.drawing import seeded
from medark.define import (
    Card,
    Cohort,
    Criterion,
    Dataset,
    Frame,
    Keep,
    Rule,
    Series,
    codes,
    concepts,
    conditions,
    days,
    drugs,
    every,
    everyone,
    hours,
    index,
    measurements,
    person,
    visits,
)
from medark.define.answers import reads
from medark.define.concepts.ids import ConceptIds
from medark.define.definitions import Definition
from medark.define.dummy import TODAY, Dummy, dummy_population
from medark.define.tables import event_table
from medark.errors import DefinitionError
from medark.model import omop
from medark.model.table import Type
from unit.define.answers.examples import EXAMPLES
from unit.define.dummy.people import answers

SIZE = 60
DIABETES = concepts("diabetes", 201826)
POTASSIUM = measurements.of(concepts("potassium", 3023103))

# What no data can take: totals under 0, a visit in no visit; and a stay of one very length, which is hard to hit.
IMPOSSIBLE = {
    "stroke_risk": {("band", True), ("band", False)},
    "readmission": {("excluded", True)},
    "nested": {("long", True)},
}
PYTHON = {
    Type.INTEGER: int, Type.BIGINT: int, Type.FLOAT: float, Type.TEXT: str, Type.DATE: dt.date,
    Type.DATETIME: dt.datetime, Type.BOOLEAN: bool,
}  # fmt: skip


def made(value: Series) -> Dummy:
    return dummy_population(Dataset(everyone(TODAY), {"a": value}), 40)


@pytest.fixture(scope="module")
def populations() -> dict[str, Dummy]:
    return {name: dummy_population(definition, SIZE, seed=3) for name, definition in EXAMPLES.items()}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_branch_is_taken_that_can_be(name: str, populations: dict[str, Dummy]) -> None:
    found = populations[name]
    assert {(one.where, one.outcome) for one in found.untaken} <= IMPOSSIBLE.get(name, set())
    assert len(found.untaken) <= 2
    assert found.taken
    assert not found.left_out


@pytest.mark.parametrize("name", EXAMPLES)
def test_rows_are_as_the_model_wants_them(name: str, populations: dict[str, Dummy]) -> None:
    found = populations[name]
    people = set(found.tables["person"]["person_id"])
    assert len(people) == SIZE
    for table, columns in found.tables.items():
        spec = event_table(table)
        assert len({len(values) for values in columns.values()}) == 1
        assert set(columns[spec.person]) <= people
        assert len(set(columns[spec.key])) == len(columns[spec.key])
        assert {column.name for column in omop.tables()[table].columns if column.required} <= set(columns)
        for column in omop.lake_columns(table):
            for value in columns.get(column.name, ()):
                assert not column.required if value is None else type(value) is PYTHON[column.type]


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_time_is_on_its_day(name: str, populations: dict[str, Dummy]) -> None:
    for table, columns in populations[name].tables.items():
        spec = event_table(table)
        for day, time in ((spec.start, spec.start_time), (spec.end, spec.end_time)):
            if day in columns and time in columns:
                pairs = zip(columns[day], columns[time], strict=True)
                assert all(moment is None or moment.date() == date for date, moment in pairs)


def test_the_same_seed_gives_the_same_people_and_another_gives_others() -> None:
    first, again, other = (dummy_population(EXAMPLES["kidney"], 20, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.tables != other.tables


@pytest.mark.parametrize(("name", "column"), [("high_potassium", "fires"), ("stroke_risk", "item_heart_failure")])
def test_answers_go_both_ways_where_it_is_run(name: str, column: str, populations: dict[str, Dummy]) -> None:
    seen = {line[column] for line in answers(EXAMPLES[name], populations[name])}
    assert {True, False} <= seen


def test_a_cohort_lets_some_people_in_and_each_criterion_keeps_some_out(populations: dict[str, Dummy]) -> None:
    lines = answers(EXAMPLES["new_users"], populations["new_users"])
    assert 0 < len({line["person_id"] for line in lines}) < SIZE
    wheres = {(one.where, one.outcome) for one in populations["new_users"].taken}
    assert {(name, way) for name in ("adult", "diabetes", "not_gestational") for way in (True, False)} <= wheres


def test_values_are_on_a_limit_and_to_both_sides_of_it() -> None:
    found = made(POTASSIUM.last().value_in("mmol/L", unit_if_missing="mmol/L") > 6.0)
    assert not found.untaken
    sides = {" < 6", " == 6", " > 6"}
    assert {side for side in sides for one in found.taken if side in one.what} == sides
    assert any(one.outcome is None for one in found.taken)  # of whom it is not known


@pytest.mark.parametrize(
    "frame",
    [
        drugs.before(index.start, within=days(90)),
        drugs.after(index.start_date, within=days(7), bounds="[)"),
        drugs.between(index.start - hours(48), index.start + hours(1)),
        drugs.overlapping(index.start_date - days(30), index.end_date),
        drugs.before(index.start, by="end"),
    ],
)
def test_rows_lie_on_both_edges_of_a_window_and_on_both_sides_of_each(frame: Frame) -> None:
    assert not made(frame.exists()).untaken


@pytest.mark.parametrize(
    "value",
    [
        conditions.of(DIABETES).count() >= 3,
        (conditions.of(DIABETES).count() == 0) & (drugs.count() > 5),
        person.age_on(index.start) >= 18,
        visits.where(visits.start.hour >= 22).exists(),
        conditions.of(codes("MI", "ICD10CM", "I21", prefix=True), source=True).exists(),
        conditions.where(conditions.condition_source_value.starts_with("I21", "I2")).exists(),
        POTASSIUM.paired_with(POTASSIUM, within=hours(48))
        .where(POTASSIUM.paired_with(POTASSIUM, within=hours(48)).right.value_in("mmol/L") > 5.0)
        .exists(),
        drugs.run_together(gap=days(30)).where(drugs.run_together(gap=days(30)).events >= 2).exists(),
        conditions.where(conditions.at_each(drugs.after(index.start, within=days(7)).exists())).exists(),
    ],
)
def test_a_condition_goes_both_ways(value: Series) -> None:
    found = made(value)
    assert {one.outcome for one in found.taken if one.where == "a"} >= {True, False}
    assert not found.untaken


def test_what_no_data_can_take_is_told() -> None:
    both = (person.age_on(index.start) > 60) & (person.age_on(index.start) < 20)
    found = dummy_population(Cohort("c", visits, [Keep("first"), Criterion("old and young", both)]), 30)
    untaken = {(one.where, one.outcome) for one in found.untaken}
    assert {("old and young", True), ("cohort", True)} <= untaken


def test_few_people_take_few_branches_and_say_so() -> None:
    found = dummy_population(EXAMPLES["new_users"], 1)
    assert len(found.tables["person"]["person_id"]) == 1
    assert found.untaken


def test_ids_are_those_that_sets_come_to() -> None:
    rule = Rule("r", conditions.of(DIABETES).exists(), Card("一", "one"))
    found = dummy_population(rule, 30, resolved={DIABETES: ConceptIds(frozenset({44054006}))})
    assert set(found.tables["condition_occurrence"]["condition_concept_id"]) <= {44054006, 0}


def test_today_is_the_day_that_is_given() -> None:
    definition: Definition = Dataset(everyone(), {"a": visits.where(visits.start_date == index.start_date).exists()})
    day = dt.date(2019, 5, 5)
    found = dummy_population(definition, 20, today=day)
    assert not found.untaken
    assert day in found.tables["visit_occurrence"]["visit_start_date"]


@pytest.mark.parametrize("size", [0, -1, 10_001])
def test_a_size_past_bounds_is_refused(size: int) -> None:
    with pytest.raises(DefinitionError):
        dummy_population(Dataset(every(visits), {}), size)


@pytest.mark.parametrize("seed", [0, 3, 8])
def test_whatever_can_be_drawn_has_people(seed: int) -> None:
    dataset = seeded(seed).dataset()
    found = dummy_population(dataset, 10)
    assert len(found.tables["person"]["person_id"]) == 10
    assert set(reads(dataset)) <= set(found.tables)


def test_a_graph_is_followed_once() -> None:
    shared = conditions.exists()
    for _ in range(40):
        shared = shared | (drugs.exists() & shared)
    assert dummy_population(Dataset(everyone(TODAY), {"a": shared}), 10).taken
