"""How many rows of a data file have a value, column by column: its footer says so, exactly, and no row is read"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from medark.flows.quality.parts import Parts
from medark.model.omop import lake_columns

Filled = Mapping[str, int]  # by column


def filled(parts: Parts, table: str, paths: Sequence[str]) -> dict[str, Filled] | None:
    """Of each of some files; None where a footer leaves it open."""
    if parts.session.dialect != "duckdb":  # elsewhere files are not ours to open
        return None
    found = {path: _of_file(parts, table, path) for path in paths}
    told = {path: some for path, some in found.items() if some is not None}
    return told if len(told) == len(found) else None


def columns_without(told: Mapping[str, Filled]) -> set[str]:
    """The columns in which no row of any file has a value."""
    every = list(told.values())
    return {name for name in every[0] if not any(one[name] for one in every)}


def _of_file(parts: Parts, table: str, path: str) -> Filled | None:
    try:
        told = pq.read_metadata(parts.snapshot.places.data(table, path), memory_map=True)
    except (OSError, pa.ArrowException):
        return None  # whoever reads its rows says what is wrong
    places = {name: place for place, name in enumerate(told.schema.names)}
    missing = [0] * told.num_columns
    for number in range(told.num_row_groups):
        group = told.row_group(number)
        for place in places.values():
            known = group.column(place).statistics
            if known is None or not known.has_null_count:
                return None
            missing[place] += known.null_count
    names = [column.name for column in lake_columns(table)]
    return {name: told.num_rows - missing[places[name]] if name in places else 0 for name in names}
