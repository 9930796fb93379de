"""Rows of files that stayed, which refer to what is otherwise told since"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from medark.check.counting import FILE_NO, Link, Scan
from medark.check.dqd import FACTS
from medark.flows.quality.by_days import ByDays, LastDays, asks_of_days
from medark.flows.quality.changes import Change
from medark.flows.quality.digests import Keys, ordered
from medark.flows.quality.index import Index
from medark.flows.quality.kept import Known
from medark.flows.quality.parts import Parts

_FEW = 2_000  # people whose rows are looked for one by one
_PERSON = "person_id"
_NONE: Keys = np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Move:
    """Some scans of a table, and how to bring them forward together: files that `came`, those that `stayed`, and what
    is otherwise told since. `before`: what was known of each scan; empty where all is counted from nothing.
    """

    scans: tuple[Scan, ...]
    before: Mapping[str, Known]
    came: tuple[str, ...]
    stayed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    changes: Mapping[Link, tuple[str, Change]] = field(default_factory=dict)  # with the name of the facts as they were

    @property
    def over(self) -> str:
        """The table whose rows are summed."""
        return self.scans[0].over

    @property
    def links(self) -> frozenset[Link]:
        """What rows refer to."""
        return frozenset(link for scan in self.scans for link in scan.links)


@dataclass(frozen=True, slots=True)
class Touched:
    """Rows that are read: the files that their numbers are of, and by which links they refer to what is otherwise.

    `rows`: of people alone, where they are still on their way.
    """

    files: tuple[str, ...] = ()
    links: frozenset[Link] = frozenset()
    rows: Future[pa.Table] | None = None


class Affected:
    """Reads them: of people, where they have rows at all; of others, where somebody may refer to them."""

    def __init__(self, parts: Parts, index: Index | None) -> None:
        self._parts, self._index = parts, index
        self._reading = ThreadPoolExecutor(1, thread_name_prefix="affected")  # no thread before something is read

    def close(self) -> None:
        """Nothing more will be read."""
        self._reading.shutdown(wait=False)

    def read(self, move: Move, name: str) -> Touched:
        """Keep the rows under a name, or begin to read them; of no files, if there are none."""
        ids = self._ids(move)
        whose = {link: self._files_of(move, ids.pop(link)) for link in list(ids) if link.column == _PERSON}
        people, links = _by_file(whose.values()), frozenset([*ids, *(link for link, some in whose.items() if some)])
        if not links:
            return Touched()
        columns = columns_of(links, [scan.of_links[link] for scan in move.scans for link in links & {*scan.links}])
        found = ordered(np.concatenate([_NONE, *people.values()]))
        if not ids and len(found) <= _FEW and self._index is not None:
            rows = self._reading.submit(self._rows_of_people, self._index, move, people, columns)
            return Touched(tuple(people), links, rows)
        paths = move.stayed if ids else tuple(people)
        self._parts.bind(move.over, paths, "rows_that_stayed", told_apart=True)
        asked = [(link.column, some) for link, some in ids.items()] + [(_PERSON, found)] * bool(len(found))
        where = " or ".join(self._refers(f"{name}_{place}", *one) for place, one in enumerate(asked))
        self._parts.session.table(name, f"select {', '.join(columns)} from rows_that_stayed where {where}")
        (there,) = self._parts.session.query(f"select count(*) as n from {name}").column("n").to_pylist()
        return Touched(tuple(paths), links) if there else Touched()

    def _rows_of_people(self, index: Index, move: Move, people: Mapping[str, Keys], columns: list[str]) -> pa.Table:
        """Read no more of them than the index does not tell."""
        last = LastDays.of(move.changes)
        asked = [scan.of_links[link] for scan in move.scans for link in scan.links if FACTS[link.facts].last]
        if not len(last.people) or not asks_of_days(move.over, columns_of((), asked)):
            return self._parts.rows_of_people(move.over, people, columns)
        by_days = ByDays(index, move.over, last)
        known = by_days.known(people)
        others = {path: _less(some, known[path]) for path, some in people.items()}
        found = by_days.rows(known, columns)
        numbers = [place for place, some in enumerate(others.values()) if len(some)]
        if not numbers:
            return found
        read = self._parts.rows_of_people(
            move.over, {path: some for path, some in others.items() if len(some)}, columns
        )
        number = read.schema.get_field_index(FILE_NO)
        of_file = pa.array(numbers, pa.int32()).take(read.column(FILE_NO))
        return pa.concat_tables([found, read.set_column(number, read.schema.field(number), of_file)])

    def _files_of(self, move: Move, people: Keys) -> dict[str, Keys]:
        """Who of some people has rows in which file."""
        if self._index is None:
            return dict.fromkeys(move.stayed, people)
        found = {path: _among(self._index.people(move.over, path), people) for path in move.stayed}
        return {path: some for path, some in found.items() if len(some)}

    def _refers(self, name: str, column: str, ids: Keys) -> str:
        """A condition: does a row refer to one of these?"""
        self._parts.session.bind_arrow(f"of_{name}", pa.table({"id": ids}))
        return f'"{column}" in (select id from of_{name})'

    def _ids(self, move: Move) -> dict[Link, Keys]:
        """What rows are looked for that refer to it."""
        found = {}
        for link, (_, change) in move.changes.items():
            some = [self._of_scan(scan, link, change, move.before) for scan in move.scans if link in scan.links]
            found[link] = ordered(np.concatenate(some))
        return {link: some for link, some in found.items() if len(some)}

    def _of_scan(self, scan: Scan, link: Link, change: Change, before: Mapping[str, Known]) -> Keys:
        """What is otherwise told; of what is new, what somebody referred to already."""
        lost = before[scan.name].lost.get(link.column) if link in scan.lost else None
        if lost is None:
            return change.ids
        if not lost and len(change.new) == len(change.ids):
            return change.new[:0]
        return _less(change.ids, _less(change.new, np.array(lost, np.int64)))


def columns_of(links: Iterable[Link], queries: Iterable[str]) -> list[str]:
    """The columns that queries with some links ask for, and which file a row is of."""
    asked = {name for sql in queries for name in re.findall(r'\bt\."?(\w+)', sql)} | {FILE_NO}
    return sorted(asked | {link.column for link in links})


def _by_file(every: Iterable[Mapping[str, Keys]]) -> dict[str, Keys]:
    """Those of several, by file; each file's sorted."""
    found: dict[str, list[Keys]] = {}
    for some in every:
        for path, people in some.items():
            found.setdefault(path, []).append(people)
    return {path: ordered(np.concatenate(people)) for path, people in found.items()}


def _less(some: Keys, others: Keys) -> Keys:
    """Those of some that are not among others; of both each is there once."""
    return np.setdiff1d(some, others, assume_unique=True)


def _among(people: Keys, who: Keys) -> Keys:
    """Those of `who` who are among people, who are sorted."""
    return who[np.searchsorted(people, who) < np.searchsorted(people, who, "right")]
