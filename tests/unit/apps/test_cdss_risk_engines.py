"""On the engine each risk, and each diagnosis, is what it is in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cdss_known import LIPIDS, answer, born, clinic, made, measured
from equivalence.answers import differences
from equivalence.sessions import on_engine
from medark.define.memory import compiled
from medark.sdk.testing import TinyLake
from medark.store.duckdb import DuckDB
from medark.store.engine import Session

DATASETS = ("diagnoses", "risk_pce", "risk_cha2ds2_vasc", "risk_findrisc", "risk_egfr", "risk_china_par")


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("duckdb"), memory="500MB", threads=1).session() as session:
        yield session


@pytest.fixture(scope="module")
def lake() -> TinyLake:
    """Somebody of whom all is known, of whom nothing is, who is ill, of no known sex, and too young."""
    lake = clinic()
    known, _unknown, ill, nobody, young = (
        lake.person(born(age), sex) for age, sex in ((60, "M"), (60, "F"), (76, "F"), (55, ""), (17, "M"))
    )
    for who in (known, nobody, young):
        measured(lake, who, **LIPIDS, creatinine=(1.1, "mg/dL"), waist=(95.0, "cm"))
        lake.measured(who, "weight", 80.0, "kg", at="2024-06-01")
        lake.measured(who, "height", 175.0, "cm", at="2024-06-01")
    for item in ("smoker", "diabetes", "cardiovascular", "family_first", "urban", "family_history", "inactive"):
        answer(lake, known, item, 1.0 if item == "smoker" else 0.0)
    for code in ("I48.900x004", "I10.x00x002", "E11.900", "N18.904", "I63.900"):
        lake.row("condition_occurrence", ill, "x", at="2024-01-01", condition_source_value=code)
    lake.row("drug_exposure", ill, "x", at="2024-05-01", until="2024-08-01", drug_source_value="苯磺酸氨氯地平片")
    lake.row("drug_exposure", known, "x", at="2024-05-01", until="2024-08-01", drug_source_value="布洛芬缓释胶囊")
    lake.measured(ill, "fasting glucose", 8.1, "mmol/L", at="2020-01-01")
    return lake


def tables(lake: TinyLake) -> dict[str, dict[str, list[Any]]]:
    """The rows of everybody, by table and column."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for person, held in lake._rows.items():
        for table, of in held.items():
            rows.setdefault(table, []).extend({**row, "person_id": person} for row in of)
    return {
        table: {name: [row.get(name) for row in of] for name in dict.fromkeys(key for row in of for key in row)}
        for table, of in rows.items()
    }


@pytest.mark.parametrize("name", DATASETS)
def test_a_dataset(duckdb: Session, lake: TinyLake, name: str) -> None:
    (asked,) = [one.dataset for one in made(china_par=True).datasets if one.name == name]
    sets, day = lake._resolved([asked]), lake.now.date()
    ready = compiled(asked, sets)
    here = [row for person in lake._rows for row in ready.rows(lake._record(person), today=day)]
    assert len(here) == len(lake._rows)
    assert differences(on_engine(duckdb, asked, tables(lake), sets, day), here) == []


def test_every_dataset_is_held_against_the_engine() -> None:
    assert tuple(one.name for one in made(china_par=True).datasets) == DATASETS
