"""Rows of a query that are asked for more than once: held as they come, unless they are very many"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import pyarrow as pa

from medark.check.achilles.arrays import AT_A_TIME
from medark.store.engine import Session

_MOST: Final = 1 << 20


class HeldRows:
    """`sql`: a query of these `columns`."""

    def __init__(self, sql: str, columns: Sequence[str]) -> None:
        self._sql, self._columns = sql, columns
        self._held: list[pa.RecordBatch] | None = None

    def read(self, session: Session) -> Iterator[pa.RecordBatch]:
        """All, some at a time; from then on they are there."""
        held, rows = list[pa.RecordBatch](), 0
        for batch in self._streamed(session, self._columns):
            rows += batch.num_rows
            held = [*held, batch] if rows <= _MOST else []
            yield batch
        self._held = held if rows <= _MOST else None

    def batches(self, session: Session, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Some of the columns, some rows at a time."""
        if self._held is None:
            yield from self._streamed(session, columns)
        else:
            yield from (batch.select(columns) for batch in self._held)

    def _streamed(self, session: Session, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        yield from session.stream(f"select {', '.join(columns)} from ({self._sql}) as r", AT_A_TIME)
