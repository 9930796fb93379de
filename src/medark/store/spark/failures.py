"""What Spark says went wrong, as an error of ours that holds no value"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa
from py4j.protocol import Py4JError
from pyspark.errors import AnalysisException, PySparkException, UnsupportedOperationException

from medark.errors import DefinitionError, InternalError, MedarkError, RefusedInput, StorageError

# Spark's own names of what went wrong (error conditions), the few that are about files and not about the SQL.
_UNSOUND = ("FAILED_READ_FILE", "CANNOT_READ_FILE_FOOTER", "PARQUET_COLUMN_DATA_TYPE_MISMATCH")
_GONE = ("PATH_NOT_FOUND", "FAILED_READ_FILE.FILE_NOT_EXIST", "FAILED_READ_FILE.NO_HINT_FILE_NOT_FOUND")
# Of a value that does not fit: text that is no number, a sum that is too large, a date that is none.
_OF_VALUES = re.compile(r"CAST_|INVALID|OVERFLOW|DIVIDE_BY_ZERO|OUT_OF_RANGE|CANNOT_PARSE|SCALAR_SUBQUERY|USER_RAISED")
_CONDITION = re.compile(r"\[([A-Z][A-Z_0-9]+(?:\.[A-Z_0-9]+)*)\]")
_PLAIN = re.compile(r"[a-z_][a-z0-9_]*")


@contextmanager
def errors_without_values() -> Iterator[None]:
    """Within it, Spark's, Arrow's and the system's errors become ours."""
    try:
        yield
    except MedarkError:
        raise
    except (PySparkException, Py4JError, pa.ArrowException, OSError) as error:
        raise translated(error) from None


def translated(error: Exception) -> MedarkError:
    """The error of ours that says what one of theirs does, without its text: that may be somebody's value."""
    text = str(error)
    if "No space left" in text:
        return StorageError("the disk is full", fix="check the disk")
    if "OutOfMemoryError" in text or "Java heap space" in text:
        return StorageError("the query ran out of memory", fix="raise [engine] memory")
    found = _conditions(error, text)
    if isinstance(error, OSError) or any(name in _GONE for name in found) or "FileNotFoundException" in text:
        return StorageError("a file could not be read or written", fix="check the disk")
    if any(name.startswith(_UNSOUND) for name in found) or "is not a Parquet file" in text:
        return RefusedInput("a file is not sound Parquet")
    if isinstance(error, AnalysisException | UnsupportedOperationException):
        return DefinitionError(f"the SQL does not fit its tables: {_names(error)}", fix="check names and types")
    of_values = next((name for name in found if _OF_VALUES.search(name)), "")
    if of_values:
        return DefinitionError(f"the SQL does not fit its rows: {of_values}", fix="check casts and sums")
    return InternalError(f"the engine failed: {next(iter(found), type(error).__name__)}")


def _conditions(error: Exception, text: str) -> list[str]:
    own = error.getCondition() if isinstance(error, PySparkException) else None
    return [*([own] if own else []), *_CONDITION.findall(text)]


def _names(error: PySparkException) -> str:
    """The condition and the plain names that it is about."""
    told = error.getMessageParameters() or {}
    about = [told.get(key, "") for key in ("objectName", "relationName", "routineName", "name")]
    names = [part for text in about for part in re.findall(r"`([^`]*)`", text) if _PLAIN.fullmatch(part)]
    return " ".join([error.getCondition() or type(error).__name__, *names])
