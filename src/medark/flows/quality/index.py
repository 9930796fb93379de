"""Whose rows are in each data file of the lake, which keys and days: read once of each, kept while it is there"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import RLock

import numpy as np

from medark.check.dqd import FACTS
from medark.flows.packs import Packs, gone_from
from medark.flows.quality.days import Days
from medark.flows.quality.digests import Cut, Digests, Keys, cut, twice
from medark.flows.quality.kept import Line
from medark.flows.quality.often import Often
from medark.flows.quality.packs import OfFile, form
from medark.flows.quality.parts import Parts
from medark.flows.quality.reading import TELLING, Reading, Watching, key_of_table
from medark.flows.quality.told import Told, together
from medark.flows.workspace import Workspace
from medark.store.durable import disk

_SORTED_AT_ONCE = 500_000  # digests: what a core has beside it
_FEW = 2_000_000  # rows of files that are read together, and whose keys are remembered as they are
_FORM = hashlib.sha256(repr((2, [facts.by_file for facts in TELLING.values()])).encode()).hexdigest()[:16]
_NONE: Keys = np.zeros(0, np.int64)


class _Held:
    """What was read, for all threads."""

    def __init__(self, packs: Packs[OfFile]) -> None:
        self.packs, self._locks = packs, dict[str, RLock]()
        self.keys: dict[tuple[str, str], Keys] = {}
        self.twice: dict[str, Cut] = {}
        self.of_files: dict[str, dict[str, OfFile]] = {}

    def lock(self, table: str) -> RLock:
        """Whoever reads a table's files has it."""
        return self._locks.setdefault(table, RLock())


class Index:
    """Of each data file the people, sorted (each once; of `person` each row's), their days, and its keys' digests. A
    data file never changes, so neither does what is kept of it.
    """

    def __init__(self, workspace: Workspace, parts: Parts, held: _Held | None = None) -> None:
        self._workspace, self._parts, self._reading = workspace, parts, Reading(parts)
        self._held = held or _Held(_packs(workspace))

    def beside(self, parts: Parts) -> Index:
        """The same for another thread, which has a session of its own."""
        return Index(self._workspace, parts, self._held)

    def people(self, table: str, path: str) -> Keys:
        """Whose rows are in a file; NOBODY for those of nobody."""
        return self._of_file(table, path).people

    def days(self, table: str, path: str) -> Days | None:
        """How many rows each of them has, and their days; None where that is not kept."""
        return self._of_file(table, path).days

    def digests(self, table: str, path: str) -> Digests:
        """The digests of a file's keys, sorted; rows without any have none."""
        return self._of_file(table, path).digests

    def often(self, table: str, path: str) -> Often | None:
        """The keys of a file that are there more than once; None where that is not kept."""
        return self._of_file(table, path).often

    def told_of(self, table: str, path: str) -> Told:
        """What facts tell of a file's rows."""
        return self._of_file(table, path).told

    def told(self, facts: str, ids: Mapping[str, Keys]) -> Told:
        """What they tell of some ids of each of some files."""
        table = FACTS[facts].table
        whole = ids or {self._parts.files(table)[0]: _NONE}  # the names of what is told, in any case
        return together([self.told_of(table, path).among(some) for path, some in whole.items()])

    def may_tell(self, facts: str, paths: Sequence[str], ids: Keys) -> dict[str, Keys]:
        """Files of which something may be told of these ids, and of which."""
        if FACTS[facts].key == key_of_table(FACTS[facts].table):
            return dict(self.that_may_have(FACTS[facts].table, paths, ids))
        return dict.fromkeys(paths, ids)

    def tells(self, facts: str) -> bool:
        """Is it kept what facts tell?"""
        return bool(FACTS[facts].told and self._parts.files(FACTS[facts].table))

    def keys(self, table: str, path: str) -> Iterator[Keys]:
        """A file's keys, in pieces; rows without any left out."""
        held = self._held.keys.get((table, path))
        return iter([held]) if held is not None else self._reading.keys(table, path)

    def of_none(self, table: str, path: str) -> list[Line]:
        """A line of None and how many rows of a file have no key, if there are any."""
        without = self._parts.rows(table, [path]) - len(self.digests(table, path))
        return [[None, without]] if without else []

    def twice(self, table: str) -> Cut:
        """The digests that are there more than once in a table."""
        with self._held.lock(table):
            if table not in self._held.twice:
                self.read(table, self._parts.files(table))
                every = [self.digests(table, path) for path in self._parts.files(table)]
                self._held.twice[table] = twice(every, _SORTED_AT_ONCE)
            return self._held.twice[table]

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
        with self._held.lock(table):
            missing = self._missing(table, paths)
            if missing and self._are_few(table, missing):
                found, keys = self._reading.together(table, missing)
                self._held.keys |= {(table, path): some for path, some in keys.items()}
                self._keep(table, found)
            else:
                for path in missing:
                    self._keep(table, {path: self._reading.one(table, path)})
                self._reading.let_go()

    def watch(self, table: str, path: str, watching: Watching) -> None:
        """Show the rows of a file of people's to somebody; what is not kept yet of a large one is read at once."""
        with self._held.lock(table):
            missing = table != "person" and self._missing(table, [path])
            if missing and not self._are_few(table, self._parts.files(table)):
                self._keep(table, {path: self._reading.one(table, path, watching)})
            else:
                self._reading.watch(table, path, watching)

    def let_go(self, table: str) -> None:
        """Forget what was read of a table: where it is asked for again, it is mapped again."""
        with self._held.lock(table):
            self._held.of_files.pop(table, None)
            for place in [one for one in list(self._held.keys) if one[0] == table]:
                del self._held.keys[place]

    def read_ahead(self, table: str) -> None:
        """Read what is not kept yet of a table, if those are few rows."""
        files = self._parts.files(table)
        if self._are_few(table, self._missing(table, files)):
            self.read(table, files)

    def _missing(self, table: str, paths: Iterable[str]) -> list[str]:
        with self._held.lock(table):
            return [path for path in paths if path not in self._known(table)]

    def _are_few(self, table: str, paths: Sequence[str]) -> bool:
        return sum(self._parts.rows(table, [path]) for path in paths) <= _FEW

    def _of_file(self, table: str, path: str) -> OfFile:
        found = self._held.of_files.get(table, {}).get(path)
        if found is None:
            self.read(table, [path])
            found = self._held.of_files[table][path]
        return found

    def _known(self, table: str) -> dict[str, OfFile]:
        if table not in self._held.of_files:
            self._held.of_files[table] = self._held.packs.of(table)
        return self._held.of_files[table]

    def _keep(self, table: str, some: dict[str, OfFile]) -> None:
        self._known(table).update(self._held.packs.put(table, some))


def sweep(workspace: Workspace) -> None:
    """Remove what is kept of files that are no longer there."""
    with disk():
        _packs(workspace).sweep(gone_from(workspace.lake.snapshot()))


def _packs(workspace: Workspace) -> Packs[OfFile]:
    return Packs(workspace.places.kept / "quality" / "index", form(_FORM))
