"""The front page of the city's north hospital tells again what its registers tell: the same events, whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from medark.sql.render import render
from medark.standardise.maps.reading import read_source
from medark.store.duckdb import DuckDB

NORTH = Path(__file__).parents[4] / "examples" / "city" / "maps" / "his_north"
STAY = {"就诊流水号": "A1", "病人id": "P1"}
ROWS = {
    "diagnosis": [
        STAY | {"诊断类别": kind, "诊断序号": rank, "诊断编码": code, "诊断名称": name, "诊断时间": time}
        for kind, rank, code, name, time in (
            ("入院诊断", "1", "I10.x00", "高血压", "2024-03-01 08:15:00"),
            ("出院诊断", "1", "I63.900", "脑梗死", "2024-03-09 10:00:00"),
            ("出院诊断", "2", "I10.x00", "高血压", "2024-03-09 10:00:00"),
        )
    ],
    "admission": [
        STAY | {"入院时间": "2024-03-01 08:15:00", "出院时间": "2024-03-09 10:00:00", "入院科室编码": "0306"}
        | {"入院途径": "急诊", "离院方式": "医嘱转院"}
    ],
    "operation": [
        STAY | {"手术单号": "S1", "手术编码": "39.7400x001", "手术名称": "取栓术"}
        | {"开始时间": "2024-03-01 10:00:00", "结束时间": "2024-03-01 12:30:00"}
    ],
    "front_page": [
        {"病案号": "P1", "住院号": "A1", "入院时间": "2024-03-01 08:15:00", "出院时间": "2024-03-09 10:00:00"}
        | {"入院途径": "1", "离院方式": "2", "入院科别": "0306"}
        | {"入院诊断编码": "I10.x00", "入院诊断": "高血压", "主要诊断编码": "I63.900", "主要诊断": "脑梗死"}
        | {"其他诊断编码1": "I10.x00", "其他诊断1": "高血压", "手术及操作编码1": "39.7400x001"}
        | {"手术及操作名称1": "取栓术", "手术及操作日期1": "2024-03-01 10:00:00"}
    ],
}  # fmt: skip


EVENT = ("event_key", "code", "code_text", "start_time", "end_time", "status")
VISIT = (
    "visit_key",
    "person_key",
    "class_text",
    "start_time",
    "end_time",
    "care_site_key",
    "admitted_from",
    "discharged_to",
)
Told = dict[str, list[tuple[str | None, ...]]]


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Told]:
    """What each of the tables that are there gives of one staging table, these columns of it."""

    def of(staging: str, columns: tuple[str, ...], *tables: str) -> Told:
        source = read_source(NORTH)
        there = {name: source.tables[name].readable for name in tables}
        found: Told = {name: [] for name in tables}
        with DuckDB(tmp_path).session() as session:
            for name, known in there.items():
                text = {c: pa.array([row.get(c) for row in ROWS[name]], pa.string()) for c in known}
                numbers = {"record_no": [1] * len(ROWS[name]), "row_no": [*range(len(ROWS[name]))]}
                session.bind_arrow(f"raw_{name}", pa.table(text | numbers))
            for query in source.staging(there):
                if query.staging == staging:
                    rows = session.query(render(query.sql)).to_pylist()
                    found[query.reads[0].removeprefix("raw_")] += [tuple(r.get(c) for c in columns) for r in rows]
        return found

    return of


def test_what_the_front_page_tells_again_is_told_as_the_registers_tell_it(told: Callable[..., Told]) -> None:
    events = told("event", EVENT, "diagnosis", "operation", "front_page")
    assert set(events["front_page"]) == set(events["diagnosis"] + events["operation"])
    assert [len(rows) for rows in events.values()] == [3, 1, 4]
    visits = told("visit", VISIT, "admission", "front_page")
    assert visits["front_page"] == visits["admission"] != []


def test_the_front_page_alone_tells_all_but_when_an_operation_ended(told: Callable[..., Told]) -> None:
    alone, beside = (
        told("event", EVENT, *there)["front_page"] for there in (("front_page",), ("front_page", "operation"))
    )
    assert [event[:4] for event in alone] == [event[:4] for event in beside]
    assert {event[4] for event in beside} == {None, "2024-03-01T12:30:00"}
    assert {event[4] for event in alone} == {None}
