"""What each person had when, kept beside each data file of a table of events: for the owner alone, gone with the file

Of every fiftieth person nearly every row group of a file has somebody, so to read what these had would be to read all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain

import pyarrow as pa

from medark.check.achilles.among import Among
from medark.check.achilles.arrays import AT_A_TIME
from medark.check.achilles.event_tables import BY_NAME, Events
from medark.check.achilles.events import REFERRED_TO
from medark.flows.characterise.history import WIDTHS, History, Width, read, written
from medark.flows.characterise.keeping import histories_folder
from medark.flows.characterise.noting import FILE, Noting
from medark.flows.packs import Form, Packs, gone_from
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns
from medark.store.durable import disk
from medark.store.engine import Session
from medark.store.lake import Snapshot

_SMALL = AT_A_TIME // 8  # rows: to count a batch costs something, whatever its rows are
_FORM = Form("1", written, read)


def has_history(table: str) -> bool:
    """Are histories kept of a table's files?"""
    return table in BY_NAME


def key_of(events: Events) -> str:
    """The column of a table's own keys, if its rows are referred to; "" if they are not."""
    return REFERRED_TO.get(events.table, ("",))[0]


class Histories:
    """Those of the files of a snapshot, and of files that went since another. What is not kept, or not as it should be,
    is read from the files and kept.
    """

    def __init__(self, workspace: Workspace, snapshot: Snapshot) -> None:
        self._snapshot, self._packs = snapshot, _packs(workspace)
        self._known = dict[str, dict[str, History]]()

    def of(self, events: Events, paths: Collection[str], who: Among) -> Iterator[pa.RecordBatch]:
        """What some people have in some files: person_id, day, concept_id; some rows at a time."""
        some, rows = list[pa.RecordBatch](), 0
        for batch in chain.from_iterable(one.of(who) for one in self.of_files(events, paths)):
            if batch.num_rows > _SMALL:
                yield batch
                continue
            some, rows = [*some, batch], rows + batch.num_rows
            if rows > AT_A_TIME:
                yield _one(some)
                some, rows = [], 0
        if rows:
            yield _one(some)

    def of_files(self, events: Events, paths: Collection[str]) -> Iterator[History]:
        """Those of some files."""
        yield from (self._known[events.table][path] for path in sorted(paths))

    def rows_of(self, events: Events, paths: Collection[str], keys: Among) -> Iterator[pa.Table]:
        """Rows in some files that have one of these keys: key, told (their concept), person_id."""
        yield from (one.rows_of(keys) for one in self.of_files(events, paths))

    def missing(self, events: Events, paths: Collection[str]) -> list[str]:
        """Of which of some files nothing is kept."""
        if events.table not in self._known:
            self._known[events.table] = self._packs.of(events.table)
        return sorted(path for path in paths if path not in self._known[events.table])

    def put(self, events: Events, some: Mapping[str, History]) -> None:
        """Keep what was noted of files of which nothing was kept."""
        missing = {*self.missing(events, some)}
        if missing:
            kept = self._packs.put(events.table, {path: one for path, one in some.items() if path in missing})
            self._known[events.table] |= kept

    def sweep(self) -> None:
        """Keep nothing of files that are no longer there."""
        with disk("what is kept"):
            self._packs.sweep(gone_from(self._snapshot))

    def read(self, session: Session, events: Events, paths: Collection[str]) -> None:
        """Read what is not kept of some files: only then they can be asked for."""
        for width in WIDTHS:
            missing = self.missing(events, paths)
            if missing:
                self.put(events, self._noted(session, events, missing, width).made())

    def _noted(self, session: Session, events: Events, paths: Sequence[str], width: Width) -> Noting:
        """Files of a table read for this alone."""
        key = key_of(events)
        noting = Noting(width, key)
        noting.begin(paths)
        files = [self._snapshot.places.data(events.table, path) for path in paths]
        name = f"unread_{events.table}"
        session.bind_parquet(name, files, lake_columns(events.table), file_number=FILE)
        cells = [f"person_id, {events.day} as day, {events.concept} as concept_id", FILE, *([key] if key else [])]
        for batch in session.stream(f"select {', '.join(cells)} from {name}", AT_A_TIME):
            noting.add(batch)
        session.drop(name)
        return noting


def _one(some: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    """Batches as one."""
    return some[0] if len(some) == 1 else pa.Table.from_batches(some).combine_chunks().to_batches()[0]


def _packs(workspace: Workspace) -> Packs[History]:
    return Packs(histories_folder(workspace), _FORM)
