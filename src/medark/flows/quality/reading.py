"""Reads data files for what is kept of them: whose rows are in each, which keys and days, and what is told of them"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import numpy as np
import pyarrow as pa

from medark.check.counting import FILE_NO
from medark.check.dqd import FACTS
from medark.flows.quality.days import Counting, Days, day_columns
from medark.flows.quality.digests import Cut, Digests, Keys, shortened, spread
from medark.flows.quality.often import Often
from medark.flows.quality.packs import OfFile
from medark.flows.quality.parts import Parts
from medark.flows.quality.told import Told
from medark.model.omop import lake_columns, person_column

NOBODY = -(1 << 63)  # stands for no person
TELLING = {facts.table: facts for facts in FACTS.values() if facts.told}  # of tables, what is told of their rows
_ALL = 1 << 64  # as many numbers as keys are spread to
_AT_ONCE = 32_000_000  # keys in memory, eight bytes each
ROWS = 1 << 17  # of a batch: what is worked out of it stays beside a core
_NONE: Keys = np.zeros(0, np.int64)
_WHO = f"coalesce(person_id, cast({NOBODY} as bigint)) as person_id"


class Watching(Protocol):
    """Looks at a file's rows while they are read: at some columns beside the person's."""

    columns: Sequence[str]

    def add(self, people: Keys, cells: Mapping[str, pa.Array]) -> None:
        """Rows: whose they are, and their cells by column."""


class Reading:
    """Asks the engine for rows of data files."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._room = _room(0)

    def keys(self, table: str, path: str) -> Iterator[Keys]:
        """A file's keys, in pieces; rows without any left out."""
        key = key_of_table(table)
        self._parts.bind(table, [path], "rows_of_file")
        for batch in self._parts.session.stream(f'select "{key}" as id from rows_of_file where "{key}" is not null'):
            yield batch.column(0).to_numpy()

    def together(self, table: str, paths: Sequence[str]) -> tuple[dict[str, OfFile], dict[str, Keys]]:
        """What is kept of small files, and their keys."""
        told = self._told(table, paths)
        self._parts.bind(table, paths, "rows_of_files", told_apart=True)
        whose = _WHO if is_of_people(table) else f"cast({NOBODY} as bigint) as person_id"
        asked = [FILE_NO, f"cast({key_of_table(table) or 'null'} as bigint) as id", whose, *_days_of(table)]
        rows = self._parts.session.query(f"select {', '.join(asked)} from rows_of_files order by {FILE_NO}")
        found, keys = {}, {}
        for path, mine in _by_file(rows, paths):
            keys[path] = np.asarray(mine.column("id").drop_null().to_numpy(), np.int64)
            people, days = self._people_and_days(table, mine.drop_columns(["id"]).to_batches())
            numbers = np.sort(spread(keys[path]))
            digests, often = Digests.of([shortened(numbers)]), Often.together([Often.of(numbers)])
            found[path] = OfFile(people, digests, days, told.get(path, Told()), often)
        return found, keys

    def one(self, table: str, path: str, watching: Watching | None = None) -> OfFile:
        """What is kept of a file, however large it is; somebody may be `watching` its rows, if they are people's."""
        pieces = max(1, -(-self._parts.rows(table, [path]) // _AT_ONCE)) if key_of_table(table) else 0
        cuts, often = list[Cut](), list[Often]()
        for piece in range(pieces):
            numbers = self._piece(table, path, piece, pieces)
            often.append(Often.of(numbers))
            cuts.append(shortened(numbers, out=numbers))
        digests = Digests.of(cuts)
        people, days = _NONE, None
        if is_of_people(table):
            people, days = self._people_and_days(table, self._rows(table, path, _days_of(table), watching))
        return OfFile(people, digests, days, self._told(table, [path]).get(path, Told()), Often.together(often))

    def watch(self, table: str, path: str, watching: Watching) -> None:
        """Show a file's rows to somebody."""
        for _ in self._rows(table, path, [], watching):
            pass

    def _rows(
        self, table: str, path: str, columns: Sequence[str], watching: Watching | None
    ) -> Iterator[pa.RecordBatch]:
        """The person of each row, and some columns."""
        self._parts.bind(table, [path], "rows_of_file")
        every = list(dict.fromkeys([*columns, *(watching.columns if watching else ())]))
        asked = ", ".join([_WHO, *(f'"{name}"' for name in every)])
        for batch in self._parts.session.stream(f"select {asked} from rows_of_file", ROWS):
            if watching:
                watching.add(batch.column(0).to_numpy(), dict(zip(every, batch.columns[1:], strict=True)))
            yield batch.select(range(1 + len(columns)))

    def let_go(self) -> None:
        """Give back the memory that is used for file after file."""
        self._room = _room(0)

    def _told(self, table: str, paths: Sequence[str]) -> dict[str, Told]:
        """What facts tell of the rows of each file."""
        if table not in TELLING:
            return {}
        self._parts.bind(table, paths, told_apart=True)
        order = f" order by {FILE_NO}" if len(paths) > 1 else ""
        rows = self._parts.session.query(self._parts.words(f"select * from ({TELLING[table].by_file}) as f{order}"))
        return {path: Told.of(mine) for path, mine in _by_file(rows, paths)}

    def _people_and_days(self, table: str, rows: Iterable[pa.RecordBatch]) -> tuple[Keys, Days | None]:
        """What rows of a file, their person first, say."""
        if not is_of_people(table):
            return _NONE, None
        if table == "person":
            people: Keys = np.sort(np.concatenate([_NONE, *(batch.column(0).to_numpy() for batch in rows)]))
            return people, None
        counting = Counting(_days_of(table), (self._parts.today - dt.date(1970, 1, 1)).days)
        for batch in rows:
            counting.add(batch.column(0).to_numpy(), batch.columns[1:])
        return counting.made()

    def _piece(self, table: str, path: str, piece: int, pieces: int) -> Cut:
        """The numbers to which a file's keys are spread that lie in one of some pieces, sorted."""
        least, last = (_ALL * piece // pieces, _ALL * (piece + 1) // pieces - 1)
        found, many = self._room_for(self._parts.rows(table, [path])) if pieces == 1 else _room(2 * _AT_ONCE), 0
        for keys in self.keys(table, path):
            numbers = spread(keys)
            mine = numbers[(numbers >= np.uint64(least)) & (numbers <= np.uint64(last))] if pieces > 1 else numbers
            found[many : many + len(mine)] = mine
            many += len(mine)
        numbers_in_order: Cut = found[:many]
        numbers_in_order.sort()
        return numbers_in_order

    def _room_for(self, many: int) -> Cut:
        """Memory that is used again for file after file: to get as much anew takes longer than to fill it."""
        if len(self._room) < many:
            self._room = _room(many)
        return self._room


def _room(many: int) -> Cut:
    return np.empty(many, np.uint64)


def key_of_table(table: str) -> str:
    """The column that tells a table's rows apart; empty where it has none."""
    key = f"{table}_id"
    return key if any(column.name == key for column in lake_columns(table)) else ""


def _days_of(table: str) -> list[str]:
    """The columns whose days are kept; of people only that they are there."""
    return day_columns(table) if is_of_people(table) and table != "person" else []


def is_of_people(table: str) -> bool:
    """Are a table's rows of people?"""
    return person_column(table) == "person_id"


def _by_file(rows: pa.Table, paths: Sequence[str]) -> Iterator[tuple[str, pa.Table]]:
    """The rows of each file, of rows that are in order of their files."""
    limits = np.searchsorted(rows.column(FILE_NO).to_numpy(), np.arange(len(paths) + 1))
    others = rows.drop_columns([FILE_NO])
    for path, first, end in zip(paths, limits[:-1], limits[1:], strict=True):
        yield path, others.slice(first, end - first)
