"""In which unit each value is written, and what one of it is in the unit of the truth"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pyarrow as pa

from medark.synthetic.facts import by_key, rows
from medark.synthetic.settings import HOSPITALS
from medark.synthetic.truth.local_codes import CONVENTIONAL

SCHEMA: Final = pa.schema(
    [
        ("organisation", pa.string()),  # or the first word of the source of another system
        ("kind", pa.string()),  # test, observation, dose, device
        ("key", pa.string()),  # of the test, the observation, the drug, the kind of device
        ("unit", pa.string()),  # as it is written
        ("true_unit", pa.string()),  # UCUM: of the value in the truth
        ("factor", pa.float64()),  # one as written is so many in the true unit
    ]
)
_Unit = tuple[str, str, str, str, str, float]
_AT_CLINICS: Final = {"temp": "℃", "sbp": "mmHg", "dbp": "mmHg"}


def written_units() -> pa.Table:
    """A row an organisation and what it measures or gives."""
    found = (*_tests(), *_observations(), *_doses(), *_devices())
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in found], SCHEMA)


def _tests() -> Iterator[_Unit]:
    for organisation in HOSPITALS:
        for row in rows("tests"):
            if organisation in CONVENTIONAL:
                yield organisation, "test", row["key"], row["unit_conventional"], row["unit"], float(row["factor"] or 1)
            else:
                yield organisation, "test", row["key"], row["unit"], row["unit"], 1.0


def _observations() -> Iterator[_Unit]:
    """Nurses of all hospitals write in the same units, by other names."""
    for organisation in HOSPITALS:
        for row in rows(f"local_{organisation}_observation"):
            yield organisation, "observation", row["key"], row["unit"], _true("observations", row["key"]), 1.0
    for key, unit in _AT_CLINICS.items():
        yield "clinics", "observation", key, unit, _true("observations", key), 1.0


def _doses() -> Iterator[_Unit]:
    for organisation in HOSPITALS:
        for row in rows(f"local_{organisation}_drug"):
            yield organisation, "dose", row["key"], row["unit"], _true("drugs", row["key"]), 1.0
    for row in rows("drugs"):
        yield "clinics", "dose", row["key"], row["unit"], row["unit"], 1.0


def _devices() -> Iterator[_Unit]:
    for row in rows("device_kinds"):
        yield "home", "device", row["key"], row["unit"], row["unit"], 1.0


def _true(facts: str, key: str) -> str:
    return by_key(facts)[key]["unit"]
