"""What a reader finds: ranked by words and by how often it occurs in what their grants open, and nothing else"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from medark.catalog.assets import Asset, Kind
from medark.catalog.finder import Asked
from medark.catalog.occurring import Occurring, OccurringIn
from medark.flows.catalog.keeping import KINDS, Index, counted_as, opened, stamp_of
from medark.flows.catalog.occurrences import Counted, counted, told
from medark.flows.gate.parts import kept
from medark.flows.raw import STEWARDS
from medark.flows.workspace import Workspace
from medark.govern.small_counts import is_small
from medark.model.access import Reader
from medark.model.omop import tables
from medark.store.lake import Snapshot

MOST: Final = 60
_TEN_TIMES: Final = 0.08  # what occurs ten times as often is by so much more likely meant
_EMPTY: Final = 0.8
OCCUR: Final = (Kind.CONCEPT, Kind.CODE)  # what rows have, and is counted
_CHECK, _COUNTED = KINDS.index(Kind.CHECK), tuple(map(KINDS.index, OCCUR))


@dataclass(frozen=True, slots=True)
class Found:
    """One thing. `rows`: of a concept or code, how many the reader's tables have, None for few or where unknown."""

    asset: Asset
    score: float
    rows: int | None = None
    tables: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Results:
    """The best, best first; how many of each kind; whether the catalog is up to what the workspace has now. `read_as`:
    what was looked for in place of words that are misspelt, else "".
    """

    found: tuple[Found, ...]
    of_kind: Mapping[Kind, int]
    assets: int
    is_current: bool
    read_as: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """The catalog as one reader sees it. `open`: which places there are to them, times how often they occur."""

    index: Index
    open: np.ndarray
    counts: tuple[OccurringIn, ...]
    is_current: bool


def find(workspace: Workspace, reader: Reader, words: str, kinds: Collection[Kind] = (), most: int = MOST) -> Results:
    """What answers some words; without words all of some kinds. Nothing is found before the catalog was made."""
    standing = of_reader(workspace, reader)
    if standing is None:
        return Results((), {}, 0, False)
    asked = Asked(words, frozenset(map(KINDS.index, kinds)), standing.open, most)
    matches = standing.index.finder.ask(asked) if words else standing.index.finder.all_of(asked)
    least = workspace.settings.access.least_count
    return Results(
        tuple(_found(standing, hit.place, hit.score, least) for hit in matches.hits),
        {KINDS[kind]: count for kind, count in matches.of_kind.items()},
        int((standing.open > 0).sum()),
        standing.is_current,
        matches.read_as,
    )


def of_reader(workspace: Workspace, reader: Reader) -> Standing | None:
    """The catalog as a reader sees it now; None before it was made."""
    index = opened(workspace)
    if index is None:
        return None
    mine = counted(workspace, reader)
    key = ("catalog of", bool(reader.roles & STEWARDS), mine.files)
    counts, open_ = kept(
        workspace, key, (index.written, mine.snapshot.version), lambda: _seen(workspace, index, mine, reader)
    )
    return Standing(index, open_, counts, not mine.missing and index.stamp == stamp_of(workspace))


def _seen(
    workspace: Workspace, index: Index, mine: Counted, reader: Reader
) -> tuple[tuple[OccurringIn, ...], np.ndarray]:
    counts = tuple(told(workspace, mine.files))
    is_steward = bool(reader.roles & STEWARDS)
    least = 0 if is_steward else workspace.settings.access.least_count
    rows: dict[int, int] = {}
    for table in counts:
        for column in table.columns:
            for concept, n in _often(column, least):
                rows[concept] = rows.get(concept, 0) + n
    there = np.array(sorted(rows), np.int64)
    often = np.array([rows[concept] for concept in there.tolist()], np.float32)
    open_ = np.ones(index.kinds.size, np.float32)
    if not is_steward:
        open_[index.kinds == _CHECK] = 0
    at = np.flatnonzero(np.isin(index.kinds, _COUNTED))
    place = np.searchsorted(there, index.concepts[at])
    place[place == there.size] = 0
    known = there[place] == index.concepts[at] if there.size else np.zeros(at.size, bool)
    open_ *= _filled(index, mine.snapshot)
    open_[at] = np.where(known, 1 + _TEN_TIMES * np.log10(1 + often[place]), 0) if there.size else 0
    return counts, open_


def _often(column: Occurring, least: int) -> Iterator[tuple[int, int]]:
    """Each concept or code and its rows. What sources wrote of few people only stewards find: it may be no code."""
    for place, (number, n) in enumerate(zip(column.concepts, column.rows, strict=True)):
        if not column.is_of_codes or not is_small(column.people[place] if column.people else n, least):
            yield number, n


def _filled(index: Index, snapshot: Snapshot) -> np.ndarray:
    """What is of a table that has many rows is likelier meant, and what is of an empty one is not."""
    rows = np.array([snapshot.rows(table) for table in tables()] + [0], np.float32)
    factors = np.where(rows > 0, 1 + _TEN_TIMES / 2 * np.log10(1 + rows), _EMPTY).astype(np.float32)
    factors[-1] = 1  # the last is of what is of no table
    return factors[index.arrays["tables"]]


def _found(standing: Standing, place: int, score: float, least: int) -> Found:
    asset = standing.index.asset(place)
    if asset.kind not in OCCUR:
        return Found(asset, score)
    places = occurrences(standing.counts, counted_as(asset), least)
    shown = [one.rows for one in places if one.rows is not None]
    return Found(asset, score, max(shown, default=None), tuple(dict.fromkeys(one.table for one in places)))


@dataclass(frozen=True, slots=True)
class Occurs:
    """Where a concept or code occurs. Rows and people are None where they are few; `sources`: rows of each."""

    table: str
    column: str
    rows: int | None
    people: int | None
    sources: tuple[tuple[str, int | None], ...]


def occurrences(counts: Collection[OccurringIn], concept: int, least: int) -> list[Occurs]:
    """Every column that has a concept or code (by number), the most rows first; without counts of few people."""
    found = []
    for table in counts:
        for column in table.columns:
            at = np.searchsorted(column.concepts, concept)
            if at < len(column.concepts) and column.concepts[at] == concept:
                found.append((column.rows[at], _occurs(table.table, column, int(at), least)))
    return [one for _, one in sorted(found, key=lambda pair: -pair[0])]


def _occurs(table: str, column: Occurring, at: int, least: int) -> Occurs:
    few = is_small(column.people[at] if column.people else column.rows[at], least)
    split = {name: cells[at] for name, cells in column.sources.items() if at in cells}
    hidden = {name for name, (rows, people) in split.items() if is_small(people or rows, least)}
    if len(hidden) == 1 and len(split) > 1:  # else it would be what is left of the whole
        hidden.add(min((name for name in split if name not in hidden), key=lambda name: split[name][0]))
    ordered = sorted(split.items(), key=lambda item: -item[1][0])
    return Occurs(
        table, column.column, None if few else column.rows[at],
        None if few or not column.people else column.people[at],
        tuple((name, None if few or name in hidden else rows) for name, (rows, _) in ordered),
    )  # fmt: skip
