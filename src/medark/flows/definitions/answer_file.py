"""An answer as a Parquet file that says what it was made of"""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from medark.errors import SourceError
from medark.flows.definitions.run import Answer, Provenance

_KEY = b"medark"


def with_provenance(answer: Answer) -> pa.Table:
    """The rows of an answer, what they were made of beside their columns."""
    told = json.dumps(answer.provenance.plain(), ensure_ascii=False).encode()
    return answer.rows.replace_schema_metadata({**(answer.rows.schema.metadata or {}), _KEY: told})


def earlier_answer(path: Path) -> Answer:
    """An answer that was written before. SourceError if the file is none."""
    try:
        table = pq.read_table(path)
        told = json.loads((table.schema.metadata or {})[_KEY])
        return Answer(table, (), Provenance(**told))
    except (OSError, KeyError, TypeError, ValueError, pa.ArrowInvalid):
        raise SourceError(
            "this is no answer that can be kept fresh", fix="run it once with --out FILE.parquet, without --update"
        ) from None
