"""Profiles on disk: one small file for each table and view, beside what else can be made again"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from medark.catalog import TableProfile
from medark.errors import StorageError
from medark.flows.workspace import Workspace
from medark.store.durable import disk

_FOLDER, _FORMAT = "map", 1
_T = TypeVar("_T")


class Keeping:
    """What is kept of a workspace's map. A file that can't be read is as one that is not there: it is made again."""

    def __init__(self, workspace: Workspace, folder: str = _FOLDER) -> None:
        self._folder = workspace.places.kept / folder
        self._read = workspace.kept.setdefault(f"read of the {folder}", {})

    def read(self, table: str, key: str) -> TableProfile | None:
        """The profile of a table through a view, of whatever version of the lake."""
        return self.told(self._path(table, key).name, TableProfile)

    def write(self, key: str, profile: TableProfile) -> None:
        """Keep a profile in the place of the one before."""
        self.put(self._path(profile.table, key).name, profile)

    def told(self, name: str, kind: type[_T]) -> _T | None:
        """Any one thing that is kept under a name."""
        path = self._folder / name
        try:
            written = path.stat().st_mtime_ns
            found = self._read.get(name)
            if found is None or found[0] != written:
                found = self._read[name] = (written, msgspec.json.decode(path.read_bytes(), type=kind))
        except (OSError, msgspec.DecodeError):
            return None
        value: _T = found[1]
        return value

    def put(self, name: str, value: object) -> None:
        """Keep it: whole or not at all, for the owner's eyes."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            part = self._folder / f".{name}.{os.getpid()}"
            handle = os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(msgspec.json.encode(value))
            part.replace(self._folder / name)
        except OSError as error:
            raise StorageError("the map can't be kept", fix="check rights and space", errno=error.errno or 0) from None

    def sweep(self, is_kept: Callable[[int], bool]) -> None:
        """Remove profiles of versions of the lake that are gone."""
        known: dict[int, bool] = {}
        with disk():
            for path in self._folder.glob("table-*.json"):
                profile = self.told(path.name, TableProfile)
                version = profile.version if profile else -1
                if not known.setdefault(version, profile is not None and is_kept(version)):
                    path.unlink(missing_ok=True)
                    self._read.pop(path.name, None)

    def forget(self) -> None:
        """Remove every profile: somebody was erased, and may have been in any."""
        with disk():
            for path in (*self._folder.glob("table-*.json"), *self._folder.glob("raw-*.json")):
                path.unlink(missing_ok=True)
        self._read.clear()

    def lock(self) -> Path:
        """Held by who works out what is missing."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self._folder / "lock"

    def _path(self, table: str, key: str) -> Path:
        return self._folder / f"table-{_FORMAT}-{table}-{key}.json"


def raw_name(record_no: int, *depends: object) -> str:
    """The name under which the tables of a raw record are kept; another one once what they depend on is another."""
    return f"raw-{_FORMAT}-{record_no}-{hashlib.sha256(repr(depends).encode()).hexdigest()[:32]}.json"
