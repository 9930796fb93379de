"""The manual of the definition language is true: every case, on every engine"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from medark.define import nodes
from medark.define.nodes import Call, Node
from medark.define.nodes.values import Value
from medark.define.operators import AGGREGATES, OPERATORS
from medark.errors import DefinitionError
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.spark import Spark
from spec.drawn import Case, Rows, cases
from spec.engines import as_dataset, in_memory, in_session, kinds_of, told
from spec.together import asked_together

CASES = cases()
ANSWERED = [case for case in CASES if not case.refused]
REFUSED = [case for case in CASES if case.refused]


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case.name)
def test_in_memory(case: Case) -> None:
    page, engine = told(case, in_memory(case))
    assert engine == page


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("duckdb"), memory="500MB", threads=1).session() as session:
        yield session


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case.name)
def test_on_duckdb(case: Case, duckdb: Session) -> None:
    page, engine = told(case, in_session(duckdb, case))
    assert engine == page


@pytest.fixture(scope="module")
def answered_by_spark(spark: Spark) -> dict[str, Rows]:
    with spark.session() as session:
        return asked_together(session, ANSWERED)


@pytest.mark.parametrize("case", ANSWERED, ids=lambda case: case.name)
def test_on_spark(case: Case, answered_by_spark: dict[str, Rows]) -> None:
    page, engine = told(case, answered_by_spark[case.name])
    assert engine == page


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_what_is_refused_says_what_to_write(case: Case) -> None:
    with pytest.raises(DefinitionError) as caught:
        as_dataset(case)
    assert case.refused in str(caught.value)


def test_every_node_and_operator_is_in_the_manual() -> None:
    met = [as_dataset(case) for case in ANSWERED]
    classes = {kind for dataset in met for kind in kinds_of(dataset)}
    operators = {node.operator for dataset in met for node in dataset.walk() if isinstance(node, Call)}
    aggregates = {node.name for dataset in met for node in dataset.walk() if isinstance(node, nodes.Aggregate)}
    known = {value for value in vars(nodes).values() if isinstance(value, type) and issubclass(value, Node)}
    assert known - classes == {nodes.Node, Value, nodes.Frame, nodes.Root, nodes.Population}
    assert set(OPERATORS) - operators == set()
    assert set(AGGREGATES) - aggregates == set()
