"""Waves: gathered staging rows through lookups, domains and the gate, each into one commit of the lake"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import pyarrow as pa

from medark.check.gate import EVENT_TABLES, Check, checks
from medark.flows.bound_units import bind_units
from medark.flows.ingest.gathered import Gathered
from medark.flows.ingest.merge import follow
from medark.flows.ingest.met_terms import note_terms
from medark.flows.ingest.outcome import wave_outcome
from medark.flows.ingest.people import PLACES, go_by, let_go, merged_here, note_people
from medark.flows.lake_relations import LakeRelations
from medark.flows.staging.tasks import Portion
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns
from medark.model.source import Source
from medark.sql.query import Query as Portable
from medark.sql.query import parse
from medark.sql.render import Value, render
from medark.standardise import domains, lookups
from medark.standardise.formats.staged import schema
from medark.standardise.step import Step, wanted
from medark.store.crosswalk import Moved
from medark.store.engine import Relation, Session
from medark.store.lake import Query, Snapshot, Upsert
from medark.store.ledger import Batch

# Rows of earlier waves that have to go, because the latest word is that they never were or are of another table: the
# relation that says so, and their keys.
_GONE = {
    "visit_occurrence": ("cancelled_visit", "SELECT visit_occurrence_id FROM cancelled_visit"),
    "visit_detail": ("cancelled_detail", "SELECT visit_detail_id FROM cancelled_detail"),
    **{
        table: (
            "moved_event",
            f"SELECT DISTINCT event_id AS {table}_id FROM moved_event WHERE table_name = '{table}'",
        )
        for table in EVENT_TABLES
    },
}


_OMOP_PLACES = "SELECT CAST(person_id AS VARCHAR) AS person_key, record_no FROM omop_people"


class Wave:
    """Takes staging rows of one batch and turns them, wave by wave, into rows of the lake and lines of the ledger.

    A wave ends when it has `ingest.wave_rows` rows; `finish` ends the last. What a wave did is on disk when it ends.
    """

    def __init__(self, workspace: Workspace, source: Source, batch: Batch, session: Session) -> None:
        self.workspace, self.source, self.batch, self.session = workspace, source, batch, session
        self.gathered = Gathered(session)
        self._parameters = parameters(workspace, source, batch)
        self._ready: dict[str, str] = {}  # portable SQL and what it is for the engine
        workspace.vocabulary.bind(session)
        for name, table in lookups.data().items():
            session.bind_arrow(name, table)
        session.bind_arrow("known_product", schema("product").empty_table())

    def prepare(self) -> None:
        """Have the SQL of every step ready, while there is nothing else to do."""
        for step in (*lookups.STEPS, *domains.STEPS, *domains.DERIVED):
            self._relation(step)
        for check in checks([step.table for step in domains.STEPS if step.table], events_told=True):
            self._checked(check)

    def add(self, portion: Portion) -> None:
        """Take staging rows of readers; ends the wave when it is large enough.

        A third of a wave will do: workers stage the next one while the engine is at this.
        """
        self.gathered.add(portion)
        self.end_if_full(self.workspace.settings.ingest.wave_rows // 3)

    def end_if_full(self, rows: int | None = None) -> None:
        """End the wave if it has enough rows (`rows`, or what the settings say)."""
        if self.gathered.rows >= (rows or self.workspace.settings.ingest.wave_rows):
            self.finish()

    def finish(self) -> None:
        """End the wave, whatever it has."""
        if self.gathered.chunks:
            self._run()
            self.gathered.clear()

    def _run(self) -> None:
        snapshot = self.workspace.lake.snapshot()
        staged = self._bound()
        known = self.workspace.crosswalk.links(self.source.people)
        said = self.session.query(f"SELECT {', '.join(known.column_names)} FROM staged_person_link")
        self.session.bind_arrow("person_link", lookups.person_links(known, said))
        bind_units(self.workspace, self.source.name, self.session)
        found, told = wanted(lookups.STEPS, staged), wanted(domains.STEPS, staged)
        self.session.make([self._relation(step) for step in found[:1]])  # who they are: the rest rests on it
        moved = self._noted()
        go_by(self.workspace, self.session)
        self.session.make([self._relation(step) for step in found[1:]])
        lake = self._lake_of_wave(snapshot)
        gate = checks([step.table for step in told if step.table], events_told="retold_event" in {s.name for s in told})
        self._make([*(self._relation(step) for step in told), *map(self._checked, gate)], lake)
        self._commit(gate, lake, moved)
        let_go(self.session)
        if "product" in staged:
            self.session.table("known_product", "SELECT * FROM product")
        for step in (*found, *told):
            self.session.drop(step.name)

    def run_omop(self, given: Collection[str], people_sql: str) -> None:
        """End a wave of OMOP rows that are ready as `<table>_rows`; `people_sql`: person_id and record_no of all."""
        snapshot = self.workspace.lake.snapshot()
        self.gathered.bind(self._erased())
        self.session.table("omop_people", people_sql)
        people = "SELECT DISTINCT CAST(person_id AS VARCHAR) AS person_key, person_id FROM omop_people"
        self.session.table("person_key", people)
        lake, gate = self._lake_of_wave(snapshot), checks(given, events_told=False)
        self._make([self._checked(check) for check in gate], lake)
        self._commit(gate, lake, self._noted(_OMOP_PLACES))
        for name in ("omop_people", "person_key", *(f"{table}_rows" for table in given)):
            self.session.drop(name)
        self.gathered.clear()

    def _make(self, relations: Sequence[Relation], lake: LakeRelations) -> None:
        lake.bind({name for relation in relations for name in relation.reads})
        self.session.make(relations)

    def _bound(self) -> frozenset[str]:
        """The staging tables named; returns those with rows."""
        return self.gathered.bind(self._erased())

    def _noted(self, places_sql: str = PLACES) -> tuple[Moved, ...]:
        """Who the wave is about, in the crosswalk. Returns whose number changed."""
        return note_people(self.workspace, self.source, self.session, places_sql)

    def _commit(self, gate: Sequence[Check], lake: LakeRelations, moved: tuple[Moved, ...]) -> None:
        """Commit what passed the gate, with the account of all."""
        checked = [check.table for check in gate if check.table]
        moved += merged_here(self.session, self._parameters)
        changes = self._changes(checked)
        if changes:
            self.workspace.lake.commit(changes, f"ingest {self.batch.batch_no}")
        buckets = lake.buckets | follow(self.workspace, self.session, moved)
        outcome = wave_outcome(self.session, checked, self.gathered.chunks, self.gathered.done)
        self.workspace.ledger.waves.add(self.batch.batch_no, outcome, buckets)
        note_terms(self.workspace, self.source, self.session)
        for check in gate:
            self.session.drop(check.name)

    def _relation(self, step: Step) -> Relation:
        return Relation(step.name, self._rendered(step.query), step.reads, step.view)

    def _checked(self, check: Check) -> Relation:
        query = parse(check.sql)
        return Relation(check.name, self._rendered(query), query.tables)

    def _rendered(self, query: Portable) -> str:
        if query.sql not in self._ready:
            needed = {name: self._parameters[name] for name in query.parameters}
            self._ready[query.sql] = render(query, self.session.dialect, needed)
        return self._ready[query.sql]

    def _changes(self, checked: Collection[str]) -> dict[str, Upsert]:
        changes: dict[str, Upsert] = {}
        for table in checked:
            columns = ", ".join(f'"{column.name}"' for column in lake_columns(table))
            passed = f"FROM {table}_checked WHERE reason IS NULL"
            if self.session.query(f"SELECT 1 AS n {passed} LIMIT 1").num_rows:
                changes[table] = Upsert(Query(self.session, f"SELECT {columns} {passed}", kept=True))
        for table, (relation, keys) in _GONE.items():
            gone = self.session.query(keys) if self.session.has(relation) else None
            if gone is not None and gone.num_rows:
                changes[table] = replace(changes.get(table, Upsert()), gone=gone)
        return changes

    def _lake_of_wave(self, snapshot: Snapshot) -> LakeRelations:
        """The lake's rows of the people of this wave, once it is known who they are (`person_key`)."""
        buckets = self.workspace.lake.buckets
        sql = f"SELECT DISTINCT ((person_id % {buckets}) + {buckets}) % {buckets} AS bucket FROM person_key"
        return LakeRelations(self.session, snapshot, self.session.query(sql).column("bucket").to_pylist())

    def _erased(self) -> pa.Table | None:
        pairs = self.workspace.landing.erased_units(self.gathered.chunks.keys())
        if not pairs:
            return None
        records, rows = zip(*pairs, strict=True)
        return pa.table({"record_no": pa.array(records, pa.int64()), "row_no": pa.array(rows, pa.int64())})


def parameters(workspace: Workspace, source: Source, batch: Batch) -> Mapping[str, Value]:
    """What the steps are told of a batch."""
    zone = workspace.settings.time_zone
    arrived = dt.datetime.fromtimestamp(batch.started_ms / 1000, ZoneInfo(zone)).date()
    return {
        "salt": workspace.salt,
        "source": source.name,
        "people": source.people,
        "source_zone": source.time_zone,
        "zone": zone,
        "arrived": arrived,
    }
