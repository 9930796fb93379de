"""Definitions over every kind of node: memory, plainly and quickly, and DuckDB give one answer"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equivalence.answers import RESOLVED, TODAY, differences, in_memory, plainly
from equivalence.drawing import datasets
from equivalence.sessions import on_engine
from equivalence.world import world
from medark.define.definitions import Dataset
from medark.store.duckdb import DuckDB
from medark.store.engine import Session

MANY = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("duckdb"), memory="500MB", threads=1).session() as session:
        yield session


@MANY
@given(dataset=datasets(), seed=st.integers(0, 1 << 20))
def test_quick_is_plain(dataset: Dataset, seed: int) -> None:
    tables = world(seed)
    assert differences(in_memory(dataset, tables), plainly(dataset, tables)) == []


@MANY
@given(dataset=datasets(), seed=st.integers(0, 1 << 20))
def test_duckdb_is_memory(duckdb: Session, dataset: Dataset, seed: int) -> None:
    tables = world(seed)
    assert differences(on_engine(duckdb, dataset, tables, RESOLVED, TODAY), in_memory(dataset, tables)) == []
