"""What changed between two versions of a lake: rows that came or went, and what their people had before and have now"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import numpy as np
import pyarrow as pa

from medark.check.achilles import Part
from medark.check.achilles.coders import Few
from medark.check.achilles.event_tables import BY_NAME, Events
from medark.check.achilles.events import KEYS
from medark.check.achilles.lives import Lives
from medark.check.achilles.periods import KIND
from medark.check.achilles.persons import Everybody
from medark.check.achilles.places import Numbers
from medark.check.achilles.references import NOBODY, References, Referred, Spans
from medark.check.achilles.spans import rows_of
from medark.flows.characterise.again import Again, keys_of
from medark.flows.characterise.changed_rows import SIDES, ChangedRows
from medark.flows.characterise.differing import Differences
from medark.flows.characterise.gathering import Gathering
from medark.flows.characterise.histories import Histories, has_history
from medark.flows.characterise.keeping import Files
from medark.flows.characterise.referring import EVERYBODY, Referring
from medark.flows.characterise.visits import NAMES, Visits
from medark.model.omop import lake_columns, person_column
from medark.store.engine import Relation, Session
from medark.store.lake import Snapshot

_WORD = re.compile(r"\w+")
_PEOPLE, _THREADS = 1 << 18, 2  # at a time
_PERIOD, _DEATH = "observation_period", "death"
_NONE = np.zeros(0, np.int64)


class Changes:
    """Of the tables `before`, which had these files. While it lasts the session has relations beside its tables:
    `changed_T`, rows of files that came or went; `few_T`, rows of who is touched, of a table without histories; each
    with `is_old`, `is_new`.
    """

    def __init__(
        self,
        session: Session,
        snapshot: Snapshot,
        differences: Differences,
        histories: Histories,
        before: Files,
        parts: Sequence[Part],
    ) -> None:
        self._session, self._histories = session, histories
        self._made, self._differences = list[str](), differences
        self._words = {word for part in parts if not part.by_person for word in _words(part)}
        self._differ = {
            table: one for table in before if person_column(table) and (one := differences.of(table, before[table]))
        }
        self._changed = [table for table, one in self._differ.items() if one.is_changed]
        self._few_tables = [table for table in self._differ if not has_history(table) or table == _DEATH]
        for table in (one for one in before if not person_column(one) and not session.has(one)):
            snapshot.bind(session, table)
        for table in self._changed:
            self._made += differences.bind_changed(self._differ[table])
        with_rows = filter(has_history, self._changed)
        self._rows = {table: ChangedRows(session, BY_NAME[table], self._differ[table]) for table in with_rows}
        self._read()
        others = [table for table in self._changed if table not in self._rows]
        self._who = np.unique(np.concatenate([self._people(others), *(one.people for one in self._rows.values())]))
        self._make_few()
        self._events = [BY_NAME[part.by_person] for part in parts if part.by_person]
        self.visits = {name: self._visits(name) for name in NAMES}
        self._sides = self._known_sides() if self._events else ()

    def look_up(self) -> None:
        """Look up what rows that came or went refer to; `references` ask for it."""
        whole, of_nobody = Referring(self._session), {name for one in self._events for name in one.refers} - {*NAMES}
        self._others = {name: whole.table(name) for name in of_nobody}
        self._keys = self._keys_of()
        self._looked_up = {name: one.rows(self._keys[name]) for name, one in self.visits.items()}
        self._referred = {name: tuple(map(Referred, both)) for name, both in self._looked_up.items()}

    def bind(self, is_new: bool) -> Referring:
        """Of tables without histories the rows of who is touched, as they are or as they were; what refers to them."""
        for table in self._few_tables:
            self._session.view(table, f"select * exclude (is_old, is_new) from few_{table} where {SIDES[is_new]}")
        return Referring(self._session)

    def lives(self, events: Events, concepts: Few) -> Iterator[Lives | None]:
        """What who is touched had and has, some people at a time; None if something can't be coded."""
        differ = self._differ[events.table]
        both, went, came = (
            [*self._histories.of_files(events, files)] for files in (differ.both, differ.went, differ.came)
        )
        spans, persons = zip(*self._sides, strict=True)
        for start in range(0, len(self._who), _PEOPLE):
            some = self._who[start : start + _PEOPLE]
            gathering = Gathering(some, spans, persons[0].alike(persons[1], some), concepts)
            yield gathering.lives(both, went, came)

    def persons(self, is_new: bool) -> Everybody:
        """Persons who are touched, on one side."""
        return self._sides[is_new][1]

    def latest(self, is_new: bool, but: Collection[str]) -> dict[str, pa.Table]:
        """When who is touched has the latest record of each table of events, but of some: person_id, day."""
        found = {}
        for table in (one for one in self._differ if has_history(one) and one not in but):
            differ = self._differ[table]
            files = differ.both | (differ.came if is_new else differ.went)
            found[table] = _latest(self._histories.of(BY_NAME[table], files, self._who))
        return found

    @contextmanager
    def again(self, session: Session, events: Events, moved: Numbers) -> Iterator[Again | None]:
        """Records that did not change and may be told otherwise: of who has visits that changed, and of who `moved`.

        `session`: one beside that of these changes.
        """
        owners = pa.concat_tables(one.moved for one in self.visits.values())
        of_visits = owners.filter(owners["was"])["person_id"].fill_null(NOBODY).to_numpy()
        people = np.unique(np.concatenate([of_visits, moved]))
        name, differ = f"known_{events.table}", self._differ[events.table]
        made = self._differences.bind_both(name, differ, session) if len(people) else []
        again = Again(session, events, name, people) if made else None
        yield again
        if again is not None:
            again.close()
        for name in reversed(made):
            session.drop(name)

    def references(self, events: Events, is_new: bool, again: Again | None) -> References:
        """What a table's records refer to, on one side, and those that are counted `again`."""
        spans, persons = self._sides[is_new]
        visits = {name: self._visits_of(name, is_new, again) for name in NAMES if name in events.refers}
        others = {name: self._others[name] for name in events.refers if name not in NAMES}
        return References(spans, persons, visits | others)

    def _visits_of(self, name: str, is_new: bool, again: Again | None) -> Referred:
        more = np.setdiff1d(again.keys(name), self._keys[name]) if again else _NONE
        if not len(more):
            return self._referred[name][is_new]
        return Referred(pa.concat_tables([self._looked_up[name][is_new], self.visits[name].rows(more)[is_new]]))

    def records(self, session: Session, events: Events, is_new: bool) -> Iterator[pa.RecordBatch]:
        """Records that came or went, on one side."""
        if events.table in self._rows:
            yield from self._rows[events.table].records(session, is_new)

    def unmapped(self, session: Session, part: Part, is_new: bool) -> dict[str, pa.Table]:
        """What came or went without a concept."""
        name = f"{part.by_person}_unmapped"
        if part.by_person not in self._rows or all(one.name != name for one in part.sums):
            return {}
        return {name: self._rows[part.by_person].unmapped(session, is_new)}

    def end(self) -> None:
        """The session has nothing more of it."""
        for name in (*self._few_tables, *reversed(self._made)):
            self._session.drop(name)

    def _read(self) -> None:
        """Read rows that changed, and what is kept of all files, the largest tables first."""
        tables = sorted(filter(has_history, self._differ), key=lambda table: -self._differ[table].rows)
        with ThreadPoolExecutor(_THREADS) as threads:
            for ended in [threads.submit(self._read_tables, tables[n::_THREADS]) for n in range(_THREADS)]:
                ended.result()

    def _read_tables(self, tables: Sequence[str]) -> None:
        with closing(self._session.beside(())) as session:
            for table in tables:
                if table in self._rows:
                    self._rows[table].read(session, self._histories)
                differ = self._differ[table]
                self._histories.read(session, BY_NAME[table], differ.both | differ.went | differ.came)

    def _people(self, tables: Sequence[str]) -> Numbers:
        """Whose rows came or went in some tables."""
        asked = [f"select coalesce({person_column(one)}, {NOBODY}) as id from changed_{one}" for one in tables]
        found: Numbers = self._session.query(" union ".join(asked))["id"].to_numpy() if asked else _NONE
        return found

    def _make_few(self) -> None:
        """Of who is touched the rows of tables without histories."""
        self._session.bind_arrow("touched", pa.table({"id": self._who}))
        self._made.append("touched")
        for table in self._few_tables:
            self._made += self._differences.bind_both(f"both_{table}", self._differ[table], self._session)
        self._session.make([self._few(table) for table in self._few_tables])
        self._made += [f"few_{table}" for table in self._few_tables]

    def _few(self, table: str) -> Relation:
        """Rows of who is touched."""
        wanted = {*self._words, *_WORD.findall(EVERYBODY), "person_id"}
        if table in KIND:
            wanted |= {*_WORD.findall(rows_of(table, KIND[table]))}
        columns = [f'"{one.name}"' for one in lake_columns(table) if one.name in wanted]
        told = ", ".join(columns or [lake_columns(table)[0].name])
        person = f"coalesce({person_column(table)}, {NOBODY})"
        sql = (
            f"select {told}, true as is_old, true as is_new from both_{table}"
            f" where {person} in (select id from touched)"
        )
        more = f" union all select {told}, is_old, is_new from changed_{table}" if table in self._changed else ""
        return Relation(f"few_{table}", sql + more)

    def _visits(self, name: str) -> Visits:
        table = KEYS[name][0]
        return Visits(self._session, self._histories, name, self._differ.get(table), self._rows.get(table))

    def _known_sides(self) -> tuple[tuple[Spans, Everybody], ...]:
        """Observation periods and persons of who is touched, as they were and as they are."""
        sides = (self.bind(is_new) for is_new in (False, True))
        return tuple((side.periods(_PERIOD).known(), side.persons()) for side in sides)

    def _keys_of(self) -> dict[str, Numbers]:
        """The keys of visits that rows that changed refer to."""
        every = {name: [_NONE] for name in NAMES}
        for events in (one for one in self._events if one.table in self._rows):
            columns = [KEYS[name][1] for name in NAMES if name in events.refers]
            if columns:
                for name, keys in keys_of(
                    self._rows[events.table].batches(self._session, columns), events.refers
                ).items():
                    every[name].append(keys)
        return {name: np.unique(np.concatenate(some)) for name, some in every.items()}


def _words(part: Part) -> set[str]:
    asked = (*part.counts, *(one.sql for some in (part.made, part.sums, part.values) for one in some))
    return {word for sql in asked for word in _WORD.findall(sql)}


def _latest(batches: Iterable[pa.RecordBatch]) -> pa.Table:
    found = [pa.table({"person_id": pa.array([], pa.int64()), "day": pa.array([], pa.date32())})]
    for batch in batches:
        rows = pa.Table.from_batches([batch]).group_by("person_id").aggregate([("day", "max")])
        found.append(rows.rename_columns({"day_max": "day"}).select(found[0].column_names))
    return pa.concat_tables(found)
