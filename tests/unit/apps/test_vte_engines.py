"""On the engine the datasets and indicators of thrombosis are those of memory, within half a gigabyte."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from equivalence.answers import differences
from equivalence.sessions import on_engine
from medark.define import Measure
from medark.define.memory import compiled
from medark.sdk.testing import TinyLake
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from vte_ward import answer, gave, inpatient, made, operated, ward

PARTS = {"denominator": "in_denominator", "excluded": "excluded", "numerator": "in_numerator"}


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("duckdb"), memory="500MB", threads=1).session() as session:
        yield session


@pytest.fixture(scope="module")
def lake() -> TinyLake:
    """Two in hospital, three who were: at risk or not, protected or not, bleeding or not."""
    lake = ward()
    ill, operated_on = inpatient(lake, "1950-04-12", "M"), inpatient(lake)
    lake.diagnosed(ill, "heart failure", "2024-07-01 10:00")
    lake.measured(ill, "creatinine", 2.5, "mg/dL", "2024-07-02 07:00")
    lake.measured(ill, "D-dimer", 0.7, "mg/L", "2024-07-02 07:00")
    operated(lake, operated_on, "81.5100")
    gave(lake, operated_on, "依诺肝素钠注射液")
    for item in ("assessed", "varicose_veins"):
        answer(lake, operated_on, item)
    for number in range(3):
        who = lake.person("1954-01-01")
        lake.visited(who, "inpatient stay", "2024-05-01 09:00", "2024-05-10")
        answer(lake, who, "previous_vte", float(number > 0), at="2024-05-01 10:00")
        answer(lake, who, "assessed", at=f"2024-05-0{number + 1} 10:00")
        if number == 1:
            gave(lake, who, "enoxaparin", "2024-05-03")
            lake.measured(who, "platelets", 40.0, "10*9/L", "2024-05-08 07:00")
            lake.diagnosed(who, "venous thromboembolism", "2024-05-06")
    return lake


def tables(lake: TinyLake) -> dict[str, dict[str, list[Any]]]:
    """The rows of everybody, by table and column."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for person_id, held in lake._rows.items():
        for table, of in held.items():
            rows.setdefault(table, []).extend({**row, "person_id": person_id} for row in of)
    return {
        table: {name: [row.get(name) for row in of] for name in dict.fromkeys(key for row in of for key in row)}
        for table, of in rows.items()
    }


@pytest.mark.parametrize("name", [one.name for one in made().datasets])
def test_a_dataset(duckdb: Session, lake: TinyLake, name: str) -> None:
    (dataset,) = [one.dataset for one in made().datasets if one.name == name]
    found = on_engine(duckdb, dataset, tables(lake), lake._resolved([dataset]), lake.now.date())
    assert len(found) == {"discharges": 3, "report": 2}.get(name, 2)
    assert differences(found, lake.dataset(made(), name)) == []


@pytest.mark.parametrize("name", [one.name for one in made().measures])
def test_an_indicator(duckdb: Session, lake: TinyLake, name: str) -> None:
    (measure,) = [one.measure for one in made().measures if one.name == name]
    found = on_engine(duckdb, measure, tables(lake), lake._resolved([measure]), lake.now.date())
    assert {str(row["period"]): {part: row[part] for part in PARTS} for row in found} == counted(lake, measure)


def counted(lake: TinyLake, measure: Measure) -> dict[str, dict[str, int]]:
    """What memory counts, by quarter."""
    ready = compiled(measure.rows, lake._resolved([measure.rows]))
    counts: dict[str, Counter[str]] = {}
    for person_id in lake._rows:
        for row in ready.rows(lake._record(person_id), today=lake.now.date()):
            of_quarter = counts.setdefault(str(row["period"]), Counter())
            of_quarter.update({part: int(row[held]) for part, held in PARTS.items()})
    return {quarter: dict(count) for quarter, count in counts.items()}
