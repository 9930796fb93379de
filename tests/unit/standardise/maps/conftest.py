"""Real tables of known sources in an engine, and the staging rows that maps make of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pytest

from medark.model.record import Format
from medark.sql.render import render
from medark.standardise import maps
from medark.standardise.formats import tabular
from medark.standardise.maps import SourceMap, StagingQuery
from medark.store.duckdb import DuckDB, DuckDBSession


@dataclass(frozen=True)
class Staging:
    """A session with raw_<table> relations of one source, and its map's queries run on them."""

    session: DuckDBSession
    source: SourceMap
    rows: Mapping[str, int]  # table -> its rows
    queries: Sequence[StagingQuery]
    results: dict[str, pa.Table] = field(default_factory=dict)

    def run(self, query: StagingQuery) -> pa.Table:
        if query.sql not in self.results:
            self.results[query.sql] = self.session.query(render(query.sql))
        return self.results[query.sql]

    def of(self, staging: str, table: str) -> pa.Table:
        """Staging rows of one kind that one table gives."""
        parts = [self.run(q) for q in self.queries if q.staging == staging and q.reads[0] == f"raw_{table}"]
        return pa.concat_tables(parts, promote_options="permissive") if parts else pa.table({})

    def unaccounted(self, table: str) -> tuple[int, int]:
        """Rows that are neither staged nor an issue, and rows that are both."""
        staged, issued = set(), set()
        for query in self.queries:
            if query.reads[0] != f"raw_{table}" or query.staging == "unit_count":
                continue
            rows = self.run(query)
            found = zip(rows["record_no"].to_pylist(), rows["row_no"].to_pylist(), strict=True)
            (issued if query.staging == "unit_issue" else staged).update(found)
        return self.rows[table] - len(staged | issued), len(staged & issued)


@pytest.fixture(scope="session")
def staged_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Path], Staging]]:
    """Binds every table file of a folder by what it is recognised as, and gives its staging."""
    opened: dict[Path, Staging] = {}
    engine = DuckDB(tmp_path_factory.mktemp("engine"), threads=2)

    def stage(folder: Path) -> Staging:
        if folder not in opened:
            opened[folder] = _staging(engine.session(), folder)
        return opened[folder]

    yield stage
    for staging in opened.values():
        staging.session.close()


def _staging(session: DuckDBSession, folder: Path) -> Staging:
    rows: dict[str, int] = {}
    source = None
    for number, file in enumerate(sorted([*folder.glob("*.csv"), *folder.glob("*.parquet")])):
        fmt = Format.PARQUET if file.suffix == ".parquet" else Format.DELIMITED
        with file.open("rb") as content:
            (table,) = tabular.shapes(content, fmt, file.name)
            found = maps.recognise(table.columns, file.name)
            assert found is not None, f"{file.name} is not recognised"
            source, name = found
            rows[name] = rows.get(name, 0) + _bound(session, file, table, name, number, more=name in rows)
    assert source is not None
    there = {table: session.query(f"SELECT * FROM raw_{table} LIMIT 0").column_names for table in rows}
    return Staging(session, source, rows, source.staging(there))


def _bound(session: DuckDBSession, file: Path, table: tabular.TableShape, name: str, number: int, *, more: bool) -> int:
    """raw_<name>: the columns as text, record_no and row_no."""
    if table.form is not None:
        session.bind_delimited("bound", [file], table.form, row_number="row_no")
    else:
        with file.open("rb") as content:
            session.bind_arrow("bound", pa.concat_tables(tabular.rows(content, table)))
    before = f"SELECT * FROM raw_{name} UNION ALL BY NAME " if more else ""
    session.table(f"raw_{name}", f"{before}SELECT *, CAST({number} AS BIGINT) AS record_no FROM bound")
    session.drop("bound")
    return int(session.query(f"SELECT count(*) AS n FROM raw_{name} WHERE record_no = {number}")["n"][0].as_py())
