"""What changed between two versions of a lake: rows that came or went, and what their people had before and have now"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import numpy as np
import pyarrow as pa

from medark.check.achilles import Part
from medark.check.achilles.arrays import AT_A_TIME
from medark.check.achilles.cells import values_of
from medark.check.achilles.coders import Few
from medark.check.achilles.crowd import Crowd
from medark.check.achilles.event_tables import BY_NAME, Events
from medark.check.achilles.events import KEYS, plain_rows
from medark.check.achilles.lives import Lives
from medark.check.achilles.periods import KIND
from medark.check.achilles.persons import Everybody
from medark.check.achilles.places import Numbers
from medark.check.achilles.references import NOBODY, References, Referred, Spans
from medark.check.achilles.spans import rows_of
from medark.flows.characterise.differing import Differences
from medark.flows.characterise.gathering import Gathering
from medark.flows.characterise.histories import Histories, has_history
from medark.flows.characterise.keeping import Files
from medark.flows.characterise.referring import EVERYBODY, Referring
from medark.flows.characterise.visits import NAMES, SIDES, Visits
from medark.model.omop import lake_columns, person_column
from medark.sql.render import plain
from medark.store.engine import Relation, Session
from medark.store.lake import Snapshot

_WORD = re.compile(r"\w+")
_PEOPLE = 1 << 18  # at a time
_PERIOD, _DEATH = "observation_period", "death"


class Changes:
    """Of the tables `before`, which had these files. While it lasts the session has relations beside its tables:
    `changed_T`, rows of files that came or went; `few_T`, rows of who is touched, of a table without histories;
    `records_T`, records that are counted again; each with `is_old`, `is_new`.
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
        with ThreadPoolExecutor(1) as threads, closing(session.beside(())) as beside:
            read = threads.submit(self._read_histories, beside)
            session.table("touched", self._people(self._changed))
            self._made.append("touched")
            self._who = np.sort(session.query("select id from touched")["id"].to_numpy())
            self._make(self._few_tables, map(self._few, self._few_tables))
            read.result()
        self._events = [BY_NAME[part.by_person] for part in parts if part.by_person]
        self.visits = {name: Visits(session, histories, name, self._differ.get(KEYS[name][0])) for name in NAMES}
        self._sides = self._known_sides() if self._events else ()

    def make_records(self) -> None:
        """Records that are counted again, and what they refer to: `references` and `records` ask for them."""
        owners = pa.concat_tables(one.moved for one in self.visits.values())
        of_visits = owners.filter(owners["was"])["person_id"].fill_null(NOBODY).to_numpy()
        some = [_PERIOD] if _PERIOD in self._changed else []
        of_periods = np.sort(self._session.query(self._people(some))["id"].to_numpy())
        again = {one.table: self._again(one, of_visits, of_periods) for one in self._events}
        self._has_records = {table for table, some in again.items() if len(some) or table in self._changed}
        records = [self._records(one, again[one.table]) for one in self._events if one.table in self._has_records]
        self._make([table for table, some in again.items() if len(some)], records)
        self._tables = self._referred()

    def bind(self, is_new: bool) -> Referring:
        """Of tables without histories the rows of who is touched, as they are or as they were; what refers to them."""
        for table in self._few_tables:
            self._session.view(table, f"select * exclude (is_old, is_new) from few_{table} where {SIDES[is_new]}")
        return Referring(self._session)

    def references(self, events: Events, is_new: bool) -> References:
        """What a table's records refer to, on one side."""
        spans, persons = self._sides[is_new]
        return References(spans, persons, {name: self._tables[is_new][name] for name in events.refers})

    def records(self, session: Session, events: Events, is_new: bool) -> Iterator[pa.RecordBatch]:
        """Records that came or went, and all of people whose records may be told otherwise than before.

        `session`: the one of these changes, or one beside it.
        """
        if events.table in self._has_records:
            sql = f"select * exclude (is_old, is_new) from records_{events.table} where {SIDES[is_new]}"
            yield from session.stream(sql, AT_A_TIME)

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

    def unmapped(self, session: Session, part: Part, is_new: bool) -> dict[str, pa.Table]:
        """What came or went without a concept."""
        table = part.by_person
        differ = self._differ[table]
        if not differ.is_changed or not (differ.came if is_new else differ.went):
            return {}
        of = f" from (select * from changed_{table} where {SIDES[is_new]}) as t"
        return {
            one.name: session.query(plain(one.sql.replace(f" from {table} as t", of), session.dialect))
            for one in part.sums
            if one.name == f"{table}_unmapped"
        }

    def end(self) -> None:
        """The session has nothing more of it."""
        for name in (*self._few_tables, *reversed(self._made)):
            self._session.drop(name)

    def _read_histories(self, session: Session) -> None:
        for table in filter(has_history, self._differ):
            one = self._differ[table]
            self._histories.read(session, BY_NAME[table], one.both | one.went | one.came)

    def _make(self, tables: Iterable[str], made: Iterable[Relation]) -> None:
        """Relations of rows, also of those that did not change of some tables."""
        for table in tables:
            if not self._session.has(f"both_{table}"):
                self._made += self._differences.bind_both(self._differ[table])
        relations = [*made]
        self._session.make(relations)
        self._made += [one.name for one in relations]

    def _people(self, tables: Sequence[str]) -> str:
        """A query of whose rows came or went in some tables."""
        asked = [f"select coalesce({person_column(one)}, {NOBODY}) as id from changed_{one}" for one in tables]
        return " union ".join([f"select cast({NOBODY} as bigint) as id where false", *asked])

    def _known_sides(self) -> tuple[tuple[Spans, Everybody], ...]:
        """Observation periods and persons of who is touched, as they were and as they are."""
        sides = (self.bind(is_new) for is_new in (False, True))
        return tuple((side.periods(_PERIOD).known(), side.persons()) for side in sides)

    def _again(self, events: Events, of_visits: Numbers, of_periods: Numbers) -> Numbers:
        """Whose records that did not change may be told otherwise: of who has visits that did, and of who has periods
        that did those of whom something lies in them now and did not, or did.
        """
        found = self._inside_otherwise(events, of_periods) if has_history(events.table) else of_periods
        return np.unique(np.concatenate([of_visits, found]))

    def _inside_otherwise(self, events: Events, who: Numbers) -> Numbers:
        """Of some people those who have a record that is in an observation period now, and was not, or was."""
        crowds, found = [Crowd(spans) for spans, _ in self._sides], [np.zeros(0, np.int64)]
        for batch in self._histories.of(events, self._differ[events.table].both, who):
            of = batch.column("person_id").fill_null(NOBODY).to_numpy()
            was, is_ = (crowd.is_inside(crowd.numbered(of), *values_of(batch.column("day"))) for crowd in crowds)
            found.append(np.unique(of[was != is_]))
        return np.concatenate(found)

    def _few(self, table: str) -> Relation:
        """Rows of who is touched."""
        wanted = {*self._words, *_WORD.findall(EVERYBODY), "person_id"}
        if table in KIND:
            wanted |= {*_WORD.findall(rows_of(table, KIND[table]))}
        if table in BY_NAME:
            wanted |= {BY_NAME[table].day, BY_NAME[table].concept}
        columns = [f'"{one.name}"' for one in lake_columns(table) if one.name in wanted] or [
            lake_columns(table)[0].name
        ]
        person = f"coalesce({person_column(table)}, {NOBODY})"
        told = ", ".join(columns)
        sql = (
            f"select {told}, true as is_old, true as is_new from both_{table}"
            f" where {person} in (select id from touched)"
        )
        more = f" union all select {told}, is_old, is_new from changed_{table}" if table in self._changed else ""
        return Relation(f"few_{table}", sql + more)

    def _records(self, events: Events, again: Numbers) -> Relation:
        """Records that came or went, and those of who is told `again`."""
        table, dialect, asked = events.table, self._session.dialect, list[str]()
        if len(again):
            self._session.bind_arrow(f"again_{table}", pa.table({"id": again}))
            self._made.append(f"again_{table}")
            of = f"(select *, true as is_old, true as is_new from both_{table})"
            rows = plain(plain_rows(events, of, *SIDES), dialect)
            asked.append(f"{rows} where coalesce(t.person_id, {NOBODY}) in (select id from again_{table})")
        if table in self._changed:
            asked.append(plain(plain_rows(events, f"changed_{table}", *SIDES), dialect))
        return Relation(f"records_{table}", " union all ".join(asked))

    def _referred(self) -> tuple[dict[str, Referred], ...]:
        """The tables that records refer to, by the names of `Events.refers`, as they were and as they are."""
        others = {name for events in self._events for name in events.refers} - {*NAMES}
        whole = Referring(self._session)
        known = {name: whole.table(name) for name in others}
        visits = {name: one.sides(self._keys(name)) for name, one in self.visits.items()}
        return tuple(known | {name: both[is_new] for name, both in visits.items()} for is_new in (False, True))

    def _keys(self, name: str) -> Numbers:
        """The keys of visits that records refer to."""
        of = [one for one in self._events if name in one.refers and one.table in self._has_records]
        asked = [f"select {KEYS[name][1]} as k from records_{one.table}" for one in of]
        if not asked:
            return np.zeros(0, np.int64)
        rows = self._session.query(f"select distinct k from ({' union all '.join(asked)}) as r where k is not null")
        found: Numbers = rows["k"].to_numpy()
        return found


def _words(part: Part) -> set[str]:
    asked = (*part.counts, *(one.sql for some in (part.made, part.sums, part.values) for one in some))
    return {word for sql in asked for word in _WORD.findall(sql)}


def _latest(batches: Iterable[pa.RecordBatch]) -> pa.Table:
    found = [pa.table({"person_id": pa.array([], pa.int64()), "day": pa.array([], pa.date32())})]
    for batch in batches:
        rows = pa.Table.from_batches([batch]).group_by("person_id").aggregate([("day", "max")])
        found.append(rows.rename_columns({"day_max": "day"}).select(found[0].column_names))
    return pa.concat_tables(found)
