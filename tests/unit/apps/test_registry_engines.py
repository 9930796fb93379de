"""On the engine the datasets and measures of registries are those of memory, within half a gigabyte."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from equivalence.answers import differences
from equivalence.sessions import on_engine
from medark.sdk.testing import TinyLake
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from registry_people import answered, diabetic, gave, lake, made, visited


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("duckdb"), memory="500MB", threads=1).session() as session:
        yield session


@pytest.fixture(scope="module")
def people() -> TinyLake:
    """One measured, one who died, one with two other diseases, one with none."""
    tiny = lake()
    first, dead = diabetic(tiny, "2023-02-28"), diabetic(tiny, "2023-06-01", "1935-03-01", "M")
    tiny.measured(first, "HbA1c", 7.2, "%", at="2023-08-30")
    tiny.measured(first, "systolic blood pressure", 142, "mm[Hg]", at="2024-02-28")
    tiny.measured(first, "creatinine", 88.4, "umol/L", at="2024-02-28")
    tiny.measured(first, "glucose", 3.1, "mmol/L", at="2024-03-01")
    answered(tiny, first, "registry:smoking", 3, "2023-03-01")
    gave(tiny, first, "二甲双胍", "2024-03-01")
    tiny.visited(first, "inpatient stay", "2024-03-01", "2024-03-04")
    tiny.row("death", dead, "some cause", at="2023-11-01")
    other = tiny.person("1950-01-01", "M")
    for code, day in (("J44.1", "2023-01-31"), ("C34.1", "2024-02-29")):
        tiny.row("condition_occurrence", other, "some code", at=day, condition_source_value=code)
    tiny.row("procedure_occurrence", other, "", at="2024-03-05", procedure_source_value="32.4100")
    answered(tiny, other, "registry:lung_stage", 8, "2024-03-02")
    answered(tiny, other, "registry:mmrc", 2, "2024-03-02")
    visited(tiny, other, "2024-03-05")
    tiny.person()
    return tiny


def tables(tiny: TinyLake) -> dict[str, dict[str, list[Any]]]:
    """The rows of everybody, by table and column."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for person_id, held in tiny._rows.items():
        for table, of in held.items():
            rows.setdefault(table, []).extend({**row, "person_id": person_id} for row in of)
    return {
        table: {name: [row.get(name) for row in of] for name in dict.fromkeys(key for row in of for key in row)}
        for table, of in rows.items()
    }


ROWS = {
    "t2dm": 2, "t2dm_visits": 18, "t2dm_overdue": 1, "t2dm_stay": 1, "t2dm_low_glucose": 1, "copd": 1,
    "copd_visits": 11, "lung_cancer": 1, "lung_cancer_overdue": 1, "lung_cancer_operation": 1,
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_a_dataset(duckdb: Session, people: TinyLake, name: str) -> None:
    (dataset,) = [one.dataset for one in made().datasets if one.name == name]
    found = on_engine(duckdb, dataset, tables(people), people._resolved([dataset]), people.now.date())
    assert len(found) == ROWS[name]
    assert differences(found, people.dataset(made(), name)) == []


@pytest.mark.parametrize("name", ["t2dm_hba1c_overdue", "lung_cancer_stage_overdue", "lung_cancer_ct_overdue"])
def test_a_task(duckdb: Session, people: TinyLake, name: str) -> None:
    (rule,) = [one for one in made().tasks if one.name == name]
    found = on_engine(duckdb, rule.asked, tables(people), people._resolved([rule.asked]), people.now.date())
    assert {row["person_id"] for row in found if row["fires"]} == {one.person_id for one in people.tasks(made(), name)}


def test_a_measure_by_quarter(duckdb: Session, people: TinyLake) -> None:
    """HbA1c is expected at months 0 to 60 by sixes: eleven windows of the first, who has one at month 6 (28 August),
    and two of who died on 1 November: month 6 opens on 17 October.
    """
    (measure,) = [one.measure for one in made().measures if one.name == "t2dm_hba1c_complete"]
    found = on_engine(duckdb, measure, tables(people), people._resolved([measure]), people.now.date())
    assert {str(row["period"]): row["numerator"] for row in found if row["numerator"]} == {"2023-07-01": 1}
    assert sum(row["denominator"] for row in found) == 13
