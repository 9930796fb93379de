"""What changed between two versions of a lake: rows that came or went, and what their people had before and have now"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pyarrow as pa

from medark.check.achilles import Part
from medark.check.achilles.event_tables import BY_NAME, Events
from medark.check.achilles.events import KEYS, OTHERS_AS, plain_rows
from medark.check.achilles.plan import SPANS
from medark.check.achilles.references import NOBODY, References, Referred
from medark.check.achilles.spans import Periods, rows_of
from medark.flows.characterise.differing import Differences
from medark.flows.characterise.keeping import Files
from medark.flows.characterise.referring import Referring, everybody
from medark.model.omop import lake_columns, person_column
from medark.sql.render import plain
from medark.store.engine import Relation, Session
from medark.store.lake import Snapshot

_WORD = re.compile(r"\w+")
_VISITS = ("visit", "visit_detail")
_SIDES = ("is_old", "is_new")
_ROWS = 1 << 17
_MOVED = ["key", "person_id", "was"]


class Changes:
    """Of the tables `before`, which had these files. While it lasts the session has relations beside its tables:
    `changed_T`, rows of files that came or went; `few_T`, rows of who is touched; each with `is_old`, `is_new`.
    """

    def __init__(
        self,
        session: Session,
        snapshot: Snapshot,
        differences: Differences,
        before: Files,
        parts: Sequence[Part],
    ) -> None:
        self._session, self._snapshot, self._parts = session, snapshot, parts
        self._made, self._tables = list[str](), [table for table in before if person_column(table)]
        self._differ = {table: one for table in self._tables if (one := differences.of(table, before[table]))}
        self._changed = [table for table, one in self._differ.items() if one.is_changed]
        self._words = {word for part in parts if not part.by_person for word in _words(part)}
        self._words |= set(_WORD.findall(SPANS.sql))
        for one in self._differ.values():
            self._made += differences.bind(one)
        self._table("touched", self._people(self._changed))
        self._moved = {name: self._visits_changed(name) for name in _VISITS}
        self._table("referring", self._referring())
        self._events = [BY_NAME[part.by_person] for part in parts if part.by_person]
        made = [*map(self._few, self._tables), *map(self._records, self._events)]
        session.make(made)
        self._made += [one.name for one in made]
        self._referred = Referring(session)
        self._twice = dict[str, bool]()
        self._visits = {name: self._visits_of_records(name) for name in _VISITS}

    def bind(self, is_new: bool) -> None:
        """Of every table the rows of who is touched, as they are or as they were; spans and people of these."""
        for table in self._tables:
            self._session.view(table, f"select * exclude (is_old, is_new) from few_{table} where {_SIDES[is_new]}")
        if not self._events:
            return
        self._spans = Periods.of(self._session.query(rows_of("observation_period"))).known()
        self._persons = everybody(self._session)

    def references(self, events: Events, is_new: bool) -> References:
        """What a table's records refer to, on the side that is bound."""
        for table in (KEYS[name][0] for name in events.refers if name not in _VISITS):
            if not self._session.has(table):
                self._snapshot.bind(self._session, table)
        tables = {
            name: self._visits[name][is_new] if name in _VISITS else self._referred.table(name)
            for name in events.refers
        }
        return References(self._spans, self._persons, tables)

    def records(self, events: Events, is_new: bool) -> Iterator[pa.RecordBatch]:
        """Records that came or went, and all of people whose records may be told otherwise than before."""
        sql = f"select * exclude (is_old, is_new) from records_{events.table} where {_SIDES[is_new]}"
        yield from self._session.stream(sql, _ROWS)

    def history(self, events: Events, is_new: bool) -> Iterator[pa.RecordBatch]:
        """Of who is touched: what they had when."""
        told = f"person_id, {events.day} as day, {events.concept} as concept_id"
        yield from self._session.stream(f"select {told} from few_{events.table} where {_SIDES[is_new]}", _ROWS)

    def unmapped(self, part: Part, is_new: bool) -> dict[str, pa.Table]:
        """What came or went without a concept."""
        table = part.by_person
        differ = self._differ[table]
        if not differ.is_changed or not (differ.came if is_new else differ.went):
            return {}
        of = f" from (select * from changed_{table} where {_SIDES[is_new]}) as t"
        return {
            one.name: self._session.query(plain(one.sql.replace(f" from {table} as t", of), self._session.dialect))
            for one in part.sums
            if one.name == f"{table}_unmapped"
        }

    def is_told_otherwise(self, events: Events, others: Mapping[str, np.ndarray | None]) -> bool:
        """May a record of somebody who was not touched refer to a visit that is told otherwise than before?

        `others`: by the name of what is referred to, keys of others' visits or of none, as far as they are kept.
        """
        for name in (one for one in events.refers if one in _VISITS):
            moved, known = self._moved[name], others.get(name)
            if moved.num_rows and KEYS[name][0] != events.table:
                keys = moved["key"].to_numpy()
                if known is None or np.isin(np.fmod(keys, OTHERS_AS), known).any() or self._is_twice(name, keys):
                    return True
        return False

    def end(self) -> None:
        """The session has nothing more of it."""
        for name in (*self._tables, *reversed(self._made)):
            self._session.drop(name)

    def _table(self, name: str, sql: str) -> None:
        self._session.table(name, sql)
        self._made.append(name)

    def _people(self, tables: Sequence[str]) -> str:
        """A query of whose rows came or went in some tables."""
        asked = [f"select coalesce({person_column(one)}, {NOBODY}) as id from changed_{one}" for one in tables]
        return " union ".join([f"select cast({NOBODY} as bigint) as id where false", *asked])

    def _visits_changed(self, name: str) -> pa.Table:
        """Visits that are told otherwise than before: key, person_id, `was`: is the key one that was there before?"""
        table, key, told = KEYS[name]
        if table not in self._changed:
            return pa.table([pa.array([], kind) for kind in (pa.int64(), pa.int64(), pa.bool_())], _MOVED)
        cells = f"select {key}, person_id, {told} from changed_{table} where"
        sides = [f"{cells} {one}" for one in _SIDES]
        moved = " union all ".join(f"select * from ({a} except {b}) as m" for a, b in (sides, sides[::-1]))
        was = f"{key} in (select {key} from changed_{table} where is_old)"
        return self._session.query(f"select {key} as key, person_id, {was} as was from ({moved}) as a")

    def _referring(self) -> str:
        """A query of people all of whose records may be told otherwise: their periods or a visit of theirs changed."""
        periods = [one for one in ("observation_period",) if one in self._changed]
        owners = pa.concat_tables(self._moved.values())
        owners = owners.filter(owners["was"])["person_id"].fill_null(NOBODY)
        self._session.bind_arrow("owners", pa.table({"id": owners}))
        self._made.append("owners")
        return f"{self._people(periods)} union select id from owners"

    def _few(self, table: str) -> Relation:
        """Rows of who is touched."""
        wanted = self._words | {"person_id"}
        if table in BY_NAME:
            wanted |= {BY_NAME[table].day, BY_NAME[table].concept}
        if table == "person":
            wanted |= {"gender_concept_id", "year_of_birth"}
        columns = [f'"{one.name}"' for one in lake_columns(table) if one.name in wanted] or [
            lake_columns(table)[0].name
        ]
        person = f"coalesce({person_column(table)}, {NOBODY})"
        told, is_changed = ", ".join(columns), table in self._changed
        sql = (
            f"select {told}, true as is_old, true as is_new from both_{table}"
            f" where {person} in (select id from touched)"
        )
        more = f" union all select {told}, is_old, is_new from changed_{table}" if is_changed else ""
        return Relation(f"few_{table}", sql + more)

    def _records(self, events: Events) -> Relation:
        """Records that came or went, and those of who is referring."""
        table = events.table
        of = f"(select *, true as is_old, true as is_new from both_{table})"
        rows = plain(plain_rows(events, of, *_SIDES), self._session.dialect)
        sql = f"{rows} where coalesce(t.person_id, {NOBODY}) in (select id from referring)"
        if table in self._changed:
            sql += f" union all {plain(plain_rows(events, f'changed_{table}', *_SIDES), self._session.dialect)}"
        return Relation(f"records_{table}", sql)

    def _visits_of_records(self, name: str) -> tuple[Referred, Referred]:
        """The visits that records refer to, as they were and as they are."""
        table, key, told = KEYS[name]
        asked = [f"select {key} as k from records_{one.table}" for one in self._events if name in one.refers]
        if not asked or table not in self._tables:
            nothing = Referred(pa.table({one: pa.array([], pa.int64()) for one in ("key", "told", "person_id")}))
            return nothing, nothing
        is_changed = table in self._changed
        cells = f"{key} as key, {told} as told, person_id"
        sql = (
            f"select {cells}, true as is_old, true as is_new from both_{table}"
            f" where {key} in ({' union all '.join(asked)})"
        )
        more = f" union all select {cells}, is_old, is_new from changed_{table}" if is_changed else ""
        rows = self._session.query(f"select * from ({sql}{more}) as v where key is not null")
        old, new = (Referred(rows.filter(rows[side]).select(["key", "told", "person_id"])) for side in _SIDES)
        return old, new

    def _is_twice(self, name: str, keys: np.ndarray) -> bool:
        """Is one of the keys of visits that changed there in what did not change?"""
        if name not in self._twice:
            self._twice[name] = self._is_there(name, keys)
        return self._twice[name]

    def _is_there(self, name: str, keys: np.ndarray) -> bool:
        self._session.bind_arrow("moved", pa.table({"key": keys}))
        table, key, _ = KEYS[name]
        found = self._session.query(f"select 1 from both_{table} where {key} in (select key from moved) limit 1")
        self._session.drop("moved")
        return bool(found.num_rows)


def _words(part: Part) -> set[str]:
    asked = (*part.counts, *(one.sql for some in (part.made, part.sums, part.values) for one in some))
    return {word for sql in asked for word in _WORD.findall(sql)}
