"""What was counted of a table, on disk: sums of each data file, so that only what a commit added is counted again"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from medark.check.counting import Counts, Row, Scan, is_sum
from medark.check.dqd import FACTS
from medark.flows.data_map.keeping import Keeping
from medark.flows.workspace import Workspace
from medark.model.omop import VOCABULARY_TABLES

_FOLDER, _FORMAT = "quality", 2
MOST_LINES = 200_000  # of a scan that are kept: one with more is made again
Line = list[Any]
Files = Mapping[str, tuple[str, ...]]  # the paths of each table's files


@dataclass(frozen=True, slots=True)
class Known:
    """What one scan said, when the tables that it reads had these `files`, on `day`. `key`: of the query.

    `lines` of each file: of `columns`, each line's sums and what they are of. Of people and keys, only `total`: how
    many violate, of how many; and which keys are there more than once.
    """

    key: str
    day: dt.date
    over: str
    files: Files
    columns: tuple[str, ...] = ()
    lines: Mapping[str, list[Line]] = field(default_factory=dict)
    total: tuple[int, int] = (0, 0)
    repeated: tuple[int, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Is there something known of every file, or nothing to be known by file?"""
        return not self.columns or self.lines.keys() >= set(self.files[self.over])

    def rows(self, today: dt.date) -> list[Row]:
        """The lines of all files together, as the scan's own query would give them."""
        places = [place for place, name in enumerate(self.columns) if is_sum(name)]
        found = summed((line for lines in self.lines.values() for line in lines), places)
        told = (dict(zip(self.columns, line, strict=True)) for line in found)
        return [row for row in told if row.get("until") is None or row["until"] > today.isoformat()]


def summed(lines: Iterable[Line], places: list[int]) -> list[Line]:
    """Lines that are of the same, as one: what is in `places` is added."""
    found: dict[tuple[Any, ...], Line] = {}
    is_of = set(places)
    for line in lines:
        of = tuple(value for place, value in enumerate(line) if place not in is_of)
        before = found.get(of)
        if before is None:
            found[of] = list(line)
        else:
            for place in places:
                before[place] += line[place]
    return list(found.values())


def said(value: Any) -> Any:
    """A value as it is kept: never a text of the data, only what tells it from others."""
    if isinstance(value, str):
        return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=7).digest(), "big")
    return value.isoformat() if isinstance(value, dt.date) else value


def key_of(scan: Scan, release: str) -> str:
    """What a scan is: its queries, and the vocabulary's release if they read it."""
    vocabulary = release if scan.over in VOCABULARY_TABLES or "concept_ancestor" in scan.by_file else ""
    text = repr((_FORMAT, scan.sql, scan.by_file, sorted(scan.by_link.values()), vocabulary))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def tables_of(scan: Scan) -> set[str]:
    """The tables of the lake whose rows decide what a scan says."""
    if scan.sums in ("rows", "keys"):
        return {scan.over} | {FACTS[link.facts].table for link in scan.by_link}
    return {FACTS[name].table if name in FACTS else name for name in scan.reads}


@dataclass(frozen=True, slots=True)
class _OfRelease:
    release: str
    concepts: Mapping[int, list[Any]] = field(default_factory=dict)
    counts: Mapping[str, Counts] = field(default_factory=dict)


class Shelf:
    """What is known of each table's scans, a file a table; read once, written when a table is done."""

    def __init__(self, workspace: Workspace) -> None:
        self._keeping = Keeping(workspace, _FOLDER)

    def known(self, table: str) -> Mapping[str, Known]:
        """By the scan's name."""
        return self._keeping.told(self._name(table), dict[str, Known]) or {}

    def put(self, table: str, known: Mapping[str, Known]) -> None:
        """In the place of what was known before; of files of which there is too much to tell, nothing."""
        self._keeping.put(self._name(table), {name: _of_few_lines(one) for name, one in known.items()})

    def concepts(self, release: str) -> dict[int, list[Any]]:
        """What a release of the vocabulary says of concepts that were asked for: is it known, and `TOLD`."""
        told = self._keeping.told(self._name("concepts of"), _OfRelease)
        return dict(told.concepts) if told and told.release == release else {}

    def put_concepts(self, release: str, told: Mapping[int, list[Any]]) -> None:
        """In the place of what was kept of another release."""
        self._keeping.put(self._name("concepts of"), _OfRelease(release, told))

    def vocabulary(self, release: str) -> dict[str, Counts]:
        """What scans of a release's own tables said, by key."""
        told = self._keeping.told(self._name("tables of"), _OfRelease)
        return dict(told.counts) if told and told.release == release else {}

    def put_vocabulary(self, release: str, counts: Mapping[str, Counts]) -> None:
        """In the place of what was kept of another release."""
        self._keeping.put(self._name("tables of"), _OfRelease(release, counts=counts))

    def _name(self, table: str) -> str:
        return f"counted-{_FORMAT}-{table.replace(' ', '-')}.json"


def _of_few_lines(known: Known) -> Known:
    few = {path: lines for path, lines in known.lines.items() if len(lines) <= MOST_LINES}
    return known if len(few) == len(known.lines) else replace(known, lines=few)
