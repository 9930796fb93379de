"""A table of events some people at a time, bound in its own place; what they had when is noted as their rows pass"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final

import pyarrow as pa

from medark.check.achilles.event_tables import Events
from medark.flows.characterise.histories import Histories, has_history, key_of
from medark.flows.characterise.history import SHORT
from medark.flows.characterise.noting import FILE, Noting
from medark.model.omop import lake_columns
from medark.store.engine import Session
from medark.store.lake import Snapshot

_LARGE: Final = 1_000_000  # rows; what is made of them in between takes about 200 bytes a row


class Slices:
    """`columns`: what has to be read of the rows beside what is asked of them."""

    def __init__(self, session: Session, snapshot: Snapshot, histories: Histories, events: Events) -> None:
        self._session, self._snapshot, self._histories, self._events = session, snapshot, histories, events
        key, table = key_of(events), events.table
        files = [one.path for one in snapshot.data_files(table)]
        self._is_noted = has_history(table) and bool(histories.missing(events, files))
        every = range(snapshot.buckets)
        self._buckets = [[one] for one in every] if snapshot.rows(table) > _LARGE else [[*every]]
        has_several = any(len(snapshot.data_files(table, {*some})) > 1 for some in self._buckets)
        self.columns = (*([FILE] if has_several else []), *([key] if key else [])) if self._is_noted else ()
        self._noting = Noting(SHORT, key)

    def binds(self) -> list[Callable[[], None]]:
        """Each binds the rows of some people; of a small table, of all."""
        return [partial(self._bind, some) for some in self._buckets]

    def passing(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The rows that are bound, without further columns; all passed, what was noted is kept."""
        if self._is_noted:
            yield from self._noting.passing(batches)
            self._histories.put(self._events, self._noting.made())
        else:
            yield from batches

    def _bind(self, buckets: Iterable[int]) -> None:
        table = self._events.table
        files = sorted(self._snapshot.data_files(table, {*buckets}), key=lambda one: -one.rows)
        self._noting.begin([one.path for one in files])
        paths = [self._snapshot.places.data(table, one.path) for one in files]
        self._session.bind_parquet(table, paths, lake_columns(table), file_number=FILE)
