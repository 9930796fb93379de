"""A golden case of portable SQL: one file with tables drawn as text, a query, and the rows it gives on every engine

    -- said in one line what the case shows
    -- table t
    --   grp varchar | n bigint
    --   a           | 1
    select grp, sum(n) as total from t group by grp
    -- gives
    --   grp | total
    --   a   | 1

A cell is NULL, true, false, a number, a date, a timestamp, or text: as it stands, or in quotes ('' is the empty text,
\\n a line feed). Rows come in any order unless the query ends with ORDER BY. Adding a case needs no Python.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

_ARROW = {
    "integer": pa.int32(), "bigint": pa.int64(), "double": pa.float64(), "varchar": pa.string(), "date": pa.date32(),
    "timestamp": pa.timestamp("us"), "boolean": pa.bool_(),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """The tables by name, the query, and the rows it gives as text."""

    about: str
    tables: dict[str, pa.Table]
    sql: str
    columns: list[str]
    rows: list[list[str]]


def read(path: Path) -> Case:
    """A case as its file draws it."""
    about, *lines = path.read_text(encoding="utf-8").splitlines()
    blocks: dict[str, list[list[str]]] = {}
    query, block = [], ""
    for line in lines:
        if line.startswith(("-- table ", "-- gives")):
            block = line.removeprefix("-- table ").removeprefix("-- ")
            blocks[block] = []
        elif line.startswith("--   "):
            blocks[block].append([cell.strip() for cell in line[5:].split(" | ")])
        elif line.strip():
            query.append(line)
    columns, *rows = blocks.pop("gives")
    return Case(about[3:], {n: _table(b) for n, b in blocks.items()}, "\n".join(query), columns, rows)


def shown(rows: pa.Table) -> list[list[str]]:
    """Rows of an engine as a case draws them."""
    return [[_cell(value) for value in row.values()] for row in rows.to_pylist()]


def kinds(rows: pa.Table) -> list[str]:
    """What each column holds, whatever its width: engines need not agree on how many bits a sum takes."""
    return [_kind(field.type) for field in rows.schema]


def _kind(kind: pa.DataType) -> str:
    if pa.types.is_integer(kind) or (pa.types.is_decimal(kind) and kind.scale == 0):
        return "whole number"
    return str(kind)


def in_order(case: Case, rows: Iterable[Sequence[str]]) -> list[Sequence[str]]:
    """Rows in their own order if the query states one, else in one that compares."""
    stated = " order by " in case.sql.lower().replace("\n", " ").rsplit(")", 1)[-1]
    return list(rows) if stated else sorted(rows)


def _table(block: list[list[str]]) -> pa.Table:
    head, *rows = block
    names, kinds = zip(*(cell.split() for cell in head), strict=True)
    cells = [[_value(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in rows]
    columns = [pa.array([row[i] for row in cells], _ARROW[kind]) for i, kind in enumerate(kinds)]
    return pa.table(columns, names=list(names))


def _value(cell: str, kind: str) -> object:
    if cell == "NULL":
        return None
    if kind == "varchar":
        return _text(cell)
    return {
        "integer": int, "bigint": int, "double": float, "date": dt.date.fromisoformat,
        "timestamp": dt.datetime.fromisoformat, "boolean": "true".__eq__,
    }[kind](cell)  # fmt: skip


def _text(cell: str) -> str:
    inside = cell[1:-1] if len(cell) > 1 and cell[0] == cell[-1] == "'" else cell
    return inside.replace(r"\n", "\n").replace(r"\t", "\t")


def _cell(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | Decimal):
        return _number(float(value)) if not isinstance(value, int) else str(value)
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ")
    text = str(value).replace("\n", r"\n").replace("\t", r"\t")
    plain = text and text == text.strip() and text not in ("NULL", "true", "false")
    return text if plain else f"'{text}'"


def _number(value: float) -> str:
    return str(int(value)) if math.isfinite(value) and value == int(value) and abs(value) < 1e15 else f"{value:.12g}"


def cases(folder: Path) -> Iterator[Path]:
    """Every case there is."""
    return iter(sorted(folder.glob("*.sql")))
