"""What is kept of data files, which never change: a pack for those that were read together, mapped when it is read"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import uuid4

import numpy as np

from medark.store.arrays import read_arrays, read_told, write_arrays
from medark.store.lake import Snapshot

_END = ".pack"
_SMALL = 1 << 20  # bytes: of packs that are smaller …
_MOST = 8  # … so many are put together
Arrays = dict[str, np.ndarray]
Told = dict[str, Any]
Gone = Callable[[str, Collection[str]], set[str]]
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Form(Generic[_T]):
    """How what is kept of a file is written: `name`, by which another's is not read; `written` puts its arrays to
    others, under names that begin so, and gives what else is told of it; `read` undoes that.
    """

    name: str
    written: Callable[[Arrays, str, _T], Told]
    read: Callable[[Arrays, str, Told], _T]


class Packs(Generic[_T]):
    """A folder of them; each is written once, and can be made again."""

    def __init__(self, folder: Path, form: Form[_T]) -> None:
        self._folder, self._form = folder, form

    def of(self, table: str) -> dict[str, _T]:
        """What is kept of a table's files, by path."""
        return {path: one for pack in self._packs(table) for path, one in self._read(pack).items()}

    def put(self, table: str, some: Mapping[str, _T]) -> dict[str, _T]:
        """Keep what is told of some files together; the same as it is kept. StorageError."""
        arrays, told = Arrays(), {}
        for number, (path, one) in enumerate(some.items()):
            told[path] = self._form.written(arrays, f"{number}.", one)
        pack = self._folder / table / f"{uuid4().hex}{_END}"
        write_arrays(pack, arrays, {"form": self._form.name, "files": told})
        return self._read(pack) or dict(some)

    def sweep(self, gone: Gone) -> None:
        """Keep nothing of files that are no longer there, and small packs together.

        `gone`: which of some files of a table are no longer there.
        """
        for table in self._tables():
            small = list[Path]()
            for pack in self._packs(table):
                paths = self._paths(pack)
                if not paths or gone(table, paths):
                    self._move(table, [pack], gone)
                elif pack.stat().st_size < _SMALL:
                    small.append(pack)
            if len(small) > _MOST:
                self._move(table, small, gone)
        for old in self._folder.glob("*/*.npy"):  # of an earlier form
            old.unlink(missing_ok=True)

    def _move(self, table: str, packs: Sequence[Path], gone: Gone) -> None:
        """Put what some packs tell of files that are there into one."""
        told = {path: one for pack in packs for path, one in self._read(pack).items()}
        kept = told.keys() - gone(table, told.keys())
        if kept:
            self.put(table, {path: told[path] for path in sorted(kept)})
        for pack in packs:
            pack.unlink(missing_ok=True)

    def _tables(self) -> list[str]:
        return [folder.name for folder in self._folder.iterdir() if folder.is_dir()] if self._folder.is_dir() else []

    def _packs(self, table: str) -> list[Path]:
        return sorted((self._folder / table).glob(f"*{_END}"))

    def _paths(self, pack: Path) -> Collection[str]:
        told = read_told(pack)
        return told["files"].keys() if told is not None and told["form"] == self._form.name else ()

    def _read(self, pack: Path) -> dict[str, _T]:
        """By path; nothing of one that is not whole, of another form, or taken away meanwhile."""
        found = read_arrays(pack)
        if found is None or found[1]["form"] != self._form.name:
            return {}
        arrays, told = found
        return {path: self._form.read(arrays, f"{n}.", one) for n, (path, one) in enumerate(told["files"].items())}


def gone_from(snapshot: Snapshot) -> Gone:
    """Which files are no longer on disk; those that an older version of the lake still has are."""

    def gone(table: str, paths: Collection[str]) -> set[str]:
        folders = {path.rpartition("/")[0] for path in paths}
        there = {folder: _names(snapshot.places.data(table, folder)) for folder in folders}
        return {path for path in paths if path.rpartition("/")[2] not in there[path.rpartition("/")[0]]}

    return gone


def _names(folder: Path) -> set[str]:
    return set(os.listdir(folder)) if folder.is_dir() else set()  # noqa: PTH208  a Path for each takes longer
