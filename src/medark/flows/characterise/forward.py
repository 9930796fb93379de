"""Sums brought forward to a version of the lake: what came is counted and added, what went is taken away

What a sum says of some people and of others adds up. Records in files that came or went are counted by themselves; of
their people what they had before and have now is read again, for what counts people. Only where what records refer to
has changed (a person's observation periods, a visit) all of their person's are counted again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles import Part, Sum
from medark.check.achilles.arrays import Arrays
from medark.check.achilles.coders import Coder
from medark.check.achilles.event_tables import BY_NAME
from medark.check.achilles.tallies import Packed, together
from medark.flows.characterise.changes import Changes
from medark.flows.characterise.differing import Differences
from medark.flows.characterise.keeping import Files, KeptSums, reads
from medark.flows.characterise.summed import SHARED, Sums, added, summed
from medark.model.omop import VOCABULARY_TABLES, person_column
from medark.store.engine import Session
from medark.store.lake import Snapshot

MOST = 10  # a table of which more than one row in so many is in new or gone files is counted anew
_SMALL = 10_000  # rows of which that doesn't matter
_OLD, _NEW = -1, 1  # what is told of files as they were is taken away


class Forward:
    """Brings the sums of some parts forward. The session has none of the lake's tables, before and after."""

    def __init__(self, session: Session, snapshot: Snapshot, known: Mapping[Part, KeptSums]) -> None:
        self._session, self._snapshot, self._differences = session, snapshot, Differences(session, snapshot)
        self._known = {part: one for part, one in known.items() if self._is_little(one)}

    def sums(self) -> Iterator[tuple[Part, Sums]]:
        """The sums of each part that can be brought forward."""
        for group in self._groups():
            before = {table: files for part in group for table, files in self._known[part].files.items()}
            changes = Changes(self._session, self._snapshot, self._differences, before, group)
            try:
                yield from self._brought(group, changes)
            finally:
                changes.end()
        self._differences.end()

    def _groups(self) -> Iterator[list[Part]]:
        """Parts that were counted over the same files of the tables that they share."""
        rest = list(self._known)
        while rest:
            before, group = dict[str, tuple[str, ...]](), list[Part]()
            for part in rest:
                files = self._known[part].files
                if all(before.get(table, some) == some for table, some in files.items()):
                    before |= files
                    group.append(part)
            rest = [part for part in rest if part not in group]
            yield group

    def _is_little(self, known: KeptSums) -> bool:
        """Did little change, in tables of people alone, and are the files that went still there?"""
        for table, before in known.files.items():
            differ = self._differences.of(table, before)
            if differ is None or (differ.is_changed and person_column(table) is None):
                return False
            if differ.rows * MOST > max(self._snapshot.rows(table), _SMALL):
                return False
            if not differ.name and len(differ.went) * 2 > len(before):
                return False
        return True

    def _brought(self, group: Sequence[Part], changes: Changes) -> Iterator[tuple[Part, Sums]]:
        """Those of the largest tables first: what their sums say takes the longest to be told, beside the others."""
        ordered = sorted(group, key=lambda part: -self._snapshot.rows(part.by_person) if part.by_person else 1)
        found = {
            part: self._known[part].sums for part in ordered if not _is_told_otherwise(part, self._known[part], changes)
        }
        for sign in (_OLD, _NEW):
            changes.bind(sign == _NEW)
            for name in SHARED:
                self._session.drop(name)
            for part, sums in list(found.items()):
                brought = self._of_side(part, sums, changes, sign)
                if brought is None:
                    del found[part]
                elif sign == _OLD:
                    found[part] = brought
                else:
                    yield part, brought
        for name in SHARED:
            self._session.drop(name)

    def _of_side(self, part: Part, sums: Sums, changes: Changes, sign: int) -> Sums | None:
        """Sums with what a side says added or taken away; None if they have to be made from nothing."""
        if not part.by_person:
            return _together(part, sums, summed(self._session, part), sign)
        events, coders, is_new = BY_NAME[part.by_person], _coders(sums), sign == _NEW
        references = changes.references(events, is_new)
        sides = (True, changes.records(events, is_new)), (False, changes.history(events, is_new))
        for is_of_records, rows in sides:
            some = [one for one in part.sums if bool(one.of) == is_of_records]
            arrays = Arrays(events, some, references, coders)
            if not arrays.fits or not arrays.add(rows):
                return None
            sums = _together(part, sums, {one.name: told for one, told in arrays.found()}, sign)
        return _together(part, sums, changes.unmapped(part, is_new), sign)


def _is_told_otherwise(part: Part, known: KeptSums, changes: Changes) -> bool:
    """May records of people who were not touched be told otherwise than before?"""
    if not part.by_person:
        return False
    others = dict[str, np.ndarray | None]()
    for name in ("visit", "visit_detail"):
        rows = known.sums.get(f"{part.by_person}_other_{name}")
        others[name] = None if rows is None else table_of(rows)[f"other_{name}"].to_numpy()
    return changes.is_told_otherwise(BY_NAME[part.by_person], others)


def _coders(sums: Sums) -> dict[str, Coder]:
    """How columns were coded."""
    found = dict[str, Coder]()
    for rows in sums.values():
        if isinstance(rows, Packed):
            for name, coder in zip(rows.names, rows.coders, strict=True):
                found.setdefault(name, coder)
    return found


def _together(part: Part, sums: Sums, more: Sums, sign: int) -> dict[str, pa.Table | Packed]:
    """Sums with more, or less, of some of them."""
    known = {one.name: one for one in part.sums}
    return {**sums, **{name: _both(known[name], sums[name], rows, sign) for name, rows in more.items()}}


def _both(of: Sum, whole: pa.Table | Packed, more: pa.Table | Packed, sign: int) -> pa.Table | Packed:
    if (len(more.keys) if isinstance(more, Packed) else more.num_rows) == 0:
        return whole
    if isinstance(whole, Packed) and isinstance(more, Packed):
        found = together(whole, more, sign)
        if found is not None:
            return found
    rows, others = table_of(whole), table_of(more)
    for name in of.measures if sign == _OLD else ():
        others = others.set_column(others.column_names.index(name), name, pc.negate(others[name]))
    return added(of, [rows, others.cast(rows.schema)] if rows.num_rows else [others])


def table_of(rows: pa.Table | Packed) -> pa.Table:
    """A sum as columns."""
    return rows.table() if isinstance(rows, Packed) else rows


def files_of(part: Part, snapshot: Snapshot) -> Files:
    """The files of every table of the lake that a part reads."""
    names = sorted(table for table in reads(part) & set(snapshot.tables) if table not in VOCABULARY_TABLES)
    return {table: tuple(sorted(one.path for one in snapshot.data_files(table))) for table in names}
