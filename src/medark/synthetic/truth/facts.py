"""What is true of the whole city and of no one person: facts, staff, codes, units, epidemics as they ran, effects"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from medark.synthetic.city import City
from medark.synthetic.facts import frame, names
from medark.synthetic.health.effects import true_effects
from medark.synthetic.truth.local_codes import local_codes
from medark.synthetic.truth.units import written_units


def write_facts(city: City, truth: Path) -> None:
    """truth/facts/<name>.parquet, every fact table as it was used; beside it a folder for each table of the city."""
    for name in names():
        _write(frame(name), truth / "facts" / f"{name}.parquet")
    for name, table in of_city(city).items():
        _write(table, truth / name / "city.parquet")


def of_city(city: City) -> dict[str, pa.Table]:
    """The tables that have no parts."""
    return {
        "staff": city.staff,
        "local_code": local_codes(),
        "written_unit": written_units(),
        "effect": true_effects(),
        "course": city.courses.table(),
        "course_parameter": city.courses.parameters(),
    }


def _write(table: pa.Table, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, compression="zstd")
