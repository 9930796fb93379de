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

    def add(self, column: pa.ChunkedArray) -> None:
        """Some rows more, as text; '' is missing."""
        for chunk in column.chunks:
            self._add(chunk)

    def _add(self, chunk: pa.Array) -> None:
        coded = (chunk if pa.types.is_string(chunk.type) else chunk.cast(pa.string())).dictionary_encode()
        counts = np.bincount(_codes(coded), minlength=len(coded.dictionary)).astype(np.int64)
        values = coded.dictionary
        there = pc.not_equal(values, "").to_numpy(zero_copy_only=False).astype(bool)
        if not there.all():
            counts, values = counts[there], values.filter(pa.array(there))
        self.rows += len(chunk)
        self.missing += len(chunk) - int(counts.sum())
        if not len(values):
            return
        lengths = pc.utf8_length(values).to_numpy(zero_copy_only=False)
        self.lengths += int((lengths * counts).sum())
        self.longest = max(self.longest, int(lengths.max()))
        self.sketch.add(hashes(values, self.seed), counts, values)


def _codes(coded: pa.DictionaryArray) -> npt.NDArray[np.int32]:
    indices = coded.indices.drop_null() if coded.null_count else coded.indices
    found: npt.NDArray[np.int32] = indices.to_numpy(zero_copy_only=False)
    return found


@dataclass(slots=True)
class TableScan:
    """The columns of one table."""

    columns: tuple[ColumnScan, ...]

    @classmethod
    def of(cls, names: Sequence[str], seed: int) -> TableScan:
        """Nothing counted yet."""
        return cls(tuple(ColumnScan(name, seed) for name in names))

    def add(self, rows: pa.Table, pool: Executor | None = None) -> None:
        """Rows that have all its columns; with a pool, columns are counted at the same time."""
        work = [(scan, rows.column(scan.name)) for scan in self.columns]
        if pool is None:
            for scan, column in work:
                scan.add(column)
        else:
            list(pool.map(lambda pair: pair[0].add(pair[1]), work))
