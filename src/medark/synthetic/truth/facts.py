"""What is true of the whole city and of no one person: fact tables, staff, local codes, units"""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from medark.synthetic.city import City
from medark.synthetic.facts import frame, names
from medark.synthetic.truth.local_codes import local_codes, written_units


def write_facts(city: City, truth: Path) -> None:
    """truth/facts/<name>.parquet: every fact table as it was used, with `staff`, `local_code` and `written_unit`."""
    folder = truth / "facts"
    folder.mkdir(parents=True, exist_ok=True)
    own = {"staff": city.staff, "local_code": local_codes(), "written_unit": written_units()}
    for name, table in {**{name: frame(name) for name in names()}, **own}.items():
        pq.write_table(table, folder / f"{name}.parquet", compression="zstd")
