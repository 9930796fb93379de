"""Every true effect of the made people in one table: what research on them should find"""

from __future__ import annotations

from typing import Final

import pyarrow as pa

from medark.synthetic.facts.read import Row, rows

SCHEMA: Final = pa.schema(
    [
        ("cause", pa.string()),
        ("outcome", pa.string()),  # a disease, a drug (its start), a test or vital sign, or vte
        ("measure", pa.string()),  # hazard_ratio; factor or shift of a value in SI units, when all of it has come
        ("size", pa.float64()),
        ("per", pa.float64()),  # unit of a cause that is a number
        ("days", pa.float64()),  # in which 63 % of a drug's effect on a value comes
        ("planted", pa.string()),  # which of the events that the city was asked for
        ("source", pa.string()),
        ("confidence", pa.string()),
    ]
)


def true_effects() -> pa.Table:
    """Hazard ratios of risk_factors.csv and everything of effects.csv."""
    risks = [
        {
            **row,
            "cause": row["factor"],
            "outcome": row["disease"],
            "measure": "hazard_ratio",
            "size": row["hazard_ratio"],
        }
        for row in rows("risk_factors")
    ]
    return pa.Table.from_pylist([_typed(row) for row in (*risks, *rows("effects"))], schema=SCHEMA)


def _typed(row: Row) -> dict[str, str | float | None]:
    numbers = {field.name for field in SCHEMA if pa.types.is_floating(field.type)}
    found = {name: row.get(name) or None for name in SCHEMA.names}
    return {name: float(value) if value and name in numbers else value for name, value in found.items()}
