"""Staging rows gathered for a wave: Arrow tables of readers and relations of maps, under one name a staging table"""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from medark.flows.staging.tasks import Portion
from medark.model.staging import STAGING
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

    def bind(self, erased: pa.Table | None = None) -> frozenset[str]:
        """Name each staging table `staged_<table>`, empty or not. Returns those with rows.

        `erased` (record_no, row_no): units of which nothing may be said again; they count as excluded.
        """
        for staging, tables in self._arrow.items():
            self.session.bind_arrow(f"arrow_{staging}", pa.concat_tables(tables, promote_options="default"))
            self._relations.setdefault(staging, []).append(f"arrow_{staging}")
        if erased is not None and erased.num_rows:
            self.session.bind_arrow("erased_unit", erased)
            self._relations.setdefault("unit_issue", [])
        else:
            erased = None
        for staging in STAGING:
            self.session.view(f"staged_{staging}", self._staged(staging, with_erased=erased is not None))
        return frozenset(self._relations)

    def clear(self) -> None:
        """Forget everything: the next wave starts."""
        for staging in STAGING:
            self.session.drop(f"staged_{staging}")
        for names in self._relations.values():
            for name in names:
                self.session.drop(name)
        self.session.drop("erased_unit")
        self._arrow, self._relations, self.chunks, self.done, self.rows = {}, {}, {}, set(), 0

    def _staged(self, staging: str, *, with_erased: bool) -> str:
        """All rows of a staging table, with every column of its contract and without erased units."""
        none = ", ".join(f"CAST(NULL AS {c.type}) AS {c.name}" for c in STAGING[staging].columns)
        parts = [f"SELECT {none} WHERE false", *(f"SELECT * FROM {n}" for n in self._relations.get(staging, []))]
        rows = " UNION ALL BY NAME ".join(parts)
        if not with_erased or staging == "unit_count":
            return rows
        kept = f"SELECT * FROM ({rows}) AS s ANTI JOIN erased_unit AS e USING (record_no, row_no)"
        if staging != "unit_issue":
            return kept
        gone = "SELECT record_no, row_no, 0 AS part_no, 'excluded' AS outcome, 'erased' AS reason FROM erased_unit"
        return f"{kept} UNION ALL BY NAME {gone}"
