"""What DuckDB says went wrong, as an error of ours that holds no value"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa

from medark.errors import DefinitionError, InternalError, MedarkError, RefusedInput, StorageError


@contextmanager
def errors_without_values() -> Iterator[None]:
    """Within it, DuckDB's, Arrow's and the system's errors become ours."""
    try:
        yield
    except MedarkError:
        raise
    except (duckdb.Error, pa.ArrowException, OSError, RuntimeError) as error:
        raise translated(error) from None


def translated(error: Exception) -> MedarkError:
    """The error of ours that says what one of theirs does, without its text: that may be somebody's value."""
    text = str(error)
    if isinstance(error, duckdb.OutOfMemoryException) or "Out of Memory" in text:
        return StorageError("the query ran out of memory or scratch space", fix="allow it more memory, free disk")
    if isinstance(error, duckdb.IOException | OSError):
        full = "No space left" in text
        return StorageError("the disk is full" if full else "a file could not be read or written", fix="check the disk")
    line = re.search(r"CSV Error on Line: (\d+)", text)
    if line or "CSV" in text:
        return RefusedInput(
            "a delimited file has a bad line", fix="bind it with rejects=", line=int(line[1]) if line else 0
        )
    if "magic bytes" in text or "Parquet" in text or "thrift" in text.lower():
        return RefusedInput("a file is not sound Parquet")
    if isinstance(error, duckdb.ProgrammingError | duckdb.NotSupportedError | duckdb.DataError):
        return DefinitionError(f"the SQL does not fit its tables: {_names_only(error)}", fix="check names and types")
    return InternalError(f"the engine failed: {type(error).__name__}")


def _names_only(error: Exception) -> str:
    """The kind of an engine error and the plain names it mentions; anything else in it may be somebody's value."""
    first = str(error).splitlines()[0] if isinstance(error, duckdb.BinderException | duckdb.CatalogException) else ""
    names = re.findall(r'"([a-z_][a-z0-9_]*)"|with name ([a-z_][a-z0-9_]*) does', first)
    return " ".join([type(error).__name__, *(a or b for a, b in names)])
