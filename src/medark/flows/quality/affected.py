"""Rows of files that stayed, which refer to what is otherwise told since"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from medark.check.counting import FILE_NO, Link, Scan
from medark.flows.quality.changes import Change
from medark.flows.quality.digests import Keys
from medark.flows.quality.index import Index
from medark.flows.quality.kept import Known
from medark.flows.quality.parts import Parts

_NAMED = 2_000  # people that are named in a query: the engine then reads no more than where they are
_PERSON = "person_id"


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


class Affected:
    """Reads them: of people, where they have rows at all; of others, where somebody may refer to them."""

    def __init__(self, parts: Parts, index: Index | None) -> None:
        self._parts, self._index = parts, index

    def read(self, move: Move, name: str) -> tuple[str, ...]:
        """Keep the rows under a name. The files that their numbers are of; none, if there are no rows."""
        ids = self._ids(move)
        people = ids.pop(_PERSON, None) if self._index is not None else None
        where, paths = [], move.stayed if ids else ()
        for column, some in ids.items():
            self._parts.session.bind_arrow(f"of_{name}_{column}", pa.table({"id": some}))
            where.append(f'"{column}" in (select id from of_{name}_{column})')
        if people is not None and self._index is not None:
            mine, found = _of_people(self._index, move, people)
            paths = paths or tuple(mine)
            where += [self._names(name, found)] if len(found) else []
        if not paths or not where:
            return ()
        self._parts.bind(move.over, paths, "rows_that_stayed", told_apart=True)
        columns = columns_of(move, [scan.of_links for scan in move.scans])
        self._parts.session.table(name, f"select {columns} from rows_that_stayed where {' or '.join(where)}")
        (there,) = self._parts.session.query(f"select count(*) as n from {name}").column("n").to_pylist()
        return paths if there else ()

    def _names(self, name: str, people: Keys) -> str:
        """A condition: is a row of one of these people?"""
        if len(people) <= _NAMED:
            return f"{_PERSON} in ({', '.join(map(str, people.tolist()))})"
        self._parts.session.bind_arrow(f"of_{name}_people", pa.table({"id": people}))
        return f"{_PERSON} in (select id from of_{name}_people)"

    def _ids(self, move: Move) -> dict[str, Keys]:
        """By column, what rows are looked for that refer to it."""
        found: dict[str, list[Keys]] = {}
        for link, (_, change) in move.changes.items():
            some = [self._of_scan(scan, link, change, move.before) for scan in move.scans if link in scan.links]
            found.setdefault(link.column, []).extend(some)
        ids = {column: np.unique(np.concatenate(some)) for column, some in found.items()}
        return {column: some for column, some in ids.items() if len(some)}

    def _of_scan(self, scan: Scan, link: Link, change: Change, before: Mapping[str, Known]) -> Keys:
        """What is otherwise told; of what is new, what somebody referred to already."""
        lost = before[scan.name].lost.get(link.column) if link in scan.lost else None
        if lost is None:
            return change.ids
        if not lost and len(change.new) == len(change.ids):
            return change.new[:0]
        return np.setdiff1d(change.ids, np.setdiff1d(change.new, np.array(lost, np.int64)))


def columns_of(move: Move, queries: Sequence[str]) -> str:
    """The columns that queries of a move ask for, and which file a row is of."""
    asked = {name for sql in queries for name in re.findall(r'\bt\."?(\w+)', sql)} | {FILE_NO}
    return ", ".join(f'"{name}"' for name in sorted(asked | {link.column for link in move.links}))


def _of_people(index: Index, move: Move, people: Keys) -> tuple[Sequence[str], Keys]:
    """The files in which people have rows, and who has any."""
    found = {path: _among(index.people(move.over, path), people) for path in move.stayed}
    mine = {path: some for path, some in found.items() if len(some)}
    return list(mine), np.unique(np.concatenate([np.zeros(0, np.int64), *mine.values()]))


def _among(people: Keys, who: Keys) -> Keys:
    """Those of `who` who are among people, who are sorted."""
    return who[np.searchsorted(people, who) < np.searchsorted(people, who, "right")]
