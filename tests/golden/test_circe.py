"""Cohort expressions of ATLAS mean what Circe makes of them: every case, on every engine"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from golden.circe import drawn
from medark.define.compile import compile_cohort
from medark.define.memory import compiled
from medark.flows.definitions.plans import make, rows
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.spark import Spark
from spec.drawn import TODAY
from spec.engines import records, resolved

CASES = drawn.cases()


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("scratch"), threads=1).session() as session:
        yield session


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_stays_are_as_drawn_in_memory(case: drawn.Case) -> None:
    assert case.about
    ready = compiled(case.dataset, resolved(case.dataset))
    found = [row for record in records(case.tables) for row in ready.rows(record, today=TODAY)]
    assert drawn.answered(found) == case.stays


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_stays_are_as_drawn_on_duckdb(case: drawn.Case, duckdb: Session) -> None:
    drawn.bind(duckdb, case)
    plan = compile_cohort(case.cohort, resolved(case.dataset), today=TODAY)
    make(duckdb, plan)
    assert drawn.answered(rows(duckdb, plan.result).to_pylist()) == case.stays


@pytest.mark.parametrize("name", ["correlated", "drug_era_end"])
def test_stays_are_as_drawn_on_spark(name: str, spark: Spark) -> None:
    case = next(one for one in CASES if one.name == name)
    with spark.session() as session:
        drawn.bind(session, case)
        plan = compile_cohort(case.cohort, resolved(case.dataset), today=TODAY)
        make(session, plan)
        assert drawn.answered(rows(session, plan.result).to_pylist()) == case.stays
