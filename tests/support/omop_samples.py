"""Other people's OMOP lakes as tables of ours: older column names told anew, types as the lake has them"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from medark.model.arrow import arrow_schema
from medark.model.omop import VOCABULARY_TABLES, lake_columns, tables

# CDM 5.3 → 5.4
_NEWER = {
    "admitting_source_concept_id": "admitted_from_concept_id", "admitting_source_value": "admitted_from_source_value",
    "discharge_to_concept_id": "discharged_to_concept_id", "discharge_to_source_value": "discharged_to_source_value",
}  # fmt: skip


def from_parquet(folder: Path) -> dict[str, pa.Table]:
    """The tables of a folder with a Parquet file a table."""
    return _lake({path.stem.lower(): pq.read_table(path) for path in folder.glob("*.parquet")})


def from_csv(folder: Path) -> dict[str, pa.Table]:
    """The tables of a folder with a CSV file a table."""
    texts = pa_csv.ConvertOptions(strings_can_be_null=True, quoted_strings_can_be_null=True)
    return _lake({path.stem.lower(): pa_csv.read_csv(path, convert_options=texts) for path in folder.glob("*.csv")})


def _lake(given: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    return {name: _table(name, given.get(name)) for name in tables() if name not in VOCABULARY_TABLES}


def _table(name: str, given: pa.Table | None) -> pa.Table:
    schema = arrow_schema(lake_columns(name))
    if given is None:
        return schema.empty_table()
    lowered = [column.lower() for column in given.column_names]
    there = given.rename_columns([_NEWER.get(column, column) for column in lowered])
    cells = [_cast(there[field.name], field.type) if field.name in there.column_names else
             pa.nulls(given.num_rows, field.type) for field in schema]  # fmt: skip
    found = pa.table(dict(zip(schema.names, cells, strict=True)), schema=schema)
    return found.filter(pc.is_valid(found[0]))  # GiBleed writes an empty table as a row of nothing


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_string(column.type) and not pa.types.is_string(kind):
        column = pc.if_else(pc.equal(column, ""), None, column)
    if pa.types.is_timestamp(column.type) and pa.types.is_date(kind):
        return column.cast(kind, safe=False)
    return column.cast(kind, safe=pa.types.is_integer(kind))
