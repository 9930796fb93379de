"""What engines once disagreed on: drawn, made as small as it gets, and kept"""

from __future__ import annotations

import pytest

from equivalence.answers import disagreements
from equivalence.leaves import MANY
from equivalence.world import world
from medark.define.definitions import Dataset
from medark.define.definitions.variables import Variable
from medark.define.kinds import Kind
from medark.define.nodes import (
    Aggregate,
    AtEach,
    Call,
    Column,
    Every,
    Everyone,
    Filter,
    InConcepts,
    Literal,
    Missing,
    Pick,
    PickedColumn,
    Population,
    Table,
    Value,
)
from medark.store.engine import Session

VISITS, DRUGS, LABS, DEATHS = map(Table, ("visit_occurrence", "drug_exposure", "measurement", "death"))
LAST_LAB = PickedColumn(Pick(LABS, (Column(LABS, "start"),), last=True), "end_date")


def _in_long_list(table: Table) -> Filter:
    """Rows whose concept is in a set too long to be written out."""
    return Filter(table, InConcepts(Column(table, "concept"), MANY))


VALUES: dict[str, Value] = {
    "a role of a row picked by a long concept list": PickedColumn(Pick(_in_long_list(DRUGS), (LAST_LAB,)), "visit"),
    "a long concept list of what is known at each row": Aggregate(
        "count", Filter(VISITS, InConcepts(AtEach(VISITS, Missing(Kind.KEY)), MANY))
    ),
    "a row as index from another day, which nobody asks for": Aggregate(
        "sum", Filter(DRUGS, AtEach(DRUGS, Aggregate("exists", LABS), start=LAST_LAB)), Literal(1, Kind.WHOLE)
    ),
    "the year of a missing time is no fraction": Call(
        "if_missing", (Call("year", (Missing(Kind.DATETIME),)), Literal(0, Kind.WHOLE))
    ),
    "the beginning of a text by a missing length": Call("beginning", (Literal("I21", Kind.TEXT), Missing(Kind.WHOLE))),
}
POPULATIONS: dict[str, Population] = {
    "entries that end on a day of the person": Every(DEATHS, end=LAST_LAB),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_values(duckdb: Session, value: Value) -> None:
    assert disagreements(duckdb, Dataset(Everyone(), (Variable("v", value),)), world(0)) == []


@pytest.mark.parametrize("population", POPULATIONS.values(), ids=POPULATIONS.keys())
def test_populations(duckdb: Session, population: Population) -> None:
    assert disagreements(duckdb, Dataset(population, ()), world(0)) == []
