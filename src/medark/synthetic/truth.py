"""What is true of the whole city and of no one person: places, local codes, effects, what errors there are"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from medark.synthetic.city import City
from medark.synthetic.facts import frame, names

_ABOUT: Final = "facts"


def write_facts(city: City, truth: Path) -> None:
    """truth/facts/<name>.parquet: every fact table as it was used, and the staff."""
    folder = truth / _ABOUT
    folder.mkdir(parents=True, exist_ok=True)
    for name in names():
        pq.write_table(frame(name), folder / f"{name}.parquet", compression="zstd")
    pq.write_table(city.staff, folder / "staff.parquet", compression="zstd")
