"""What changed between two versions of a lake: rows that came or went, and what their people had before and have now"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import numpy as np
import pyarrow as pa

from medark.check.achilles import Part
from medark.check.achilles.among import Among
from medark.check.achilles.coders import Few
from medark.check.achilles.event_tables import BY_NAME, Events
from medark.check.achilles.events import KEYS
from medark.check.achilles.lives import Lives
from medark.check.achilles.places import Numbers, each_once
from medark.check.achilles.references import NOBODY, References
from medark.flows.characterise.forward.again import Again
from medark.flows.characterise.forward.changed_rows import ChangedRows
from medark.flows.characterise.forward.differing import Differences
from medark.flows.characterise.forward.gathering import Gathering, Touched
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
        self._session, self._snapshot, self._differences = session, snapshot, differences
        self._kept = people
        self._differ = {
            table: one for table in before if person_column(table) and (one := differences.of(table, before[table]))
        }
        self._relations, self._rows = dict[str, str](), dict[str, ChangedRows]()
        self._read(one for one in before if not person_column(one) and not session.has(one))
        changed = [table for table, one in self._differ.items() if one.is_changed]
        who = self.people_of(*changed)
        self._events = [BY_NAME[part.by_person] for part in parts if part.by_person]
        self.visits = {name: self._visits(name) for name in NAMES}
        read, some = Rows(), Among(who)
        self.sides = (Side(self._differ, people, some, 0, read), Side(self._differ, people, some, 1, read))
        starts = range(0, len(who), _PEOPLE)
        blocks = [Among(who[start : start + _PEOPLE]) for start in starts] if len(starts) > 1 else [some]
        self._touched = [self._told(one) for one in blocks] if self._events else []

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
        for some in self._touched:
            yield Gathering(some, concepts).lives(both, went, came)

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
        return each_once(self._people_of(table) for table in tables)

    def rows_of(self, table: str) -> pa.Table | None:
        """The rows of a table of no events that came or went, with `SIDES`; None if none did."""
        differ = self._differ.get(table)
        if differ is None or not differ.is_changed:
            return None
        return self._session.query(f"select * from {self._relation(table, self._session)} as r")

    def _people_of(self, table: str) -> Numbers:
        differ = self._differ.get(table)
        if table in self._rows:
            return self._rows[table].people
        if differ is None or not differ.is_changed:
            return _NONE
        if table in TABLES and not differ.name:
            return self._kept.rows.people(table, differ.went | differ.came)
        who = f"select distinct coalesce({person_column(table)}, {NOBODY}) as id"
        found: Numbers = self._session.query(f"{who} from {self._relation(table, self._session)} as r")["id"].to_numpy()
        return found

    def _relation(self, table: str, session: Session) -> str:
        """What has the rows of a table that came or went."""
        if table not in self._relations:
            self._relations[table] = self._differences.bind_changed(self._differ[table], session)
        return self._relations[table]

    def _read(self, of_nobody: Iterable[str]) -> None:
        """Read rows that changed, and what is kept of all files, the largest tables first; bind other tables."""
        tables = sorted(self._differ, key=lambda table: -self._differ[table].rows)
        with ThreadPoolExecutor(_THREADS) as threads:
            reading = [threads.submit(self._read_tables, tables[n::_THREADS]) for n in range(_THREADS)]
            for table in of_nobody:
                self._snapshot.bind(self._session, table)
            for ended in reading:
                ended.result()

    def _read_tables(self, tables: Sequence[str]) -> None:
        with closing(self._session.beside(())) as session:
            for table in tables:
                differ = self._differ[table]
                paths = differ.both | differ.went | differ.came
                if has_history(table):
                    if differ.is_changed:
                        rows = ChangedRows(session, BY_NAME[table], differ, self._relation(table, session))
                        rows.read(session, self._kept.histories)
                        self._rows[table] = rows
                    self._kept.histories.read(session, BY_NAME[table], paths)
                elif table in TABLES:
                    self._kept.rows.read(session, table, paths)

    def _told(self, people: Among) -> Touched:
        old, new = self.sides
        return Touched.of(people, [old.spans, new.spans], old.persons().alike(new.persons(), people.numbers))

    def _visits(self, name: str) -> Visits:
        table = KEYS[name][0]
        return Visits(self._session, self._kept.histories, name, self._differ.get(table), self._rows.get(table))

    def _keys(self) -> dict[str, Numbers]:
        """The keys of visits that rows that changed refer to."""
        found = [self._rows[one.table].keys(self._session) for one in self._events if one.table in self._rows]
        return {name: np.concatenate([_NONE, *(one[name] for one in found if name in one)]) for name in NAMES}
