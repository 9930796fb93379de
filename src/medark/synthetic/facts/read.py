"""Fact tables as rows, as columns for numpy, and as Arrow for the systems' SQL"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
import pyarrow as pa

Row = Mapping[str, str]


@cache
def rows(name: str) -> tuple[Row, ...]:
    """The rows of facts/<name>.csv."""
    text = files(__package__).joinpath(f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


@cache
def by_key(name: str) -> Mapping[str, Row]:
    """Rows by their column `key`."""
    return {row["key"]: row for row in rows(name)}


@cache
def keys(name: str) -> tuple[str, ...]:
    """The column `key`, in order: what words of the city's tables point at."""
    return tuple(row["key"] for row in rows(name))


@cache
def numbers(name: str, column: str) -> np.ndarray:
    """A column of numbers; NaN where it is empty. Not to be written to."""
    found = np.array([float(row[column] or "nan") for row in rows(name)])
    found.flags.writeable = False
    return found


@cache
def frame(name: str) -> pa.Table:
    """All columns as text, empty ones missing: what feeds join with as `fact_<name>`."""
    held = rows(name)
    return pa.table({column: pa.array([row[column] or None for row in held], pa.string()) for column in held[0]})


@cache
def names() -> tuple[str, ...]:
    """The names of all fact tables, in order."""
    return tuple(
        sorted(path.name.removesuffix(".csv") for path in files(__package__).iterdir() if path.name.endswith(".csv"))
    )
