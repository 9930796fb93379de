"""OMOP tables as a source delivers them, held against the lake's, value by value"""

from __future__ import annotations

import datetime as dt
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from journey.walked import Walked

# What 5.4 calls otherwise. Source: OHDSI CommonDataModel, field lists of v5.3 and v5.4.
RENAMED = {
    "admitting_source_concept_id": "admitted_from_concept_id",
    "admitting_source_value": "admitted_from_source_value",
    "discharge_to_concept_id": "discharged_to_concept_id",
    "discharge_to_source_value": "discharged_to_source_value",
    "visit_detail_parent_id": "parent_visit_detail_id",
}
KEYS = {"death": "person_id"}
Delivered = Sequence[Mapping[str, Any]]


def delivered_columns(rows: Delivered) -> dict[str, str]:
    """5.4 column -> the name it was delivered under."""
    return {RENAMED.get(name.lower(), name.lower()): name for name in rows[0]}


def differences(walked: Walked, table: str, rows: Delivered, unlinked: Iterable[str] = ()) -> Counter[str]:
    """Columns in which the lake's rows are not the delivered ones, and how many rows that concerns.

    Rows are paired by key; `unlinked` references may be empty in the lake. "missing" and "extra" count rows.
    """
    key = KEYS.get(table, f"{table}_id")
    lake = walked.lake[table]
    given = delivered_columns(rows)
    columns = [name for name in lake.column_names if name in given]
    there = {_plain(row[key], lake.schema.field(key).type): row for row in lake.select(columns).to_pylist()}
    found: Counter[str] = Counter()
    may_be_empty = set(unlinked)
    for row in rows:
        kept = there.pop(_plain(row[given[key]], lake.schema.field(key).type), None)
        if kept is None:
            found["missing"] += 1
            continue
        for name in columns:
            kind = lake.schema.field(name).type
            same = _plain(row[given[name]], kind) == _plain(kept[name], kind)
            if not same and not (name in may_be_empty and kept[name] is None):
                found[name] += 1
    if there:
        found["extra"] += len(there)
    return found


def _plain(value: Any, kind: pa.DataType) -> Any:
    """A value as of the lake's type, from text or from a typed file."""
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        return None
    if pa.types.is_integer(kind):
        return int(value) if not isinstance(value, str) or "." not in value else int(float(value))
    if pa.types.is_floating(kind):
        return float(value)
    if pa.types.is_date(kind):
        return str(value)[:10]
    if pa.types.is_timestamp(kind):
        return dt.datetime.fromisoformat(str(value)).replace(tzinfo=None)
    return str(value)
