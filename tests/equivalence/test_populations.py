"""Populations inside each other, cohorts and their attrition: memory and DuckDB give the same entries"""

from __future__ import annotations

from hypothesis import given

from equivalence.answers import RESOLVED, TODAY, differences, disagreements, in_memory, records
from equivalence.drawing import SEEDS, DrawnDefinitions, cases, drawn
from equivalence.sessions import made, on_engine, planned
from equivalence.world import world
from medark.define.definitions import Cohort, Dataset
from medark.define.memory import attrition
from medark.store.engine import Session


def selected(draw: DrawnDefinitions) -> Dataset:
    """Entries of populations inside each other, with one value."""
    return Dataset(draw.population(depth=3), draw.variables(1))


@cases(400)
@given(dataset=drawn(selected), seed=SEEDS)
def test_engines_agree_on_entries(duckdb: Session, dataset: Dataset, seed: int) -> None:
    assert disagreements(duckdb, dataset, world(seed)) == []


@cases(250)
@given(cohort=drawn(DrawnDefinitions.cohort), seed=SEEDS)
def test_cohorts_have_the_same_stays_and_attrition(duckdb: Session, cohort: Cohort, seed: int) -> None:
    tables, plan = world(seed), planned(cohort, RESOLVED, TODAY)
    stays, steps = made(duckdb, cohort, plan, tables, (plan.result, "attrition"))
    assert differences(stays, in_memory(Dataset(cohort, {}), tables)) == []
    left = attrition(cohort.population, RESOLVED, records(tables), today=TODAY)
    told = {row["step_no"]: (row["name"], row["entries"], row["persons"]) for row in steps}
    assert told == dict(enumerate(map(tuple, left)))


@cases(100)
@given(dataset=drawn(selected), seed=SEEDS)
def test_asked_of_some_people_they_have_the_rows_they_had(duckdb: Session, dataset: Dataset, seed: int) -> None:
    tables, people = world(seed), {2, 3, 5, 99}
    some = on_engine(duckdb, dataset, tables, RESOLVED, TODAY, people)
    assert differences(some, [row for row in in_memory(dataset, tables) if row["person_id"] in people]) == []
