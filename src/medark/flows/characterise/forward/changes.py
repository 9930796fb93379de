"""What changed between two versions of a lake: rows that came or went, and what their people had before and have now"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import numpy as np
import pyarrow as pa

from medark.check.achilles import Part
from medark.check.achilles.coders import Few
from medark.check.achilles.event_tables import BY_NAME, Events
from medark.check.achilles.events import KEYS
from medark.check.achilles.lives import Lives
from medark.check.achilles.places import Numbers, each_once
from medark.check.achilles.references import NOBODY, References
from medark.flows.characterise.forward.again import Again
from medark.flows.characterise.forward.changed_rows import ChangedRows
from medark.flows.characterise.forward.differing import Differences
from medark.flows.characterise.forward.gathering import Gathering
from medark.flows.characterise.forward.side import Rows, Side
from medark.flows.characterise.forward.visit_keys import NAMES, named
from medark.flows.characterise.forward.visits import Visits
from medark.flows.characterise.histories import has_history
from medark.flows.characterise.keeping import Files
from medark.flows.characterise.kept_people import KeptPeople
from medark.flows.characterise.person_rows import TABLES
from medark.flows.characterise.referring import Referring
from medark.model.omop import person_column
from medark.store.engine import Session
from medark.store.lake import Snapshot

_PEOPLE, _THREADS = 1 << 18, 2  # at a time
_NONE = np.zeros(0, np.int64)


class Changes:
    """Of the tables `before`, which had these files. `side`: 0 before, 1 now."""

    def __init__(
        self,
        session: Session,
        snapshot: Snapshot,
        differences: Differences,
        people: KeptPeople,
        before: Files,
        parts: Sequence[Part],
    ) -> None:
        self._session, self._differences = session, differences
        self._kept = people
        self._differ = {
            table: one for table in before if person_column(table) and (one := differences.of(table, before[table]))
        }
        changed = [table for table, one in self._differ.items() if one.is_changed]
        for table in (one for one in before if not person_column(one) and not session.has(one)):
            snapshot.bind(session, table)
        self._relations = {table: differences.bind_changed(self._differ[table]) for table in changed}
        self._rows = {
            table: ChangedRows(session, BY_NAME[table], self._differ[table], self._relations[table])
            for table in filter(has_history, changed)
        }
        self._read()
        self._who = self.people_of(*changed)
        self._events = [BY_NAME[part.by_person] for part in parts if part.by_person]
        self.visits = {name: self._visits(name) for name in NAMES}
        read = Rows()
        self.sides = (Side(self._differ, people, self._who, 0, read), Side(self._differ, people, self._who, 1, read))

    def look_up(self) -> None:
        """Look up what rows that came or went refer to; `references` ask for it."""
        whole, of_nobody = Referring(self._session), {name for one in self._events for name in one.refers} - {*NAMES}
        self._others = {name: whole.table(name) for name in of_nobody}
        keys = self._keys()
        for name, visits in self.visits.items():
            visits.look_up(keys[name])

    def lives(self, events: Events, concepts: Few) -> Iterator[Lives | None]:
        """What who is touched had and has, some people at a time; None if something can't be coded."""
        differ = self._differ[events.table]
        both, went, came = (
            [*self._kept.histories.of_files(events, files)] for files in (differ.both, differ.went, differ.came)
        )
        spans, persons = [side.spans for side in self.sides], [side.persons() for side in self.sides]
        for start in range(0, len(self._who), _PEOPLE):
            some = self._who[start : start + _PEOPLE]
            gathering = Gathering(some, spans, persons[0].alike(persons[1], some), concepts)
            yield gathering.lives(both, went, came)

    @contextmanager
    def again(self, session: Session, events: Events, moved: Numbers) -> Iterator[Again | None]:
        """Records that did not change and may be told otherwise: of who has visits that changed, and of who `moved`.

        `session`: one beside that of these changes.
        """
        owners = pa.concat_tables(one.moved for one in self.visits.values())
        of_visits = owners.filter(owners["was"])["person_id"].fill_null(NOBODY).to_numpy()
        people = each_once([of_visits, moved])
        name, differ = f"known_{events.table}", self._differ[events.table]
        made = self._differences.bind_both(name, differ, session) if len(people) else []
        again = Again(session, events, name, people) if made else None
        try:
            yield again
        finally:
            if again is not None:
                again.close()
            for name in reversed(made):
                session.drop(name)

    def references(self, events: Events, side: int, again: Again | None) -> References:
        """What a table's records refer to, on one side, and those that are counted `again`."""
        who = self.sides[side]
        visits = {name: self.visits[name].of(side, again.keys(name) if again else _NONE) for name in named(events)}
        others = {name: self._others[name] for name in events.refers if name not in NAMES}
        return References(who.spans, who.persons(), visits | others)

    def records(self, session: Session, events: Events, side: int) -> Iterator[pa.RecordBatch]:
        """Records that came or went, on one side."""
        if events.table in self._rows:
            yield from self._rows[events.table].records(session, side)

    def unmapped(self, session: Session, part: Part, side: int) -> dict[str, pa.Table]:
        """What came or went without a concept."""
        name = f"{part.by_person}_unmapped"
        if part.by_person not in self._rows or all(one.name != name for one in part.sums):
            return {}
        return {name: self._rows[part.by_person].unmapped(session, side)}

    def people_of(self, *tables: str) -> Numbers:
        """Whose rows came or went in some tables, sorted."""
        found = [self._rows[table].people for table in tables if table in self._rows]
        others = [table for table in self._relations.keys() & {*tables} if table not in self._rows]
        asked = [
            f"select coalesce({person_column(table)}, {NOBODY}) as id from {self._relations[table]} as r"
            for table in others
        ]
        if asked:
            found.append(self._session.query(" union ".join(asked))["id"].to_numpy())
        return each_once(found)

    def rows_of(self, table: str) -> pa.Table | None:
        """The rows of a table of no events that came or went, with `SIDES`; None if none did."""
        relation = self._relations.get(table)
        return self._session.query(f"select * from {relation} as r") if relation else None

    def _read(self) -> None:
        """Read rows that changed, and what is kept of all files, the largest tables first."""
        tables = sorted(self._differ, key=lambda table: -self._differ[table].rows)
        with ThreadPoolExecutor(_THREADS) as threads:
            for ended in [threads.submit(self._read_tables, tables[n::_THREADS]) for n in range(_THREADS)]:
                ended.result()

    def _read_tables(self, tables: Sequence[str]) -> None:
        with closing(self._session.beside(())) as session:
            for table in tables:
                if table in self._rows:
                    self._rows[table].read(session, self._kept.histories)
                differ = self._differ[table]
                paths = differ.both | differ.went | differ.came
                if has_history(table):
                    self._kept.histories.read(session, BY_NAME[table], paths)
                elif table in TABLES:
                    self._kept.rows.read(session, table, paths)

    def _visits(self, name: str) -> Visits:
        table = KEYS[name][0]
        return Visits(self._session, self._kept.histories, name, self._differ.get(table), self._rows.get(table))

    def _keys(self) -> dict[str, Numbers]:
        """The keys of visits that rows that changed refer to."""
        found = [self._rows[one.table].keys(self._session) for one in self._events if one.table in self._rows]
        return {name: np.concatenate([_NONE, *(one[name] for one in found if name in one)]) for name in NAMES}
