"""Staging rows gathered for a wave: Arrow tables of readers and relations of maps, under one name a staging table"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import pyarrow as pa

from medark.flows.staging.tasks import Portion
from medark.model.staging import STAGING
from medark.sql.render import plain
from medark.store.engine import Session


@dataclass(slots=True)
class Gathered:
    """What the next wave will work on, and which chunks of which records that covers."""

    session: Session
    chunks: dict[int, int] = field(default_factory=dict)
    done: set[int] = field(default_factory=set)
    rows: int = 0
    _arrow: dict[str, list[pa.Table]] = field(default_factory=dict)
    _relations: dict[str, list[str]] = field(default_factory=dict)
    _made: int = 0

    def add(self, portion: Portion) -> None:
        """Take a portion of staging rows from readers."""
        for staging, table in portion.tables.items():
            self._arrow.setdefault(staging, []).append(table)
            self.rows += table.num_rows
        for record_no, count in portion.chunks.items():
            self.cover(record_no, count, done=record_no in portion.done)

    def add_query(self, staging: str, sql: str) -> int:
        """Take the rows of a query over the session's relations, which may change afterwards. Returns how many."""
        self._made += 1
        name = f"gathered_{self._made}"
        self.session.table(name, sql)
        count: int = self.session.query(f"SELECT count(*) AS n FROM {name}").column("n")[0].as_py()
        if count:
            self._relations.setdefault(staging, []).append(name)
            self.rows += count
        else:
            self.session.drop(name)
        return count

    def cover(self, record_no: int, chunks: int, *, done: bool) -> None:
        """Note that so many more chunks of a record are in here, and whether they are its last."""
        self.chunks[record_no] = self.chunks.get(record_no, 0) + chunks
        if done:
            self.done.add(record_no)

    def bind(self, erased: pa.Table | None = None, only: pa.Table | None = None) -> frozenset[str]:
        """Name each staging table `staged_<table>`, empty or not. Returns those with rows.

        `erased` (record_no, row_no): units of which nothing may be said again; they count as excluded. `only`
        (person_key): of staging tables about people only what is about these.
        """
        if only is not None:
            self.session.bind_arrow("only_person", only)
        for staging, tables in self._arrow.items():
            self.session.bind_arrow(f"arrow_{staging}", pa.concat_tables(tables, promote_options="default"))
            self._relations.setdefault(staging, []).append(f"arrow_{staging}")
        if erased is not None and erased.num_rows:
            self.session.bind_arrow("erased_unit", erased)
            self._relations.setdefault("unit_issue", [])
        else:
            erased = None
        for staging in STAGING:
            rows = self._staged(staging, with_erased=erased is not None)
            self.session.view(f"staged_{staging}", rows if only is None else _of_some(staging, rows))
        return frozenset(self._relations) or frozenset({"unit_count"})  # nothing more than the end of a record

    def clear(self) -> None:
        """Forget everything: the next wave starts."""
        for staging in STAGING:
            self.session.drop(f"staged_{staging}")
        for names in self._relations.values():
            for name in names:
                self.session.drop(name)
        self.session.drop("erased_unit")
        self.session.drop("only_person")
        self._arrow, self._relations, self.chunks, self.done, self.rows = {}, {}, {}, set(), 0

    def _staged(self, staging: str, *, with_erased: bool) -> str:
        """All rows of a staging table, with every column of its contract and without erased units."""
        parts = [f"SELECT {_cells(staging)} WHERE false"]
        for name in self._relations.get(staging, []):
            there = {column.lower(): f'"{column}"' for column in self.session.columns(name)}
            parts.append(f"SELECT {_cells(staging, there)} FROM {name}")
        rows = " UNION ALL ".join(parts)
        if with_erased and staging != "unit_count":
            erased = "SELECT 1 FROM erased_unit AS e WHERE e.record_no = s.record_no AND e.row_no = s.row_no"
            rows = f"SELECT * FROM ({rows}) AS s WHERE NOT EXISTS ({erased})"
        if with_erased and staging == "unit_issue":
            rows += f" UNION ALL SELECT {_cells(staging, _ERASED)} FROM erased_unit"
        return plain(rows, self.session.dialect)


def _of_some(staging: str, rows: str) -> str:
    """Of the rows of a staging table those about people of `only_person`; all of a table that is about none."""
    about = [
        column for column in ("person_key", "survivor_key", "other_key") if column in STAGING[staging].column_names
    ]
    told = " OR ".join(f"{column} IN (SELECT person_key FROM only_person)" for column in about)
    return f"SELECT * FROM ({rows}) AS staged WHERE {told}" if told else rows


_ERASED = {
    "record_no": "record_no", "row_no": "row_no", "part_no": "0", "outcome": "'excluded'", "reason": "'erased'",
}  # fmt: skip


def _cells(staging: str, there: Mapping[str, str] = MappingProxyType({})) -> str:
    """Every column of a staging table's contract, NULL where it is not `there` (by name, what gives it)."""
    cells = ((there.get(c.name, "NULL"), c) for c in STAGING[staging].columns)
    return ", ".join(f"CAST({cell} AS {c.type}) AS {c.name}" for cell, c in cells)
