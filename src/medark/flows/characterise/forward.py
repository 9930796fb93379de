"""Sums brought forward to a version of the lake: what came is counted and added, what went is taken away

What a sum says of some people and of others adds up. Records in files that came or went are counted by themselves; of
their people what they had before and have now is read again, for what counts people. Only where what records refer to
has changed (a person's observation periods, a visit) all of their person's are counted again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import closing
from itertools import chain

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.check.achilles import Part, Sum
from medark.check.achilles.arrays import Arrays, by_name, of_people
from medark.check.achilles.coders import Coder, Few
from medark.check.achilles.event_tables import BY_NAME
from medark.check.achilles.lives import Lives, add_lives
from medark.check.achilles.packed import Packed, together
from medark.check.achilles.people_sums import PeopleSums
from medark.check.achilles.persons import People
from medark.check.achilles.references import References
from medark.flows.characterise.changes import Changes
from medark.flows.characterise.differing import Differences
from medark.flows.characterise.histories import Histories
from medark.flows.characterise.keeping import Files, KeptSums, reads
from medark.flows.characterise.person_rows import PersonRows
from medark.flows.characterise.summed import OVER_ARRAYS, Sums, added, of_others, summed
from medark.flows.characterise.visits import NAMES, are_told_otherwise
from medark.model.omop import VOCABULARY_TABLES, person_column
from medark.store.engine import Session
from medark.store.lake import Snapshot

MOST = 10  # a table of which more than one row in so many is in new or gone files is counted anew
_SMALL = 10_000  # rows of which that doesn't matter
_THREADS = 2
_OVER_TABLES = ("overlaps", "ends")  # they are told who has records in which table
_OLD, _NEW = -1, 1  # what is told of files as they were is taken away


class Forward:
    """Brings the sums of some parts forward. The session has none of the lake's tables, before and after."""

    def __init__(
        self,
        session: Session,
        snapshot: Snapshot,
        kept: tuple[Histories, PersonRows],
        known: Mapping[Part, KeptSums],
    ) -> None:
        self._session, self._snapshot, self._kept = session, snapshot, kept
        self._differences = Differences(session, snapshot)
        self._known = {part: one for part, one in known.items() if self._is_little(one)}

    def sums(self) -> Iterator[tuple[Part, Sums]]:
        """The sums of each part that can be brought forward."""
        for group in self._groups():
            before = {table: files for part in group for table, files in self._known[part].files.items()}
            changes = Changes(self._session, self._snapshot, self._differences, self._kept, before, group)
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
        """Tables of events on threads, the largest first; then what reaches over tables."""
        of_events = [part for part in group if part.by_person]
        of_events.sort(key=lambda part: -self._snapshot.rows(part.by_person))
        others = [part for part in group if not part.by_person]
        ready = Future[None]()
        with ThreadPoolExecutor(_THREADS) as threads:
            begun = {threads.submit(self._of_events, part, changes, ready): part for part in of_events}
            try:
                changes.look_up()
                ready.set_result(None)
            except BaseException as error:
                ready.set_exception(error)
                raise
            yield from self._of_others((part for part in others if part.name not in _OVER_TABLES), changes)
            for ended in as_completed(begun):
                brought = ended.result()
                if brought is not None:
                    yield begun[ended], brought
        yield from self._of_others((part for part in others if part.name in _OVER_TABLES), changes)

    def _of_others(self, parts: Iterable[Part], changes: Changes) -> Iterator[tuple[Part, Sums]]:
        """Sums of parts that are of no table of events, of those that can be told over arrays, or by SQL alone."""
        for part in parts:
            sides = self._over_arrays(part, changes) if part.name in OVER_ARRAYS else self._by_sql(part, changes)
            if sides is not None:
                old, new = sides
                more = _together(part, new, old, _OLD)
                yield part, _together(part, self._known[part].sums, more, _NEW)

    def _over_arrays(self, part: Part, changes: Changes) -> tuple[Sums, Sums] | None:
        old, new = (of_others(part, side) for side in changes.sides)
        return None if old is None or new is None else (old, new)

    def _by_sql(self, part: Part, changes: Changes) -> tuple[Sums, Sums]:
        few = changes.few(part)
        if not few.is_any:
            return {}, {}
        with few.made():
            found = []
            for side in (0, 1):
                with few.bound(side):
                    found.append(summed(self._session, part))
        return found[0], found[1]

    def _of_events(self, part: Part, changes: Changes, ready: Future[None]) -> Sums | None:
        """Sums of a table of events, with what changed; None if they have to be made from nothing. People are counted
        until records are `ready`.
        """
        events, counting = BY_NAME[part.by_person], _Counting(part, self._known[part].sums)
        lives = counting.add_people(changes)
        if lives is None:
            return None
        for number, side in enumerate(changes.sides):
            side.met(events.table, [one.latest_of(number) for one in lives])
        moved = np.concatenate([np.zeros(0, np.int64), *(one.people[one.moved] for one in lives)])
        ready.result()
        if _is_told_otherwise(part, self._known[part], changes):
            return None
        with (
            closing(self._session.beside(())) as session,
            changes.again(session, events, moved) as again,
        ):
            for is_new, sign in enumerate((_OLD, _NEW)):
                records = chain(changes.records(session, events, bool(is_new)), again.records() if again else ())
                if not counting.add_records(sign, changes.references(events, bool(is_new), again), records):
                    return None
                counting.together(changes.unmapped(session, part, bool(is_new)), sign)
        return counting.sums


class _Counting:
    """Sums of a table of events to which rows are added, or from which they are taken."""

    def __init__(self, part: Part, sums: Sums) -> None:
        self._part, self.sums, self._coders = part, sums, _coders(sums)

    def add_people(self, changes: Changes) -> list[Lives] | None:
        """Count people, before and now; what they had and have, None if that can't be coded."""
        concepts = self._coders.setdefault("concept_id", Few(np.dtype(np.int64)))
        if not isinstance(concepts, Few):
            return None
        events, found = BY_NAME[self._part.by_person], list[Lives]()
        people = [People(side.persons(), self._coders.get("gender_concept_id")) for side in changes.sides]
        sides = [PeopleSums(one, self._coders) for one in people]
        for lives in changes.lives(events, concepts):
            if lives is None or not all(one.fits for one in people):
                return None
            add_lives(lives, concepts, people, sides)
            found.append(lives)
        if not all(one.fits for one in sides):
            return None
        asked = of_people(events, self._part.sums)
        old, new = ({one.name: rows for one, rows in by_name(asked, side.found())} for side in sides)
        self.together(_together(self._part, new, old, _OLD), _NEW)
        return found

    def add_records(self, sign: int, references: References, rows: Iterable[pa.RecordBatch]) -> bool:
        """Count records; False if they can't be coded."""
        some = [one for one in self._part.sums if one.of]
        arrays = Arrays(BY_NAME[self._part.by_person], some, references, self._coders)
        if not arrays.fits or not arrays.add(rows):
            return False
        self.together({one.name: told for one, told in arrays.found()}, sign)
        return True

    def together(self, more: Sums, sign: int) -> None:
        """With more, or less, of some sums."""
        self.sums = _together(self._part, self.sums, more, sign)


def _is_told_otherwise(part: Part, known: KeptSums, changes: Changes) -> bool:
    """May records of people who were not touched be told otherwise than before?"""
    others = dict[str, np.ndarray | None]()
    for name in NAMES:
        rows = known.sums.get(f"{part.by_person}_other_{name}")
        others[name] = None if rows is None else table_of(rows)[f"other_{name}"].to_numpy()
    return are_told_otherwise(changes.visits, BY_NAME[part.by_person], others)


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
