"""Cases that are kept: memory, plainly and quickly, and DuckDB give one answer"""

from __future__ import annotations

import pytest

from equivalence.answers import disagreements, disagreements_of_cohort
from equivalence.found import COHORTS, DATASETS
from equivalence.world import world
from medark.define.definitions import Cohort, Dataset
from medark.store.engine import Session


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=DATASETS.keys())
def test_engines_agree(duckdb: Session, dataset: Dataset) -> None:
    assert disagreements(duckdb, dataset, world(0)) == []


@pytest.mark.parametrize("cohort", COHORTS.values(), ids=COHORTS.keys())
def test_engines_agree_on_cohorts(duckdb: Session, cohort: Cohort) -> None:
    assert disagreements_of_cohort(duckdb, cohort, world(0)) == []
