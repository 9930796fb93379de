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
STAY = {"就诊流水号": "A1", "病人ID": "P1"}
ROWS = {
    "diagnosis": [
        STAY | {"诊断类别": kind, "诊断序号": rank, "诊断编码": code, "诊断名称": name, "诊断时间": time}
        for kind, rank, code, name, time in (
            ("入院诊断", "1", "I10.x00", "高血压", "2024-03-01 08:15:00"),
            ("出院诊断", "1", "I63.900", "脑梗死", "2024-03-09 10:00:00"),
            ("出院诊断", "2", "I10.x00", "高血压", "2024-03-09 10:00:00"),
        )
    ],
    "operation": [
        STAY | {"手术单号": "S1", "手术编码": "39.7400x001", "手术名称": "取栓术"}
        | {"开始时间": "2024-03-01 10:00:00", "结束时间": "2024-03-01 12:30:00"}
    ],
    "front_page": [
        {"病案号": "P1", "住院号": "A1", "入院时间": "2024-03-01 08:15:00", "出院时间": "2024-03-09 10:00:00"}
        | {"入院诊断编码": "I10.x00", "入院诊断": "高血压", "主要诊断编码": "I63.900", "主要诊断": "脑梗死"}
        | {"其他诊断编码1": "I10.x00", "其他诊断1": "高血压", "手术及操作编码1": "39.7400x001"}
        | {"手术及操作名称1": "取栓术", "手术及操作日期1": "2024-03-01 10:00:00"}
    ],
}  # fmt: skip


@pytest.fixture
def events(tmp_path: Path) -> Callable[..., dict[str, list[tuple[str, ...]]]]:
    """The events of each of the tables that are there."""

    def of(*tables: str) -> dict[str, list[tuple[str, ...]]]:
        source = read_source(NORTH)
        there = {name: source.tables[name].readable for name in tables}
        found: dict[str, list[tuple[str, ...]]] = {name: [] for name in tables}
        with DuckDB(tmp_path).session() as session:
            for name, columns in there.items():
                cells = {c: [row.get(c, row.get(c.upper())) for row in ROWS[name]] for c in columns}
                text = {c: pa.array(values, pa.string()) for c, values in cells.items()}
                numbers = {"record_no": [1] * len(ROWS[name]), "row_no": [*range(len(ROWS[name]))]}
                session.bind_arrow(f"raw_{name}", pa.table(text | numbers))
            for query in source.staging(there):
                if query.staging == "event":
                    rows = session.query(render(query.sql)).to_pylist()
                    found[query.reads[0].removeprefix("raw_")] += [
                        tuple(
                            str(row.get(c))
                            for c in ("event_key", "code", "code_text", "start_time", "end_time", "status")
                        )
                        for row in rows
                    ]
        return found

    return of


def test_what_the_front_page_tells_again_is_told_as_the_registers_tell_it(events):
    told = events("diagnosis", "operation", "front_page")
    assert sorted(told["front_page"]) == sorted(told["diagnosis"] + told["operation"])


def test_the_front_page_alone_tells_all_but_when_an_operation_ended(events):
    alone, beside = events("front_page")["front_page"], events("operation", "front_page")["front_page"]
    assert [event[:4] for event in alone] == [event[:4] for event in beside]
    assert {event[4] for event in beside} == {"None", "2024-03-01T12:30:00"}
    assert {event[4] for event in alone} == {"None"}
