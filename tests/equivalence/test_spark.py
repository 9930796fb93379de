"""Drawn definitions on a real Spark give the answers of memory"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from equivalence.answers import RESOLVED, TODAY, differences, disagreements_of_cohort, in_memory
from equivalence.drawing import TIMES, seeded
from equivalence.sessions import on_engine
from equivalence.world import world
from medark.define.definitions import Dataset
from medark.store.engine import Session
from medark.store.spark import Spark

# A case takes Spark a second whatever it asks, so each asks for much; seeds, as shrinking would take an hour.
DATASETS, COHORTS = range(10_000, 10_000 + 40 * TIMES), range(20_000, 20_000 + 5 * TIMES)
VARIABLES = 5


@pytest.fixture(scope="module")
def session(spark: Spark) -> Iterator[Session]:
    with spark.session() as session:
        yield session


@pytest.mark.parametrize("seed", DATASETS)
def test_datasets_are_those_of_memory(session: Session, spark: Spark, seed: int) -> None:
    draw, tables = seeded(seed), world(seed)
    dataset = Dataset(draw.population(), draw.variables(VARIABLES))
    answer = on_engine(session, dataset, tables, RESOLVED, TODAY)
    assert differences(answer, in_memory(dataset, tables)) == []


@pytest.mark.parametrize("seed", COHORTS)
def test_cohorts_are_those_of_memory(session: Session, spark: Spark, seed: int) -> None:
    assert disagreements_of_cohort(session, seeded(seed).cohort(), world(seed)) == []
