"""Profiles as they are written down, and read again"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from medark.standardise.propose.profile.column import ColumnProfile
from medark.standardise.propose.profile.orders import Order
from medark.standardise.propose.profile.table import TableProfile

_PLAIN = (
    "name",
    "rows",
    "missing",
    "distinct",
    "repeated",
    "mean_length",
    "longest",
    "forms",
    "top",
    "numbers",
    "years",
)


def plain(table: TableProfile) -> dict[str, Any]:
    """For JSON."""
    columns = [
        {name: getattr(column, name) for name in _PLAIN}
        | {"hashes": [f"{value:x}" for value in column.hashes.tolist()]}
        for column in table.columns
    ]
    orders = [{each.name: getattr(one, each.name) for each in fields(Order)} for one in table.orders]
    return {"name": table.name, "columns": columns, "orders": orders}


def read(told: Mapping[str, Any]) -> TableProfile:
    """What `plain` gave."""
    orders = tuple(Order(**one) for one in told.get("orders", ()))
    return TableProfile(told["name"], tuple(_column(one) for one in told["columns"]), orders)


def _column(told: Mapping[str, Any]) -> ColumnProfile:
    values = {name: told[name] for name in _PLAIN if name in told}
    values["top"] = tuple((value, n) for value, n in values["top"])
    values["numbers"], values["years"] = tuple(values["numbers"]), tuple(values["years"])
    hashes = np.array([int(value, 16) for value in told["hashes"]], np.uint64)
    return ColumnProfile(**values, hashes=hashes)
