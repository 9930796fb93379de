"""How many rows of a data file have a value, and which, where it is but one: footers say so, and no row is read"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from medark.flows.quality.parts import Parts
from medark.model.omop import lake_columns
from medark.model.table import Type

Filled = Mapping[str, int]  # by column
Alike = Mapping[str, Mapping[int | None, int]]  # by column: each value, and how many rows have it


@dataclass(frozen=True, slots=True)
class Footer:
    """`filled`: how many rows of a file have a value, column by column; `alike`: of columns of concepts and counts in
    which all rows of each row group that have a value have the same, how many rows have which.
    """

    filled: Filled
    alike: Alike


def footers(parts: Parts, table: str, paths: Sequence[str]) -> dict[str, Footer] | None:
    """Of each of some files; None where a footer leaves open how many rows have a value."""
    if parts.session.dialect != "duckdb":  # elsewhere files are not ours to open
        return None
    found = {path: _of_file(parts, table, path) for path in paths}
    told = {path: some for path, some in found.items() if some is not None}
    return told if len(told) == len(found) else None


def columns_without(told: Mapping[str, Filled]) -> set[str]:
    """The columns in which no row of any file has a value."""
    every = list(told.values())
    return {name for name in every[0] if not any(one[name] for one in every)}


def _of_file(parts: Parts, table: str, path: str) -> Footer | None:
    try:
        told = pq.read_metadata(parts.snapshot.places.data(table, path), memory_map=True)
    except (OSError, pa.ArrowException):
        return None  # whoever reads its rows says what is wrong
    places = {name: place for place, name in enumerate(told.schema.names)}
    missing = [0] * told.num_columns
    alike = {places[c.name]: Counter[int]() for c in lake_columns(table) if c.type == Type.INTEGER and c.name in places}
    for number in range(told.num_row_groups):
        group = told.row_group(number)
        for place in places.values():
            known = group.column(place).statistics
            if known is None or not known.has_null_count:
                return None
            missing[place] += known.null_count
            if place in alike and not _add(alike[place], known, group.num_rows - known.null_count):
                del alike[place]
    names = [column.name for column in lake_columns(table)]
    filled = {name: told.num_rows - missing[places[name]] if name in places else 0 for name in names}
    return Footer(filled, {told.schema.names[place]: _with_none(n, missing[place]) for place, n in alike.items()})


def _add(values: Counter[int], known: pq.Statistics, rows: int) -> bool:
    """Add how many rows of a row group have which value; False where they have several."""
    if rows and not (known.has_min_max and known.min == known.max):
        return False
    if rows:
        values[known.min] += rows
    return True


def _with_none(values: Mapping[int, int], missing: int) -> dict[int | None, int]:
    return {**values, None: missing} if missing else {**values}
