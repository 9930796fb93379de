"""Workbooks of clinics: rows gathered from all parts, then a file a clinic and month"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medark.synthetic.feeds.clinics.workbook import Sheet, workbook
from medark.synthetic.feeds.content import text_bytes
from medark.synthetic.feeds.desk import RECORDS, Desk
from medark.synthetic.feeds.tabular import wording
from medark.synthetic.memory import give_back
from medark.synthetic.workers import done

_SYSTEM = "clinics/registers"
_ENGINE = {"threads": 1, "memory_limit": "256MB"}
_OWN = frozenset({"clinic", "month", "moment", "encounter", "prescription", "person", "record_id"})


@dataclass(frozen=True, slots=True)
class _Register:
    """One sheet: the rows that were spooled under `name`, and what truth calls a row."""

    name: str
    title: str
    kind: str


@dataclass(frozen=True, slots=True)
class _Month:
    """A clinic's rows of a register in a month: `line` is the row as the sheet has it."""

    register: _Register
    columns: tuple[str, ...]
    rows: pa.Table


_REGISTERS = (_Register("visits", "门诊日志", "visit"), _Register("prescriptions", "处方", "prescription"))


def write(desk: Desk) -> None:
    """Keep the part's rows."""
    desk.facts("diseases", "drugs")
    for register in _REGISTERS:
        desk.spool(register.name, wording("clinics", register.name), by="clinic")


def finish(spooled: Path, root: Path, workers: int) -> None:
    """Every clinic's workbooks, and the truth of their rows."""
    with duckdb.connect(config=_ENGINE) as session:
        clinics = session.sql(f"select distinct clinic from '{spooled}/visits/*.parquet' order by 1").fetchall()
    for _ in done(partial(_close, spooled, root), [clinic for (clinic,) in clinics], workers):
        pass


def _close(spooled: Path, root: Path, clinic: str) -> None:
    folder = root / "truth" / "record"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        duckdb.connect(config={**_ENGINE, "temp_directory": f"{spooled}/{clinic}"}) as session,
        pq.ParquetWriter(folder / f"{clinic}.parquet", RECORDS, compression="zstd") as truth,
    ):
        for month, sheets in _by_month(session, spooled, clinic).items():
            truth.write_table(
                pa.concat_tables(_written(root, f"{clinic}/门诊登记_{month}.xlsx", sheets)).unify_dictionaries()
            )
    give_back()


def _by_month(session: duckdb.DuckDBPyConnection, spooled: Path, clinic: str) -> Mapping[str, list[_Month]]:
    """A clinic's sheets of each month, in order of time."""
    found: dict[str, list[_Month]] = {}
    for register in _REGISTERS:
        rows, columns = _rows(session, f"'{spooled}/{register.name}/*.parquet'", clinic)
        first = 0
        for each in pc.value_counts(rows["month"]).to_pylist():  # in order of appearance, which is that of time
            month = _Month(register, columns, rows.slice(first, each["counts"]))
            found.setdefault(each["values"], []).append(month)
            first += each["counts"]
    return dict(sorted(found.items()))


def _rows(session: duckdb.DuckDBPyConnection, source: str, clinic: str) -> tuple[pa.Table, tuple[str, ...]]:
    """A clinic's rows as XML in order of time, and the headings of their cells."""
    described = session.sql(f"describe select * from {source}").fetchall()
    kinds = {name: kind for name, kind, *_ in described if name not in _OWN}
    cells = ", ".join(_cell(name, kind) for name, kind in kinds.items())
    rows = session.sql(
        f"select concat('<row>', {cells}, '</row>') as line, month, person, record_id from {source}"
        " where clinic = $clinic order by month, moment, record_id",
        params={"clinic": clinic},
    ).to_arrow_table()
    return rows, tuple(kinds)


def _cell(name: str, kind: str) -> str:
    """SQL that gives a cell of a sheet: a number, a text, or nothing."""
    if kind == "VARCHAR":
        text = f"""replace(replace(replace("{name}", '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"""
        return f"""coalesce('<c t="inlineStr"><is><t>' || {text} || '</t></is></c>', '<c/>')"""
    return f"""coalesce('<c><v>' || "{name}"::varchar || '</v></c>', '<c/>')"""


def _written(root: Path, file: str, months: list[_Month]) -> list[pa.Table]:
    """Write a workbook; the truth of its rows, sheet by sheet."""
    path = root / "raw" / _SYSTEM / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(workbook([Sheet(m.register.title, m.columns, text_bytes(m.rows["line"])) for m in months]))
    return [_truth(file, month) for month in months]


def _truth(file: str, month: _Month) -> pa.Table:
    count = month.rows.num_rows
    source, name, kind = (pa.array([word] * count) for word in (_SYSTEM, file, month.register.kind))
    columns = [source, name, pa.array(range(count)), kind, month.rows["record_id"], month.rows["person"]]
    return pa.table(columns, names=RECORDS.names).cast(RECORDS)
