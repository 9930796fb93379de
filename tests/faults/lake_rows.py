"""Rows for a lake in tests: drawn as dictionaries, written through the engine, read back as dictionaries"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from pathlib import Path
from uuid import uuid4

import pyarrow as pa

from medark.model.arrow import arrow_schema
from medark.model.omop import lake_columns
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.lake import Lake, Query, Snapshot

DAY = dt.date(2024, 2, 29)
Row = Mapping[str, object]


def engine(folder: Path) -> DuckDB:
    """One small engine, as a test needs it."""
    return DuckDB(folder / "scratch", memory="512MB", threads=1)


def open_lake(folder: Path, **options: object) -> Lake:
    return Lake(folder / "lake", engine(folder), **options)  # type: ignore[arg-type]


def measurement(key: int, person: int, value: str = "", day: dt.date = DAY) -> Row:
    return {"measurement_id": key, "person_id": person, "measurement_date": day, "value_source_value": value}


def drug(key: int, person: int, value: str = "", day: dt.date = DAY) -> Row:
    return {"drug_exposure_id": key, "person_id": person, "drug_exposure_start_date": day, "sig": value}


def table(name: str, rows: Iterable[Row]) -> pa.Table:
    """Dictionaries as a whole table: columns that they leave out are NULL."""
    return pa.Table.from_pylist([dict(row) for row in rows], arrow_schema(lake_columns(name)))


def query(session: Session, name: str, rows: Iterable[Row]) -> Query:
    """Dictionaries as rows of a commit."""
    relation = f"given_{uuid4().hex}"
    session.bind_arrow(relation, table(name, rows))
    return Query(session, f"SELECT * FROM {relation}")


def stored(folder: Path, snapshot: Snapshot, name: str) -> list[Row]:
    """Every row of a table by a full scan of its files, without the columns that are NULL, in a fixed order."""
    with engine(folder).session() as session:
        snapshot.bind(session, name)
        return told(session.query(f"SELECT * FROM {name}"))


def told(rows: pa.Table | None) -> list[Row]:
    """Rows of a table as dictionaries without NULLs, in a fixed order."""
    found = [] if rows is None else rows.to_pylist()
    return in_order({k: v for k, v in row.items() if v is not None} for row in found)


def in_order(rows: Iterable[Row]) -> list[Row]:
    return sorted((dict(row) for row in rows), key=lambda row: sorted((k, str(v)) for k, v in row.items()))
