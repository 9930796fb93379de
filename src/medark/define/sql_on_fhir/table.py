"""A view's rows as an Arrow table, typed by its columns"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
import pyarrow as pa

from medark.define.sql_on_fhir.rows import rows
from medark.define.sql_on_fhir.view import Column, View

# Dates may be partial in FHIR (1970-06), so they stay texts.
_TYPES: Final = {
    "boolean": pa.bool_(), "integer": pa.int64(), "integer64": pa.int64(), "positiveInt": pa.int64(),
    "unsignedInt": pa.int64(), "decimal": pa.float64(),
}  # fmt: skip


def column_types(view: View) -> pa.Schema:
    """The schema of a view's table. A column of a complex type, or of none, is text: JSON where it is no text."""
    return pa.schema([(column.name, _type(column)) for column in view.columns])


def table(view: View, resources: Iterable[Mapping[str, Any]]) -> pa.Table:
    """All rows of a view."""
    columns = view.columns
    cells: dict[str, list[Any]] = {column.name: [] for column in columns}
    shown = {column.name: _shown(column) for column in columns}
    for row in rows(view, resources):
        for name, into in cells.items():
            into.append(shown[name](row[name]))
    schema = column_types(view)
    return pa.table([pa.array(cells[field.name], field.type) for field in schema], schema=schema)


def _type(column: Column) -> pa.DataType:
    found = _TYPES.get(column.type, pa.string())
    return pa.list_(found) if column.is_collection else found


def _shown(column: Column) -> Any:
    if column.type in _TYPES:
        return lambda value: value
    if column.is_collection:
        return lambda value: [_text(one) for one in value]
    return _text


def _text(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
