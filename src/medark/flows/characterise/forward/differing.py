"""Which rows differ between files that went and files that came: a file that is written again is mostly as it was"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Final

import pyarrow.parquet as pq

from medark.flows.characterise.noting import FILE
from medark.model.omop import lake_columns
from medark.store.engine import Session
from medark.store.lake import Snapshot

_MOST = 1 << 19  # rows of files that went and came: to compare more costs more than it saves
SIDES: Final = ("is_old", "is_new")  # columns of rows that differ: are they of the files before, of those now?


@dataclass(frozen=True, slots=True)
class Difference:
    """Of a table's files before and now: those that went, came, and are in both; how many `rows` came or went.

    `name`: of relations of the session, if rows of files that went and came were compared. If they were not, `rows`
    are all of files that came.
    """

    table: str
    went: frozenset[str]
    came: frozenset[str]
    both: frozenset[str]
    rows: int = 0
    name: str = ""

    @property
    def is_changed(self) -> bool:
        """May any row have come or gone?"""
        return self.rows > 0 if self.name else bool(self.went or self.came)


class Differences:
    """Of tables, each compared once. The session has relations of it until it is closed."""

    def __init__(self, session: Session, snapshot: Snapshot) -> None:
        self._session, self._snapshot = session, snapshot
        self._found = dict[tuple[str, tuple[str, ...]], Difference | None]()
        self._numbers = count()

    def of(self, table: str, before: tuple[str, ...]) -> Difference | None:
        """Of a table that had these files; None if one that went isn't on disk any more."""
        if (table, before) not in self._found:
            self._found[table, before] = self._difference(table, frozenset(before))
        return self._found[table, before]

    def bind_both(self, name: str, of: Difference, session: Session) -> list[str]:
        """The names of new relations: what the last of them is a view of, and `name`, rows that were there and are.

        `session`: the one of these, or one beside it.
        """
        if not of.name:
            self._bind(session, name, of.table, of.both)
            return [name]
        files = f"{name}_files"
        self._bind(session, files, of.table, of.both)
        session.view(name, f"select * from {files} union all select * from same_{of.name}")
        return [files, name]

    def bind_changed(self, of: Difference, session: Session) -> str:
        """A relation of rows that came or went, with `SIDES`. If they were not compared, with which of the files they
        are of, in order, too (`FILE`). `session`: the one of these, or one beside it.
        """
        if of.name:
            return f"differs_{of.name}"
        name, paths = f"files_{of.table}_{next(self._numbers)}", sorted(of.went | of.came)
        self._bind(session, name, of.table, paths, FILE)
        went = ", ".join(str(n) for n, path in enumerate(paths) if path in of.went) or "-1"
        is_old, is_new = (
            f"{FILE} {is_in} ({went}) as {side}" for is_in, side in zip(("in", "not in"), SIDES, strict=True)
        )
        return f"(select *, {is_old}, {is_new} from {name})"

    def _difference(self, table: str, before: frozenset[str]) -> Difference | None:
        rows = {one.path: one.rows for one in self._snapshot.data_files(table)}
        found = Difference(table, before - {*rows}, frozenset(rows) - before, before & {*rows})
        if not all(self._snapshot.places.data(table, path).exists() for path in found.went):
            return None
        came = sum(rows[path] for path in found.came)
        return (self._compared(found) if found.went and came <= _MOST else None) or replace(found, rows=came)

    def _compared(self, of: Difference) -> Difference | None:
        """With rows that are alike on both sides taken for the same, as often as they are on both; None if too many."""
        if sum(pq.read_metadata(path).num_rows for path in self._paths(of.table, of.went)) > _MOST:
            return None
        name, session = f"{of.table}_{next(self._numbers)}", self._session
        went, came, alike = (f"{which}_{name}" for which in ("went", "came", "alike"))
        self._bind(session, went, of.table, of.went)
        self._bind(session, came, of.table, of.came)
        cells = ", ".join(f'"{one.name}"' for one in lake_columns(of.table))
        each = f"select *, 1 as old, 0 as new from {went} union all select *, 0 as old, 1 as new from {came}"
        many = "cast(sum(old) as bigint) as olds, cast(sum(new) as bigint) as news"
        session.table(alike, f"select {cells}, {many} from ({each}) as e group by {cells}")
        more = "olds > news as is_old, news > olds as is_new, unnest(range(abs(olds - news))) as n"
        differs = f"select {cells}, {more} from {alike} where olds <> news"
        session.table(f"differs_{name}", f"select {cells}, is_old, is_new from ({differs}) as a")
        same = f"select {cells}, unnest(range(least(olds, news))) as n from {alike}"
        session.view(f"same_{name}", f"select {cells} from ({same}) as a")
        rows = session.query(f"select count(*) from differs_{name}")[0][0].as_py()
        return replace(of, rows=rows, name=name)

    def _bind(self, session: Session, name: str, table: str, paths: Collection[str], number: str | None = None) -> None:
        session.bind_parquet(name, self._paths(table, paths), lake_columns(table), file_number=number)

    def _paths(self, table: str, paths: Collection[str]) -> list[Path]:
        return [self._snapshot.places.data(table, path) for path in sorted(paths)]
