"""Values over every kind of node: memory, plainly and quickly, and DuckDB give one answer"""

from __future__ import annotations

from hypothesis import given

from equivalence.answers import disagreements
from equivalence.drawing import SEEDS, cases, datasets
from equivalence.world import world
from medark.define.definitions import Dataset
from medark.store.engine import Session


@cases(1000)
@given(dataset=datasets(), seed=SEEDS)
def test_engines_agree(duckdb: Session, dataset: Dataset, seed: int) -> None:
    assert disagreements(duckdb, dataset, world(seed)) == []
