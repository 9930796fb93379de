"""Who people are and when they are observed, kept beside each data file: for the owner alone, gone with the file

To look for some of a million people in the files themselves costs more than all that is counted of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from medark.check.achilles.among import Among
from medark.check.achilles.cells import filled, values_of
from medark.check.achilles.of_persons import columns
from medark.check.achilles.periods import KIND, PERIODS
from medark.check.achilles.places import Bools, Numbers
from medark.check.achilles.references import NOBODY
from medark.check.achilles.spans import rows_of
from medark.flows.characterise.keeping import person_rows_folder
from medark.flows.characterise.noting import FILE
from medark.flows.packs import Arrays, Form, Packs, Told, gone_from
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns
from medark.store.durable import disk
from medark.store.engine import Session
from medark.store.lake import Snapshot

_Any = np.ndarray[Any, Any]
_KINDS: Final = (np.int8, np.int16, np.int32, np.int64)
TABLES: Final = ("person", *PERIODS)
_WHO: Final = "person_id"
_NONE: Final = np.zeros(0, np.int64)
_COLUMNS: Final = {
    "person": tuple(columns()),
    **dict.fromkeys(PERIODS, (_WHO, "period_id", "start_day", "end_day", "kind")),
}


@dataclass(frozen=True, slots=True)
class Rows:
    """Of a file: `people`, in order, `NOBODY` for no person; of each row further cells, and where these are NULL, if
    any is. Days are numbers.
    """

    people: Numbers
    cells: Mapping[str, _Any]
    nulls: Mapping[str, Bools]


class PersonRows:
    """Those of the files of a snapshot, and of files that went since another."""

    def __init__(self, workspace: Workspace, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._packs = Packs(person_rows_folder(workspace), Form("2", _written, _read))
        self._known = dict[str, dict[str, Rows]]()

    def of(self, table: str, paths: Collection[str], who: Among, *columns: str) -> pa.Table:
        """Rows of some people, sorted, in some files, with person_id and some columns, or all that are kept: of persons
        those of `of_persons`; of periods period_id, start_day, end_day, kind. Days are numbers.
        """
        files = [self._known[table][path] for path in sorted(paths)]
        there = [(one, who.where(one.people)) for one in files]
        told = {name: _cells(name, there) for name in columns or _COLUMNS[table][1:]}
        return pa.table({_WHO: np.concatenate([_NONE, *(one.people[at] for one, at in there)]), **told})

    def people(self, table: str, paths: Collection[str]) -> Numbers:
        """Who has rows in some files; `NOBODY` who is not told."""
        return np.concatenate([_NONE, *(self._known[table][path].people for path in sorted(paths))])

    def read(self, session: Session, table: str, paths: Collection[str]) -> None:
        """Read what is not kept of some files: only then they can be asked for."""
        if table not in self._known:
            self._known[table] = self._packs.of(table)
        missing = sorted(path for path in paths if path not in self._known[table])
        if missing:
            self._known[table] |= self._packs.put(table, self._rows(session, table, missing))

    def read_all(self, session: Session) -> None:
        """Read what is not kept of all files of the snapshot."""
        for table in TABLES:
            self.read(session, table, [one.path for one in self._snapshot.data_files(table)])

    def sweep(self) -> None:
        """Keep nothing of files that are no longer there."""
        with disk("what is kept"):
            self._packs.sweep(gone_from(self._snapshot))

    def _rows(self, session: Session, table: str, paths: Sequence[str]) -> dict[str, Rows]:
        name, files = f"unread_{table}", [self._snapshot.places.data(table, path) for path in paths]
        session.bind_parquet(name, files, lake_columns(table), file_number=FILE)
        persons = f"select {', '.join((*_COLUMNS['person'], FILE))} from {name}"
        query = rows_of(table, KIND[table], name, FILE) if table in KIND else persons
        rows = session.query(query).combine_chunks()
        session.drop(name)
        cells = {one: values_of(rows[one].combine_chunks()) for one in rows.column_names}
        (file, _), who = cells.pop(FILE), filled(*cells.pop(_WHO), NOBODY)
        order = np.lexsort((who, file))
        ends = np.searchsorted(file[order], np.arange(len(paths) + 1))
        found = {}
        for path, start, end in zip(paths, ends[:-1], ends[1:], strict=True):
            some = order[start:end]
            told = {one: _narrow(values[some]) for one, (values, _) in cells.items()}
            nulls = {one: nulls[some] for one, (_, nulls) in cells.items() if nulls is not None and nulls[some].any()}
            found[path] = Rows(who[some], told, nulls)
        return found


def _narrow(values: _Any) -> _Any:
    """The same in as few bytes as all of them fit."""
    least, most = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    fit = (kind for kind in _KINDS if np.iinfo(kind).min <= least and most <= np.iinfo(kind).max)
    return values.astype(next(fit))


def _cells(name: str, there: Sequence[tuple[Rows, Numbers]]) -> pa.Array:
    """A column of rows at some places of files."""
    values = np.concatenate([_NONE, *(one.cells[name][at] for one, at in there)])
    if not any(name in one.nulls for one, _ in there):
        return pa.array(values)
    nulls = (one.nulls[name][at] if name in one.nulls else np.zeros(len(at), bool) for one, at in there)
    return pa.array(values, mask=np.concatenate([*nulls]))


def _written(arrays: Arrays, start: str, one: Rows) -> Told:
    arrays |= {f"{start}people": one.people}
    arrays |= {f"{start}{name}": values for name, values in one.cells.items()}
    arrays |= {f"{start}{name} is null": nulls for name, nulls in one.nulls.items()}
    return {"cells": [*one.cells], "nulls": [*one.nulls]}


def _read(arrays: Mapping[str, np.ndarray[Any, Any]], start: str, told: Told) -> Rows:
    cells = {name: arrays[f"{start}{name}"] for name in told["cells"]}
    return Rows(arrays[f"{start}people"], cells, {name: arrays[f"{start}{name} is null"] for name in told["nulls"]})
