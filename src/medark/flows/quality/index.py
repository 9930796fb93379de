"""Whose rows are in each data file of the lake, and which keys: read once of each, kept for as long as it is there"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from threading import get_ident
from typing import Any

import numpy as np

from medark.check.counting import FILE_NO
from medark.errors import StorageError
from medark.flows.quality.digests import MOST_CUT, Cut, Digests, Keys, cut, distinct, twice
from medark.flows.quality.kept import Line
from medark.flows.quality.parts import Parts
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns, person_column
from medark.store.durable import disk

NOBODY = -(1 << 63)  # stands for no person
_AT_ONCE = 32_000_000  # keys in memory, eight bytes each
_FEW = 2_000_000  # rows of files that are read together, and whose keys are remembered as they are
_NONE: Keys = np.zeros(0, np.int64)
_HEAD = 3  # numbers at the start of what is kept of a file: how many people, keys, and starts follow


class Index:
    """Of each data file the people, sorted (each once; of `person` each row's), and its keys' digests. A data file
    never changes, so neither does what is kept of it.
    """

    def __init__(self, workspace: Workspace, parts: Parts) -> None:
        self._folder, self._parts = _folder(workspace), parts
        self._keys: dict[tuple[str, str], Keys] = {}
        self._twice: dict[str, Cut] = {}
        self._read: dict[tuple[str, str], tuple[Keys, Digests]] = {}

    def people(self, table: str, path: str) -> Keys:
        """Whose rows are in a file; NOBODY for those of nobody."""
        return self._kept(table, path)[0]

    def digests(self, table: str, path: str) -> Digests:
        """The digests of a file's keys, sorted; rows without any have none."""
        return self._kept(table, path)[1]

    def keys(self, table: str, path: str) -> Iterator[Keys]:
        """A file's keys, in pieces; rows without any left out."""
        held = self._keys.get((table, path))
        if held is not None:
            yield held
            return
        key = key_of_table(table)
        self._parts.bind(table, [path], "rows_of_file")
        for batch in self._parts.session.stream(f'select "{key}" as id from rows_of_file where "{key}" is not null'):
            yield batch.column(0).to_numpy()

    def of_none(self, table: str, path: str) -> list[Line]:
        """A line of None and how many rows of a file have no key, if there are any."""
        without = self._parts.rows(table, [path]) - len(self.digests(table, path))
        return [[None, without]] if without else []

    def twice(self, table: str) -> Cut:
        """The digests that are there more than once in a table."""
        if table not in self._twice:
            self.read(table, self._parts.files(table))
            every = [self.digests(table, path) for path in self._parts.files(table)]
            self._twice[table] = twice(every, _AT_ONCE // 2)
        return self._twice[table]

    def is_unique(self, table: str, column: str) -> bool:
        """Is no value of a column there twice, for sure?"""
        return column == key_of_table(table) and not len(self.twice(table))

    def that_may_have(self, table: str, paths: Sequence[str], ids: Keys) -> Iterator[tuple[str, Keys]]:
        """Files that may have some of these keys, and which."""
        cuts = cut(ids)
        order = np.argsort(cuts)
        ids, cuts = ids[order], cuts[order]
        for path in paths:
            may = self.digests(table, path).may_have(cuts)
            if may.any():
                yield path, ids[may]

    def read(self, table: str, paths: Iterable[str]) -> None:
        """Read what is not kept yet of some files: of small ones together."""
        unread = [path for path in paths if (table, path) not in self._read]
        missing = [path for path in unread if not self._path(table, path).exists()]
        if sum(self._parts.rows(table, [path]) for path in missing) <= _FEW:
            self._read_together(table, missing)
        else:
            for path in missing:
                self._read_one(table, path)

    def _kept(self, table: str, path: str) -> tuple[Keys, Digests]:
        if (table, path) not in self._read:
            self.read(table, [path])
            found = _loaded(self._path(table, path))
            if found is None:  # half of one: the machine stopped
                self._path(table, path).unlink(missing_ok=True)
                return self._kept(table, path)
            self._read[table, path] = found
        return self._read[table, path]

    def _read_together(self, table: str, paths: Sequence[str]) -> None:
        key, people = key_of_table(table) or "null", _is_of_people(table)
        if not paths:
            return
        self._parts.bind(table, paths, "rows_of_files", told_apart=True)
        whose = f"coalesce(person_id, cast({NOBODY} as bigint))" if people else "null"
        asked = f"select {FILE_NO}, cast({key} as bigint) as id, cast({whose} as bigint) as person_id"
        rows = self._parts.session.query(f"{asked} from rows_of_files")
        has_key = np.asarray(rows.column("id").is_valid().to_numpy(), np.bool_)
        of_file, keys, who = (np.asarray(rows.column(name).fill_null(0).to_numpy()) for name in rows.column_names)
        for number, path in enumerate(paths):
            is_mine = of_file == number
            mine = keys[is_mine & has_key]
            self._keys[table, path] = mine
            self._keep(table, path, _sorted(who[is_mine], table) if people else _NONE, Digests.of([np.sort(cut(mine))]))

    def _read_one(self, table: str, path: str) -> None:
        pieces = max(1, -(-self._parts.rows(table, [path]) // _AT_ONCE)) if key_of_table(table) else 0
        digests = Digests.of([self._piece(table, path, piece, pieces) for piece in range(pieces)])
        self._keep(table, path, self._people_of_one(table, path) if _is_of_people(table) else _NONE, digests)

    def _piece(self, table: str, path: str, piece: int, pieces: int) -> Cut:
        """The digests of a file that lie in one of some pieces, sorted."""
        least, end = (np.uint64(MOST_CUT * place // pieces) for place in (piece, piece + 1))
        found, many = np.empty(self._parts.rows(table, [path]) if pieces == 1 else 2 * _AT_ONCE, np.uint64), 0
        for keys in self.keys(table, path):
            cuts = cut(keys)
            mine = cuts[(cuts >= least) & (cuts < end)] if pieces > 1 else cuts
            found[many : many + len(mine)] = mine
            many += len(mine)
        sorted_cuts: Cut = found[:many]
        sorted_cuts.sort()
        return sorted_cuts

    def _people_of_one(self, table: str, path: str) -> Keys:
        self._parts.bind(table, [path], "rows_of_file")
        found, sql = [_NONE], f"select coalesce(person_id, cast({NOBODY} as bigint)) as id"
        for batch in self._parts.session.stream(f"{sql} from rows_of_file"):
            people = batch.column(0).to_numpy()
            found.append(people if table == "person" else distinct(people))
        return _sorted(np.concatenate(found), table)

    def _path(self, table: str, path: str) -> Path:
        return self._folder / table / f"{path.replace('/', '@')}.npy"

    def _keep(self, table: str, path: str, people: Keys, digests: Digests) -> None:
        where = self._path(table, path)
        starts = digests.starts if digests.starts is not None else np.zeros(0, np.uint32)
        head = np.array([len(people), len(digests), len(starts)], np.int64)
        told = np.concatenate([part.view(np.uint8) for part in (head, people, digests.rest, starts)])
        try:
            where.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            draft = where.with_name(f".{where.name}.{os.getpid()}.{get_ident()}")
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "wb") as file:
                np.save(file, told)
            draft.replace(where)
        except OSError as error:
            raise StorageError("counts can't be kept", fix="check rights and space", errno=error.errno or 0) from None


def key_of_table(table: str) -> str:
    """The column that tells a table's rows apart; empty where it has none."""
    key = f"{table}_id"
    return key if any(column.name == key for column in lake_columns(table)) else ""


def sweep(workspace: Workspace) -> None:
    """Remove what is kept of files that are no longer there."""
    places = workspace.lake.snapshot().places
    with disk():
        for path in _folder(workspace).glob("*/*.npy"):
            if not places.data(path.parent.name, path.name.removesuffix(".npy").replace("@", "/")).exists():
                path.unlink(missing_ok=True)


def _is_of_people(table: str) -> bool:
    return person_column(table) == "person_id"


def _sorted(people: Keys, table: str) -> Keys:
    found: Keys = np.sort(people)
    return found if table == "person" else distinct(found)


def _loaded(path: Path) -> tuple[Keys, Digests] | None:
    """People and digests, as they lie in a file; None if it is not whole."""
    try:
        kept: np.ndarray[Any, Any] = np.load(path, mmap_mode="r").view(np.ndarray)
    except (OSError, ValueError, EOFError):
        return None
    people, keys, starts = (int(number) for number in kept[: 8 * _HEAD].view(np.int64))
    after = 8 * (_HEAD + people)
    end = after + keys * (4 if starts else 8)
    rest = kept[after:end].view(np.uint32 if starts else np.uint64)
    return kept[8 * _HEAD : after].view(np.int64), Digests(rest, kept[end:].view(np.uint32) if starts else None)


def _folder(workspace: Workspace) -> Path:
    return workspace.places.kept / "quality" / "index"
