"""Where everything of a lake lies, and the shape of its tables"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from medark.model.omop import BUCKET, RECORD_NO, ROW_NO, lake_columns, person_column, tables
from medark.model.table import Type


@dataclass(frozen=True, slots=True)
class Places:
    """The paths of a lake under `root`: the only module that puts them together."""

    root: Path

    def table(self, name: str) -> Path:
        """A Delta table's folder."""
        return self.root / name

    def log(self, name: str) -> Path:
        """A Delta table's log."""
        return self.root / name / "_delta_log"

    def data(self, name: str, relative: str) -> Path:
        """A data file, from its path in the Delta log."""
        return self.root / name / relative

    def data_files(self, name: str) -> list[Path]:
        """Every data file in a table's folder, named by a version or not."""
        return [*self.table(name).glob("*.parquet"), *self.table(name).glob(f"{BUCKET}=*/*.parquet")]

    @property
    def versions(self) -> Path:
        """The manifests, one file a version."""
        return self.root / "_medark" / "versions"

    @property
    def incoming(self) -> Path:
        """Files on their way in, a folder a writer."""
        return self.root / "_medark" / "incoming"

    @property
    def lock(self) -> Path:
        """Held by the one process that commits."""
        return self.root / "_medark" / "write.lock"

    @property
    def purge(self) -> Path:
        """There while an erasure is under way: old versions have to go, whoever comes next."""
        return self.root / "_medark" / "purge"


def relative_path(table: str, name: str, bucket: int | None) -> str:
    """Where a data file lies in its table's folder, as the Delta log writes it."""
    return name if person_column(table) is None else f"{BUCKET}={bucket}/{name}"


def key_columns(table: str) -> tuple[str, ...]:
    """What makes a row the same row again: its primary key, or the whole row without where it came from.

    >>> key_columns("measurement"), key_columns("death")
    (('measurement_id',), ('person_id',))
    """
    if table == "death":
        return ("person_id",)
    key = tables()[table].primary_key
    return (key,) if key else tuple(c.name for c in lake_columns(table) if c not in (RECORD_NO, ROW_NO))


def sort_columns(table: str) -> tuple[str, ...]:
    """The order of rows in a file: person, start, key.

    >>> sort_columns("measurement")
    ('person_id', 'measurement_date', 'measurement_datetime', 'measurement_id')
    """
    columns = lake_columns(table)
    starts = (next((c.name for c in columns if c.type is kind), None) for kind in (Type.DATE, Type.DATETIME))
    wanted = (person_column(table), *starts, key_columns(table)[0])
    return tuple(dict.fromkeys(name for name in wanted if name))


def bucketed(table: str, sql: str, buckets: int) -> str:
    """The rows of `sql` as the lake stores them, with the partition column where the table has one."""
    cells = [f'CAST("{c.name}" AS {c.type}) AS "{c.name}"' for c in lake_columns(table)]
    person = person_column(table)
    if person is not None:
        # Surrogate ids may be negative; a row that names nobody lies in bucket 0.
        cells.append(f'CAST(((coalesce("{person}", 0) % {buckets}) + {buckets}) % {buckets} AS INTEGER) AS {BUCKET}')
    return f"SELECT {', '.join(cells)} FROM ({sql}) AS rows_of_table"


def bucket_of(person_id: int, buckets: int) -> int:
    """The bucket of a person.

    >>> bucket_of(-3, 8)
    5
    """
    return person_id % buckets


def table_names(only: Sequence[str] | None = None) -> list[str]:
    """The lake's tables, or those of `only` that it has."""
    return [name for name in tables() if only is None or name in only]
