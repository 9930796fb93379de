"""Cases that are kept: memory, plainly and quickly, and DuckDB give one answer"""

from __future__ import annotations

import pytest

from equivalence.answers import disagreements
from equivalence.found import DATASETS
from equivalence.world import world
from medark.define.definitions import Dataset
from medark.store.engine import Session


@pytest.mark.parametrize("dataset", DATASETS.values(), ids=DATASETS.keys())
def test_engines_agree(duckdb: Session, dataset: Dataset) -> None:
    assert disagreements(duckdb, dataset, world(0)) == []
