"""What was counted of a table: the sums of all its files, and what each adds, so that only what is new is counted"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import repeat
from operator import itemgetter
from typing import Any

from medark.check.counting import Row, Scan, is_sum
from medark.check.dqd import FACTS
from medark.model.omop import VOCABULARY_TABLES

FORMAT = 4
MOST_LINES, MOST_LINES_OF_ALL = 200_000, 1_000_000  # of a file, of all, that are kept: who has more is counted again
MOST_LOST = 100_000  # of what rows refer to and isn't there: where there is more, rows are looked through
Line = list[Any]
Lines = Mapping[str, list[Line]]  # by data file


@dataclass(frozen=True, slots=True)
class Known:
    """What one scan said, when the tables that it reads had files of these stamps, on `day`. `key`: of the query.

    `lines`: of `columns`, each line's sums and what they are of, over all files. Of keys, how often each is there that
    is there more than once; of people, only `total`: how many violate, of how many. `lost`: by column, what rows refer
    to though it isn't there, and maybe more; None where that is too much to keep. `is_by_file`: is it kept what each
    file adds?
    """

    key: str
    day: dt.date
    files: Mapping[str, str]  # the stamp of each table's files
    columns: tuple[str, ...] = ()
    lines: list[Line] = field(default_factory=list)
    total: tuple[int, int] = (0, 0)
    lost: Mapping[str, list[int] | None] = field(default_factory=dict)
    is_by_file: bool = True

    def rows(self, today: dt.date) -> list[Row]:
        """The lines as the scan's own query would give them."""
        told = (dict(zip(self.columns, line, strict=True)) for line in self.lines)
        return [row for row in told if row.get("until") is None or row["until"] > today.isoformat()]


@dataclass(frozen=True, slots=True)
class Said:
    """What a scan says now, and how to keep it: the lines of files that are otherwise than `before`, files that are
    gone since.
    """

    known: Known
    lines: Lines = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    is_anew: bool = True


@dataclass(frozen=True, slots=True)
class Since:
    """A table's files since a scan was last counted: some `stayed`, some `came`, some are `gone`."""

    before: Known
    stayed: tuple[str, ...]
    came: tuple[str, ...]
    gone: tuple[str, ...]


def places_of(columns: Iterable[str]) -> list[int]:
    """Where the sums of a line are."""
    return [place for place, name in enumerate(columns) if is_sum(name)]


def summed(lines: Iterable[Line], places: list[int]) -> list[Line]:
    """Lines that are of the same, as one: what is in `places` is added."""
    lines = list(lines)
    is_of = set(places)
    of_what = [place for place in range(len(lines[0])) if place not in is_of] if lines else []
    found: dict[Any, Line] = {}
    for of, line in zip(map(itemgetter(*of_what), lines) if of_what else repeat(()), lines, strict=False):
        before = found.get(of)
        if before is None:
            found[of] = list(line)
        else:
            for place in places:
                before[place] += line[place]
    return list(found.values())


def added(before: list[Line], lines: Iterable[Line], places: list[int]) -> list[Line]:
    """What was, and what comes to it; lines that are of nothing any more are left out, where lines are of something."""
    found = summed([*before, *lines], places)
    if not found or len(places) == len(found[0]):
        return found
    return [line for line in found if any(line[place] for place in places)]


def negated(lines: Iterable[Line], places: list[int]) -> list[Line]:
    """Lines that take off what they say."""
    is_of = set(places)
    return [[-value if place in is_of else value for place, value in enumerate(line)] for line in lines]


def said(value: Any) -> Any:
    """A value as it is kept: never a text of the data, only what tells it from others."""
    if isinstance(value, str):
        return int.from_bytes(hashlib.blake2b(value.encode(), digest_size=7).digest(), "big")
    return value.isoformat() if isinstance(value, dt.date) else value


def key_of(scan: Scan, digest: str) -> str:
    """What a scan is: its queries, and the vocabulary's digest if they read it."""
    refers = any(FACTS[link.facts].table in VOCABULARY_TABLES for link in scan.links)
    vocabulary = digest if refers or scan.over in VOCABULARY_TABLES or "concept_ancestor" in scan.by_file else ""
    text = repr((FORMAT, scan.sql, scan.by_file, [*scan.of_links.values()], scan.links, vocabulary))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def tables_of(scan: Scan) -> set[str]:
    """The tables of the lake whose rows decide what a scan says."""
    if scan.sums in ("rows", "keys"):
        return {scan.over} | {FACTS[link.facts].table for link in scan.links}
    if scan.sums == "without":
        return {scan.over, scan.among}
    return {FACTS[name].table if name in FACTS else name for name in scan.reads}
