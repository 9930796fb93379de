"""A table's rows read once, batch after batch: what each column holds, in memory that does not grow with them"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from medark.standardise.propose.profile.sketch import Sketch, hashes

HEAD = 4096  # rows of a table that are held in memory while it is read; nothing of them is written down
_WIDE = 256  # bytes of a cell, on the average: a column of such is not held
_VARIED = 0.05  # of a batch's rows have a value of their own: then values are not looked for twice


@dataclass(slots=True)
class ColumnScan:
    """One column's count so far. `lengths`: characters of all values together; `longest`: of one."""

    name: str
    seed: int = field(repr=False)
    rows: int = 0
    missing: int = 0
    lengths: int = 0
    longest: int = 0
    sketch: Sketch = field(default_factory=Sketch)
    _varied: bool = field(default=False, repr=False)

    def add(self, column: pa.ChunkedArray) -> None:
        """Some rows more, as text; '' is missing."""
        for chunk in column.chunks:
            self._add(chunk)

    def _add(self, chunk: pa.Array) -> None:
        chunk = chunk if pa.types.is_string(chunk.type) else chunk.cast(pa.string())
        if self._varied and self.sketch.is_full:
            self._add_each(chunk)
        else:
            self._add_distinct(chunk)

    def _add_each(self, chunk: pa.Array) -> None:
        """Of a column with many values: hardly any comes again, so each is hashed as it is."""
        self.rows += len(chunk)
        known = chunk.drop_null() if chunk.null_count else chunk
        lengths = _numbers(pc.utf8_length(known))
        if lengths.size and not lengths.min():
            known = known.filter(pa.array(lengths > 0))
        self.missing += len(chunk) - len(known)
        if len(known):
            self.lengths += int(lengths.sum())
            self.longest = max(self.longest, int(lengths.max()))
            self.sketch.add_each(hashes(known, self.seed), known)

    def _add_distinct(self, chunk: pa.Array) -> None:
        coded = chunk.dictionary_encode()
        counts = np.bincount(_codes(coded), minlength=len(coded.dictionary)).astype(np.int64)
        values = coded.dictionary
        lengths = _numbers(pc.utf8_length(values))
        if lengths.size and not lengths.min():
            there = lengths > 0
            counts, values, lengths = counts[there], values.filter(pa.array(there)), lengths[there]
        self.rows += len(chunk)
        self.missing += len(chunk) - int(counts.sum())
        if not len(values):
            return
        self._varied = len(values) > _VARIED * len(chunk)
        self.lengths += int((lengths * counts).sum())
        self.longest = max(self.longest, int(lengths.max()))
        self.sketch.add(hashes(values, self.seed), counts, values)


def _numbers(lengths: pa.Array) -> npt.NDArray[np.int32]:
    """Lengths of values, none of them NULL, where they lie: by way of the buffer, as no pandas is needed for it."""
    return np.frombuffer(lengths.buffers()[1], np.int32)[lengths.offset : lengths.offset + len(lengths)]


def _codes(coded: pa.DictionaryArray) -> npt.NDArray[np.int32]:
    return _numbers(coded.indices.drop_null() if coded.null_count else coded.indices)


@dataclass(slots=True)
class TableScan:
    """The columns of one table. `head`: its first rows, without columns of long text."""

    columns: tuple[ColumnScan, ...]
    head: list[pa.Table] = field(default_factory=list, repr=False)
    rows: int = 0

    @classmethod
    def of(cls, names: Sequence[str], seed: int) -> TableScan:
        """Nothing counted yet."""
        return cls(tuple(ColumnScan(name, seed) for name in names))

    def add(self, rows: pa.Table, pool: Executor | None = None) -> None:
        """Rows that have all its columns; with a pool, columns are counted at the same time."""
        if self.rows < HEAD:
            self.head.append(_narrow(rows.slice(0, HEAD - self.rows)))
        self.rows += len(rows)
        work = [(scan, rows.column(scan.name)) for scan in self.columns]
        if pool is None:
            for scan, column in work:
                scan.add(column)
        else:
            list(pool.map(lambda pair: pair[0].add(pair[1]), work))

    @property
    def first_rows(self) -> pa.Table:
        """Its first rows, of the columns that were narrow all along."""
        names = [c.name for c in self.columns if all(c.name in part.column_names for part in self.head)]
        return pa.concat_tables([part.select(names) for part in self.head]) if self.head else pa.table({})


def _narrow(rows: pa.Table) -> pa.Table:
    """The same without long text, in memory of its own."""
    cells = max(len(rows), 1)
    names = [name for name in rows.column_names if rows.column(name).nbytes / cells <= _WIDE]
    return rows.select(names).take(pa.array(range(len(rows)), pa.int64()))
