"""A system that exports: its name, what it writes for a part of the people, and what it writes at last"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from medark.synthetic.feeds.desk import Desk


@dataclass(frozen=True, slots=True)
class Export:
    """One file a part. `sql` gives, in the order of the file, `line` (with its ending), `kind`, `record_id`, `person`.

    `kind` and `record_id` are what the system itself calls the record; each line is one row of truth/records.
    """

    file: str  # with {part}: "就诊_{part:03d}.csv"; a name that ends with .gz is compressed
    sql: str
    header: str = ""
    footer: str = ""
    encoding: str = "utf-8"


class Finish(Protocol):
    """What is written when all parts are done, from what they spooled (Parquet files by name), by so many processes."""

    def __call__(self, spooled: Path, root: Path, workers: int) -> None: ...


@dataclass(frozen=True, slots=True)
class System:
    """`name` is organisation/system, the folder under raw/. `hospital`: left out where the city has not that one."""

    name: str
    write: Callable[[Desk], None]
    finish: Finish | None = None
    hospital: str = ""
