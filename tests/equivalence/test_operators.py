"""Every operator with arguments of every kind that it takes, written, computed and missing: all engines agree"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from equivalence.answers import disagreements
from equivalence.drawing import of_operators
from equivalence.world import world
from medark.define.operators import OPERATORS
from medark.store.engine import Session
from medark.store.spark import Spark

SOME = [[*OPERATORS][first::5] for first in range(5)]  # a question takes Spark a second, whatever it asks


@pytest.fixture(scope="module")
def session(spark: Spark) -> Iterator[Session]:
    with spark.session() as session:
        yield session


@pytest.mark.parametrize("names", SOME, ids=" ".join)
def test_on_duckdb(duckdb: Session, names: Sequence[str]) -> None:
    assert disagreements(duckdb, of_operators(names), world(0, people=1)) == []


@pytest.mark.parametrize("names", SOME, ids=" ".join)
def test_on_spark(session: Session, spark: Spark, names: Sequence[str]) -> None:
    assert disagreements(session, of_operators(names), world(0, people=1)) == []
