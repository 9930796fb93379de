"""Sums brought forward to a version of the lake: what came is counted and added, what went is taken away

What a sum says of some people and of others adds up. Records in files that came or went are counted by themselves; of
their people what they had before and have now is read again, for what counts people. Only where what records refer to
has changed (a person's observation periods, a visit) all of their person's are counted again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed, wait

from medark.check.achilles import Part
from medark.flows.characterise.forward import of_persons
from medark.flows.characterise.forward.adding import NEW, OLD, with_more
from medark.flows.characterise.forward.changes import Changes
from medark.flows.characterise.forward.differing import Differences
from medark.flows.characterise.forward.of_events import brought
from medark.flows.characterise.keeping import Files, KeptSums, reads
from medark.flows.characterise.kept_people import KeptPeople
from medark.flows.characterise.summed import Sums, of_others
from medark.model.omop import VOCABULARY_TABLES, person_column
from medark.store.engine import Session
from medark.store.lake import Snapshot

MOST = 10  # a table of which more than one row in so many is in new or gone files is counted anew
_SMALL = 10_000  # rows of which that doesn't matter
_OVER_TABLES = ("overlaps", "ends")  # they are told who has records in which table


class Forward:
    """Brings the sums of some parts forward. The session has none of the lake's tables before, and after those that
    are not of people; `threads`: where tables of events are brought forward.
    """

    def __init__(
        self,
        session: Session,
        snapshot: Snapshot,
        people: KeptPeople,
        known: Mapping[Part, KeptSums],
        threads: Executor,
    ) -> None:
        self._session, self._snapshot, self._people, self._threads = session, snapshot, people, threads
        self._differences = Differences(session, snapshot)
        self._known = {part: one for part, one in known.items() if self._is_little(one)}

    def sums(self) -> Iterator[tuple[Part, Sums]]:
        """The sums of each part that can be brought forward."""
        for group in self._groups():
            before = {table: files for part in group for table, files in self._known[part].files.items()}
            changes = Changes(self._session, self._snapshot, self._differences, self._people, before, group)
            yield from self._brought(group, changes)

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
        begun = {
            self._threads.submit(brought, self._session, part, self._known[part].sums, changes, ready): part
            for part in of_events
        }
        try:
            _look_up(changes, ready)
            yield from self._of_others((part for part in others if part.name not in _OVER_TABLES), changes)
            for ended in as_completed(begun):
                sums = ended.result()
                if sums is not None:
                    yield begun[ended], sums
        finally:
            wait(begun)
        yield from self._of_others((part for part in others if part.name in _OVER_TABLES), changes)

    def _of_others(self, parts: Iterable[Part], changes: Changes) -> Iterator[tuple[Part, Sums]]:
        """Sums of parts that are of no table of events, of those that can be told of some people."""
        for part in parts:
            known = self._known[part].sums
            if part.name == of_persons.PART:
                sums = of_persons.brought(self._session, part, known, changes)
            else:
                sums = _over_arrays(part, known, changes)
            if sums is not None:
                yield part, sums


def _look_up(changes: Changes, ready: Future[None]) -> None:
    try:
        changes.look_up()
        ready.set_result(None)
    except BaseException as error:
        ready.set_exception(error)
        raise


def _over_arrays(part: Part, known: Sums, changes: Changes) -> Sums | None:
    old, new = (of_others(part, side) for side in changes.sides)
    return None if old is None or new is None else with_more(part, known, with_more(part, new, old, OLD), NEW)


def files_of(part: Part, snapshot: Snapshot) -> Files:
    """The files of every table of the lake that a part reads."""
    names = sorted(table for table in reads(part) & set(snapshot.tables) if table not in VOCABULARY_TABLES)
    return {table: tuple(sorted(one.path for one in snapshot.data_files(table))) for table in names}
