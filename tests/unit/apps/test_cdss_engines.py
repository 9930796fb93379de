"""On the engine each card fires for whom it fires in memory, and says the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from cdss_bedside import Bedside, made
from equivalence.answers import differences
from equivalence.sessions import on_engine
from medark.define import everyone
from medark.define.memory import compiled
from medark.sdk.testing import TinyLake
from medark.store.duckdb import DuckDB
from medark.store.engine import Session

# Whom each card is shown to, of those below. (1 takes much, 2 is ill, 3 is well, 4 is old.)
FIRES = {
    "critical_value": {2}, "acute_kidney_injury": {2}, "news2_high": {2}, "news2_medium": {4}, "qsofa": {2},
    "delta_check": {2}, "missing_test": {4}, "allergy": {1}, "allergy_cross": {1}, "allergy_remote": {4},
    "allergy_same_drug": {4}, "interaction_contraindicated": {1}, "interaction_major": {1}, "interaction_moderate": {4},
    "qt_two_drugs": {1}, "qt_at_risk": {1}, "renal_stop": {2}, "renal_dose": {2}, "duplicate_class": {1},
    "duplicate_drug": {4}, "elderly": {4},
}  # fmt: skip


@pytest.fixture(scope="module")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    with DuckDB(tmp_path_factory.mktemp("duckdb"), memory="500MB", threads=1).session() as session:
        yield session


@pytest.fixture(scope="module")
def lake() -> TinyLake:
    """Four people."""
    takes, ill, well, old = (Bedside("1970-01-01") for _ in range(4))
    takes.takes(
        "华法林钠片", "布洛芬缓释胶囊", "克拉霉素片", "胺碘酮片", "辛伐他汀片", "阿托伐他汀钙片", "阿莫西林胶囊"
    )
    takes.takes("注射用头孢曲松钠").allergic("青霉素类").measured("potassium", 3.2, "mmol/L")
    ill.takes("盐酸二甲双胍片", "注射用美罗培南").vital(resp_rate=25, sbp=85, pulse=135, gcs=13)
    ill.measured("creatinine", 80, "umol/L", "2024-07-01 07:00").measured("creatinine", 3.5, "mg/dL")
    ill.measured("potassium", 4.2, "mmol/L", "2024-07-02 07:00").measured("potassium", 6.9, "mmol/L")
    well.takes("苯磺酸氨氯地平片").vital(resp_rate=16, spo2=98, sbp=120, pulse=70, temp=36.8)
    old.takes("艾司唑仑片", "左甲状腺素钠片", "碳酸钙片", "呋塞米片").vital(resp_rate=22, pulse=115, spo2=95)
    old.takes("呋塞米片", since="2024-07-02").takes("胺碘酮片", since="2023-12-01", until="2024-01-01").takes(
        "胺碘酮片"
    )
    old.allergic("磺胺类").allergic("碳酸钙")
    old.lake._rows[1]["person"][0] |= {"year_of_birth": 1940}
    return together(takes, ill, well, old)


def together(*people: Bedside) -> TinyLake:
    """One lake of all."""
    found = people[0].lake
    rows: dict[int, dict[str, list[dict[str, Any]]]] = {}
    for number, one in enumerate(people, 1):
        held = one.lake._rows[1]
        rows[number] = {
            table: [{**row, **_keys(table, number, place)} for place, row in enumerate(of)]
            for table, of in held.items()
        }
        birth = rows[number]["person"][0]
        birth["birth_datetime"] = birth["birth_datetime"].replace(year=birth["year_of_birth"])
    found._rows = rows
    return found


def _keys(table: str, number: int, place: int) -> dict[str, int]:
    key = "person_id" if table == "person" else f"{table}_id"
    return {"person_id": number} | ({} if table == "person" else {key: number * 1000 + place})


def tables(lake: TinyLake) -> dict[str, dict[str, list[Any]]]:
    """The rows of everybody, by table and column."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for held in lake._rows.values():
        for table, of in held.items():
            rows.setdefault(table, []).extend(of)
    return {
        table: {name: [row.get(name) for row in of] for name in dict.fromkeys(key for row in of for key in row)}
        for table, of in rows.items()
    }


@pytest.mark.parametrize("name", FIRES)
def test_a_card(duckdb: Session, lake: TinyLake, name: str) -> None:
    (rule,) = [one.rule for one in made().cards if one.name == name]
    day = lake.now.date() + dt.timedelta(days=1)  # as of its midnight: of today all is known
    asked = rule.on(everyone(day))
    sets = lake._resolved([asked])
    ready = compiled(asked, sets)
    here = [row for person in lake._rows for row in ready.rows(lake._record(person), today=day)]
    assert {row["person_id"] for row in here if row["fires"]} == FIRES[name]
    assert differences(on_engine(duckdb, asked, tables(lake), sets, day), here) == []


def test_every_card_is_held_against_the_engine() -> None:
    assert list(FIRES) == [one.name for one in made().cards]
