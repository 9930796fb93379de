"""A person's rows as the in-memory engine takes them"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from medark.define.memory import Record
from medark.define.tables import TABLES, event_table
from medark.model.arrow import values


def record_of(person_id: int, tables: Mapping[str, pa.Table]) -> tuple[Record, frozenset[str]]:
    """The record, and the tables whose rows can be named as evidence.

    Where a reader may not see the keys of a table, rows are numbered in the order in which they lie: they can be
    judged, but not pointed at.
    """
    held: dict[str, dict[str, list[Any]]] = {}
    keyed = set[str]()
    for name, table in tables.items():
        if name not in TABLES:
            continue
        held[name] = {column: values(table[column]) for column in table.column_names}
        key = event_table(name).key
        if key in held[name] and None not in held[name][key]:
            keyed.add(name)
        else:
            held[name][key] = list(range(table.num_rows))
    return Record.of(person_id, held), frozenset(keyed)
