"""What was true of people, in a file beside which cards are held"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from medark.errors import UsageError
from medark.flows.apps.backtest_count import Case
from medark.messages import N_

_SCHEMA: Final = pa.schema(
    [("card", pa.string()), ("person_id", pa.int64()), ("first", pa.date32()), ("last", pa.date32())]
)


def truth_in(path: Path) -> tuple[Case, ...]:
    """The cases in a file of CSV or Parquet: card, person_id, and the first and last day. UsageError for another."""
    try:
        told = pq.read_table(path) if path.suffix == ".parquet" else pc.read_csv(path)
        rows = told.select(_SCHEMA.names).cast(_SCHEMA)
    except (OSError, KeyError, pa.ArrowException):
        raise UsageError(
            N_("this is no file of what was true"), fix="card,person_id,first,last", file=path.name
        ) from None
    columns = (rows[name].to_pylist() for name in _SCHEMA.names)
    return tuple(Case(card, int(person), first, last) for card, person, first, last in zip(*columns, strict=True))
