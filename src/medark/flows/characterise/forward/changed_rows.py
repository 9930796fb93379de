"""Rows of a table of events that came or went: read once, whatever is asked of them"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles.cells import filled, values_of
from medark.check.achilles.event_tables import Events
from medark.check.achilles.events import plain_columns, plain_rows
from medark.check.achilles.places import Numbers, each_once
from medark.check.achilles.references import NOBODY
from medark.flows.characterise.forward.differing import SIDES, Difference
from medark.flows.characterise.forward.held_rows import HeldRows
from medark.flows.characterise.forward.visit_keys import columns_of, keys_of
from medark.flows.characterise.histories import Histories, key_of
from medark.flows.characterise.history import SHORT
from medark.flows.characterise.noting import FILE, Noting
from medark.sql.render import plain
from medark.store.engine import Session

_UNMAPPED: Final = {"source_column": pa.string(), "source_value": pa.string(), "n": pa.int64()}


class ChangedRows:
    """Those of a relation (`Differences.bind_changed`) of the sessions that it is read by. `people`: whose they are,
    sorted; `side`: 0 as they were, 1 as they are.
    """

    def __init__(self, session: Session, events: Events, differ: Difference, of: str) -> None:
        self._events, self._differ, self._columns = events, differ, plain_columns(events)
        self._key = [one for one in [key_of(events)] if one]
        own = (*self._key, *events.unmapped, *events.unmapped.values())
        more = [*SIDES, *([] if differ.name else [FILE]), *(one for one in own if one not in self._columns)]
        sql = plain(plain_rows(events, of, *more), session.dialect)
        self._rows = HeldRows(sql, [*self._columns, *dict.fromkeys(more)])
        self.people: Numbers = np.zeros(0, np.int64)

    def read(self, session: Session, histories: Histories) -> None:
        """Read all; what is not kept of files that came is noted and kept."""
        people, noting = list[Numbers](), Noting(SHORT, "".join(self._key))
        noting.begin(sorted(self._differ.went | self._differ.came))
        for batch in self._rows.read(session):
            people.append(filled(*values_of(batch.column("person_id")), NOBODY))
            if not self._differ.name:
                noting.add(batch.select(["person_id", "day", "concept_id", FILE, *self._key]))
        self.people = each_once(people)
        if not self._differ.name:
            histories.put(self._events, noting.made())

    def records(self, session: Session, side: int) -> Iterator[pa.RecordBatch]:
        """As they are counted, on one side."""
        return self._on_side(session, self._columns, side)

    def batches(self, session: Session, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Some of the columns, on both sides."""
        return self._rows.batches(session, columns)

    def keys(self, session: Session) -> dict[str, Numbers]:
        """The keys of the visits that they refer to, on both sides, by name."""
        columns = columns_of(self._events)
        return keys_of(self._events, self.batches(session, columns) if columns else ())

    def unmapped(self, session: Session, side: int) -> pa.Table:
        """How many rows have which source value and no concept, on one side: source_column, source_value, n."""
        found, pairs = [pa.schema(_UNMAPPED.items()).empty_table()], self._events.unmapped
        for batch in self._on_side(session, [*dict.fromkeys([*pairs, *pairs.values()])], side) if pairs else ():
            for source, concept in pairs.items():
                values = batch.column(source).filter(pc.equal(batch.column(concept), 0))
                if len(values):
                    found.append(_counted(source, values))
        return pa.concat_tables(found)

    def _on_side(self, session: Session, columns: Sequence[str], side: int) -> Iterator[pa.RecordBatch]:
        for batch in self.batches(session, [*columns, SIDES[side]]):
            is_there, rows = batch.column(SIDES[side]), batch.select(columns)
            if is_there.true_count:
                yield rows if is_there.true_count == len(is_there) else rows.filter(is_there)


def _counted(column: str, values: pa.Array) -> pa.Table:
    told = values.value_counts()
    return pa.table([pa.array(np.full(len(told), column)), told.field("values"), told.field("counts")], [*_UNMAPPED])
