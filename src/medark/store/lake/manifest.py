"""Which files of which tables belong together: one small file a version, the only thing readers trust"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import orjson

from medark.errors import NotFoundError, StorageError, WorkspaceError
from medark.model.omop import lake_columns
from medark.store.durable import disk, put_if_absent, sync
from medark.store.engine import Session
from medark.store.lake.places import Places
from medark.store.lake.row_groups import alike

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class DataFile:
    """One Parquet file: its path in the table's folder. It says nothing of what is inside but how much."""

    path: str
    rows: int
    bytes: int
    bucket: int | None


@dataclass(frozen=True, slots=True)
class TableState:
    """A table at one moment: the Delta version, and the files of that version."""

    delta_version: int
    files: tuple[DataFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All tables of the lake at one moment."""

    places: Places = field(repr=False)
    version: int  # 0: the empty lake, before any commit
    buckets: int
    batch: str = ""
    committed_ms: int = 0
    tables: Mapping[str, TableState] = field(default_factory=dict, repr=False)

    def files(self, table: str, buckets: Collection[int] | None = None) -> list[Path]:
        """The Parquet files of a table, or of some of its buckets."""
        return [self.places.data(table, file.path) for file in self.data_files(table, buckets)]

    def data_files(self, table: str, buckets: Collection[int] | None = None) -> list[DataFile]:
        """The same, as the manifest has them."""
        state = self.tables.get(table)
        return [f for f in state.files if buckets is None or f.bucket in buckets] if state else []

    def rows(self, table: str) -> int:
        """How many rows a table has."""
        return sum(file.rows for file in self.data_files(table))

    def columns_alike(self, table: str) -> dict[str, int | None]:
        """Columns in which all rows of a table have no value, None, or the same whole number."""
        found: dict[str, int | None] | None = None
        for path in self.files(table):
            told = alike(path, [column.name for column in lake_columns(table)] if found is None else [*found])
            found = {name: one for name, one in told.items() if found is None or found[name] == one}
        return found or {}

    def bind(self, session: Session, table: str, buckets: Collection[int] | None = None, name: str = "") -> None:
        """Name a table's rows in a session: under its own name, unless `name` says another."""
        session.bind_parquet(name or table, self.files(table, buckets), lake_columns(table))


@dataclass(frozen=True, slots=True)
class Commit:
    """One line of the lake's history: `rows` after the commit, by table."""

    version: int
    batch: str
    committed_ms: int  # since 1970, UTC
    rows: Mapping[str, int]


def numbers(places: Places) -> list[int]:
    """The versions that are there, oldest first."""
    try:
        names = os.listdir(_versions(places))  # noqa: PTH208  before each read: a Path for each name takes longer
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(int(name.removesuffix(".json")) for name in names if name.endswith(".json") and name[0].isdigit())


@lru_cache(100)
def _versions(places: Places) -> str:
    return str(places.versions)


def read(places: Places, version: int) -> Snapshot:
    """A version; NotFoundError if it never was or is no longer kept."""
    try:
        content = _path(places, version).read_bytes()
    except FileNotFoundError:
        raise NotFoundError("the lake has no such version", fix="medark lake history", version=version) from None
    except OSError as error:
        raise StorageError("a manifest can't be read", version=version, errno=error.errno or 0) from None
    return _decoded(places, content, version)


def latest(places: Places, buckets: int, after: int = 0) -> Snapshot:
    """The newest version; an empty lake of `buckets`, numbered `after`, if there is none."""
    while found := numbers(places):
        try:
            return read(places, found[-1])
        except NotFoundError:  # an erasure took it away between the two steps; there is a newer one
            continue
    return Snapshot(places, after, buckets)


def write(snapshot: Snapshot) -> None:
    """Make a version the newest. This is the moment a commit happens."""
    content = {
        "format": _FORMAT,
        "version": snapshot.version,
        "buckets": snapshot.buckets,
        "batch": snapshot.batch,
        "committed_ms": snapshot.committed_ms,
        "tables": {
            name: {"delta": state.delta_version, "files": [[f.path, f.rows, f.bytes, f.bucket] for f in state.files]}
            for name, state in snapshot.tables.items()
        },
    }
    with disk():
        written = put_if_absent(_path(snapshot.places, snapshot.version), orjson.dumps(content))
    if not written:
        raise StorageError("somebody committed without the lake's lock", version=snapshot.version)


def forget(places: Places, versions: Collection[int]) -> None:
    """Remove manifests, for good: a file that only they name may go after this."""
    with disk():
        for version in versions:
            _path(places, version).unlink(missing_ok=True)
        sync(places.versions)


def _decoded(places: Places, content: bytes, version: int) -> Snapshot:
    try:
        told = orjson.loads(content)
        if told["format"] != _FORMAT:
            raise WorkspaceError("the lake is of another medark version", fix="medark rebuild", version=version)
        tables = {
            name: TableState(state["delta"], tuple(DataFile(*file) for file in state["files"]))
            for name, state in told["tables"].items()
        }
        return Snapshot(places, told["version"], told["buckets"], told["batch"], told["committed_ms"], tables)
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
        raise StorageError("a manifest is damaged", fix="medark rebuild", version=version) from None


def _path(places: Places, version: int) -> Path:
    return places.versions / f"{version:020d}.json"
