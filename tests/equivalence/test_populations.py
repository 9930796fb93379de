"""Populations inside each other, cohorts and their attrition: memory and DuckDB give the same entries"""

from __future__ import annotations

from hypothesis import given

from equivalence.answers import disagreements, disagreements_of_cohort, disagreements_on_some
from equivalence.drawing import SEEDS, DrawnDefinitions, cases, drawn
from equivalence.world import world
from medark.define.definitions import Cohort, Dataset
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
    assert disagreements_of_cohort(duckdb, cohort, world(seed)) == []


@cases(100)
@given(dataset=drawn(selected), seed=SEEDS)
def test_asked_of_some_people_they_have_the_rows_they_had(duckdb: Session, dataset: Dataset, seed: int) -> None:
    assert disagreements_on_some(duckdb, dataset, world(seed), {2, 3, 5, 99}) == []
