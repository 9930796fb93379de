"""Where what is kept of data files lies: a pack for those that were read together, all of it mapped when it is read"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from medark.flows.quality.days import Days
from medark.flows.quality.digests import Digests, Keys
from medark.flows.quality.often import Often
from medark.flows.quality.told import Told
from medark.store.arrays import read_arrays, read_told, write_arrays

_END = ".pack"
_SMALL = 1 << 20  # bytes: of packs that are smaller …
_MOST = 8  # … so many are put together
_Arrays = dict[str, np.ndarray]
_Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OfFile:
    """What is kept of a data file: its people, sorted (each once; of `person` each row's), its keys' digests; of a
    table whose rows are of people their days, if they are known; of one that others refer to what is told of its rows;
    the keys that are there more than once, if they are few.
    """

    people: Keys
    digests: Digests
    days: Days | None = None
    told: Told = field(default_factory=Told)
    often: Often | None = None


class Packs:
    """A folder of them; each is written once, and can be made again. `form`: of what is kept; another's is not read."""

    def __init__(self, folder: Path, form: str) -> None:
        self._folder, self._form = folder, form

    def of(self, table: str) -> dict[str, OfFile]:
        """What is kept of a table's files, by path."""
        return {path: one for pack in self._packs(table) for path, one in self._read(pack).items()}

    def put(self, table: str, some: Mapping[str, OfFile]) -> dict[str, OfFile]:
        """Keep what is told of some files together; the same as it is kept. StorageError."""
        arrays, told = _Arrays(), {}
        for number, (path, one) in enumerate(some.items()):
            told[path] = _written(arrays, f"{number}.", one)
        pack = self._folder / table / f"{uuid4().hex}{_END}"
        write_arrays(pack, arrays, {"form": self._form, "files": told})
        return self._read(pack) or dict(some)

    def sweep(self, gone: Callable[[str, Collection[str]], set[str]]) -> None:
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

    def _move(self, table: str, packs: Sequence[Path], gone: Callable[[str, Collection[str]], set[str]]) -> None:
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
        return told["files"].keys() if told is not None and told["form"] == self._form else ()

    def _read(self, pack: Path) -> dict[str, OfFile]:
        """By path; nothing of one that is not whole, of another form, or taken away meanwhile."""
        found = read_arrays(pack)
        if found is None or found[1]["form"] != self._form:
            return {}
        arrays, told = found
        return {path: _of_file(arrays, f"{number}.", one) for number, (path, one) in enumerate(told["files"].items())}


def _written(arrays: _Arrays, start: str, one: OfFile) -> _Told:
    """Put the arrays of what is kept of a file to others; what else is told of it."""
    arrays[f"{start}people"], arrays[f"{start}rest"] = one.people, one.digests.rest
    for name, some in (("starts", one.digests.starts), ("seen", one.digests.seen)):
        if some is not None:
            arrays[f"{start}{name}"] = some
    arrays[f"{start}ids"] = one.told.ids
    arrays |= {f"{start}told.{name}": some for name, some in one.told.values.items()}
    told = {"told": [*one.told.values], "told_days": sorted(one.told.days), "often": one.often is not None}
    if one.often is not None:
        arrays[f"{start}often"], arrays[f"{start}times"] = one.often.keys, one.often.times
    days = one.days
    if days is None:
        return told
    arrays[f"{start}rows"] = days.rows
    arrays |= {f"{start}filled.{name}": some for name, some in days.filled.items()}
    for name, (who, late) in days.late.items():
        arrays[f"{start}who.{name}"], arrays[f"{start}late.{name}"] = who, late
    return told | {"until": days.until, "empty": sorted(days.empty), "filled": [*days.filled], "late": [*days.late]}


def _of_file(arrays: _Arrays, start: str, told: _Told) -> OfFile:
    digests = Digests(arrays[f"{start}rest"], arrays.get(f"{start}starts"), arrays.get(f"{start}seen"))
    values = {name: arrays[f"{start}told.{name}"] for name in told["told"]}
    known = Told(arrays[f"{start}ids"], values, frozenset(told["told_days"]))
    days = _days(arrays, start, told) if "until" in told else None
    often = Often(arrays[f"{start}often"], arrays[f"{start}times"]) if told["often"] else None
    return OfFile(arrays[f"{start}people"], digests, days, known, often)


def _days(arrays: _Arrays, start: str, told: _Told) -> Days:
    filled = {name: arrays[f"{start}filled.{name}"] for name in told["filled"]}
    late = {name: (arrays[f"{start}who.{name}"], arrays[f"{start}late.{name}"]) for name in told["late"]}
    return Days(told["until"], arrays[f"{start}rows"], filled, frozenset(told["empty"]), late)
