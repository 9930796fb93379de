"""Workbooks of clinics: rows gathered from all parts, then a file a clinic and month"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medark.synthetic.feeds.clinics.workbook import Sheet, workbook
from medark.synthetic.feeds.desk import RECORDS, Desk, text_bytes
from medark.synthetic.feeds.tabular import wording

_SYSTEM = "clinics/registers"
_Rows = tuple[list[str], pa.Table]  # the headings of a sheet, and its rows
_OWN = ("clinic", "month", "moment", "encounter", "prescription", "person", "record_id")


@dataclass(frozen=True, slots=True)
class _Register:
    """One sheet: the rows that were spooled under `name`, and what truth calls a row."""

    name: str
    title: str
    kind: str


_REGISTERS = (_Register("visits", "门诊日志", "visit"), _Register("prescriptions", "处方", "prescription"))


def write(desk: Desk) -> None:
    """Keep the part's rows."""
    desk.facts("diseases", "drugs")
    for register in _REGISTERS:
        desk.spool(register.name, wording("clinics", register.name))


def finish(spooled: Path, root: Path) -> None:
    """Every clinic's workbooks, and the truth of their rows."""
    session = duckdb.connect()
    clinics = session.sql(f"select distinct clinic from '{spooled}/visits/*.parquet' order by 1").fetchall()
    records = []
    for (clinic,) in clinics:
        sheets = [_months(session, spooled, register, clinic) for register in _REGISTERS]
        for month in sorted(sheets[0]):
            file = f"{clinic}/门诊登记_{month}.xlsx"
            held = [
                (register, found[month]) for register, found in zip(_REGISTERS, sheets, strict=True) if month in found
            ]
            _save(root / "raw" / _SYSTEM / file, held)
            records += [_truth(file, register, rows) for register, rows in held]
    session.close()
    folder = root / "truth" / "record"
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.concat_tables(records), folder / "clinics.parquet", compression="zstd")


def _months(session: duckdb.DuckDBPyConnection, spooled: Path, register: _Register, clinic: str) -> dict[str, _Rows]:
    """A clinic's rows of a register by month, in order of time; `line` is the row as the sheet has it."""
    source = f"'{spooled}/{register.name}/*.parquet'"
    columns = [name for name in session.sql(f"select * from {source} limit 0").columns if name not in _OWN]
    cells = " || ".join(_cell(name, kind) for name, kind in _kinds(session, source, columns))
    found = session.execute(
        f"select '<row>' || {cells} || '</row>' as line, month, person, record_id from {source}"
        " where clinic = ? order by month, moment, record_id",
        [clinic],
    ).to_arrow_table()
    counts = pc.value_counts(found["month"]).to_pylist()
    sliced, first = {}, 0
    for each in counts:  # in order of appearance, which is the order of time
        sliced[each["values"]] = found.slice(first, each["counts"]).replace_schema_metadata(
            {"columns": "\t".join(columns)}
        )
        first += each["counts"]
    return sliced


def _kinds(session: duckdb.DuckDBPyConnection, source: str, columns: list[str]) -> Iterator[tuple[str, str]]:
    for name, kind, *_ in session.sql(f"describe select * from {source}").fetchall():
        if name in columns:
            yield name, kind


def _cell(name: str, kind: str) -> str:
    """SQL that gives a cell of a sheet: a number, a text, or nothing."""
    if kind == "VARCHAR":
        text = f"""replace(replace(replace("{name}", '&', '&amp;'), '<', '&lt;'), '>', '&gt;')"""
        return f"""coalesce('<c t="inlineStr"><is><t>' || {text} || '</t></is></c>', '<c/>')"""
    return f"""coalesce('<c><v>' || "{name}"::varchar || '</v></c>', '<c/>')"""


def _save(path: Path, held: list[tuple[_Register, _Rows]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    sheets = [Sheet(register.title, columns, text_bytes(rows["line"])) for register, (columns, rows) in held]
    path.write_bytes(workbook(sheets))


def _truth(file: str, register: _Register, rows: pa.Table) -> pa.Table:
    count = rows.num_rows
    columns = [
        [_SYSTEM] * count,
        [file] * count,
        range(count),
        [register.kind] * count,
        rows["record_id"],
        rows["person"],
    ]
    return pa.table(columns, names=RECORDS.names).cast(RECORDS)
