"""The process that one session lives in: it does what it is told, within its limits, and ends when nobody tells more"""

from __future__ import annotations

import os
import pickle
import resource
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from medark.errors import MedarkError, RefusedInput
from medark.messages import N_
from medark.store.apart.wire import LARGEST, PIECE, Kind, heard, plain, rows, say
from medark.store.duckdb import DuckDB, DuckDBSession

_ROOM: Final = 4  # times its memory that it may reserve: the platform watches what it really takes
_NICE: Final = 10  # whoever waits for one person's record goes first


def main() -> None:
    """Open a session as the first message says, then answer calls until there are no more."""
    ask, answer = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    with suppress(EOFError, BrokenPipeError):
        _, content = heard(ask)
        told = pickle.loads(content)  # from the platform, which is trusted here
        _limit(told["memory"], told["cpu_seconds"])
        engine = DuckDB(Path(told["scratch"]), f"{told['memory'] // 1_000_000}MB", told["threads"], told["spill"])
        with engine.session() as session:
            while True:
                _, content = heard(ask)
                _answer(answer, session, *pickle.loads(content))
    os._exit(0)


def _limit(memory: int, cpu_seconds: int) -> None:
    most = _ROOM * memory + (1 << 30)
    resource.setrlimit(resource.RLIMIT_DATA, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(_NICE)


def _answer(target: int, session: DuckDBSession, name: str, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
    """The rows of a result first, if it has any, then its value or what went wrong."""
    try:
        found = getattr(session, name)(*arguments, **named)
        if isinstance(found, pa.Table):
            found = found.to_reader()
        if isinstance(found, pa.RecordBatchReader):
            say(target, Kind.ROWS, rows(found.schema))
            for batch in found:
                for piece in _pieces(batch):
                    say(target, Kind.ROWS, rows(found.schema, piece))
            found = None
        told: dict[str, Any] = {"value": found}
    except MedarkError as error:
        told = {"error": [type(error).__name__, error.what, error.fix, dict(error.where)]}
    except MemoryError:
        told = {"error": ["StorageError", N_("the query ran out of memory or scratch space"), "", {}]}
    say(target, Kind.PLAIN, plain(told))


def _pieces(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    """A batch in pieces that whoever reads has room for. RefusedInput for one row that is larger than a message."""
    size = batch.nbytes
    if size <= PIECE or (batch.num_rows <= 1 and size < LARGEST - PIECE):
        yield batch
    elif batch.num_rows <= 1:
        raise RefusedInput("one row of the result is too large", fix="ask for less in a cell", most_bytes=LARGEST)
    else:
        half = batch.num_rows // 2
        yield from _pieces(batch.slice(0, half))
        yield from _pieces(batch.slice(half))


if __name__ == "__main__":
    main()
