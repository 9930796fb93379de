"""Small tables of one shape, such as a workbook a month: many are staged as fast as one"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

import pyarrow as pa

from medark.errors import RefusedInput
from medark.flows.ingest.raw_tables import RawTable, opened
from medark.flows.workspace import Workspace
from medark.standardise.formats import tabular
from medark.store.engine import Session

_SMALL = 1 << 20  # bytes of a record
_TOGETHER = 32 << 20  # bytes of the records of a run


def runs_of_small(tables: Sequence[RawTable], behind: Mapping[int, int]) -> Iterator[list[RawTable]]:
    """The tables in their order, in runs: small ones with the same columns of records that are new, others alone.

    `behind`: pieces of each record that are in the lake already.
    """
    run: list[RawTable] = []
    size = 0
    for table in tables:
        fits = _is_small(table, behind) and size + table.record.size <= _TOGETHER
        if run and not (fits and _is_small(run[0], behind) and run[0].shape.columns == table.shape.columns):
            yield run
            run, size = [], 0
        run.append(table)
        size += table.record.size
    if run:
        yield run


def _is_small(table: RawTable, behind: Mapping[int, int]) -> bool:
    record = table.record
    return table.shape.form is None and record.size <= _SMALL and not behind.get(record.record_no)


def bind_together(
    workspace: Workspace, session: Session, tables: Sequence[RawTable], relation: str, columns: Sequence[str]
) -> list[RawTable]:
    """Bind `relation` to all rows of `tables`, each at its record_no and row_no. Returns those that are in it: a table
    with a row that can't be read is left out, as a whole.
    """
    sound, parts = list[RawTable](), list[pa.Table]()
    for table in tables:
        rejects = list[tabular.Reject]()
        with suppress(RefusedInput), opened(workspace, table.record) as content:
            batches = [batch.select([*columns, "row_no"]) for batch in tabular.rows(content, table.shape, rejects)]
            if batches and not rejects:
                sound.append(table)
                parts += [_numbered(batch, table.record.record_no) for batch in batches]
    if parts:
        session.bind_arrow(relation, pa.concat_tables(parts))
    return sound


def _numbered(batch: pa.Table, record_no: int) -> pa.Table:
    return batch.append_column("record_no", pa.array([record_no] * batch.num_rows, pa.int64()))
