"""The governed views of a read in a session: each table's name is its view, what is behind has secret ones"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from uuid import uuid4

import pyarrow as pa

from medark.flows.gate.decide import Reads, Standing
from medark.flows.gate.hidden import concept_table, hidden_code_table, hidden_concepts, hidden_places, place_table
from medark.flows.gate.origins import own_records
from medark.flows.gate.parts import day_of
from medark.flows.workspace import Workspace
from medark.govern.care import VISITS, in_care_sql, since
from medark.govern.protected import CHILDREN_SQL, youngest_adult
from medark.govern.rows import Relation, needed, rules
from medark.govern.signs import PROVIDERS, SITES
from medark.govern.views import asked_columns, hidden_era_sql, relations_of, shut_location_sql, view_sql
from medark.model.access import Rows, TableView
from medark.model.omop import VOCABULARY_TABLES
from medark.sql.render import render
from medark.store.engine import Session
from medark.store.lake import Snapshot

_OF_LEVEL = (
    Relation.HIDDEN_CONCEPT, Relation.HIDDEN_CODE, Relation.HIDDEN_ERA, Relation.HIDDEN_SITE, Relation.HIDDEN_PROVIDER,
)  # fmt: skip
_PLACES = {Relation.HIDDEN_SITE: SITES, Relation.HIDDEN_PROVIDER: PROVIDERS}


@dataclass(frozen=True)
class Views:
    """What a session shows of a snapshot. `reads`: the columns that are shown of each table, None for all there are."""

    workspace: Workspace
    standing: Standing
    snapshot: Snapshot
    reads: Reads
    at_ms: int

    @cached_property
    def shown(self) -> Mapping[str, tuple[str, ...]]:
        """The columns that can be read, by table."""
        views = self.standing.decision.views
        return {table: asked_columns(table, view, self.reads[table]) for table, view in views.items()}

    def bind(self, session: Session) -> None:
        """Name the views, and nothing else that can be guessed."""
        _Binding(self, session).bind()

    def in_care(self) -> pa.Table:
        """person_id of who is in the care of the reader's organisation, or whose record they opened in an emergency."""
        with self.workspace.engine.session() as session:
            return _Binding(self, session).in_care(next(iter(self.standing.decision.views.values())))


class _Binding:
    def __init__(self, views: Views, session: Session) -> None:
        self._views, self._session = views, session
        self._secret = uuid4().hex
        self._there: set[str] = set()
        self._empty: set[str] = set()

    def bind(self) -> None:
        for table, view in self._views.standing.decision.views.items():
            names, empty = dict(self._names(table, view)), self._nobody(view)
            asked = self._views.reads[table]
            sql = view_sql(table, view, self._views.standing.level_of, names, asked=asked, empty=empty)
            self._session.view(table, render(sql, self._session.dialect))

    def _names(self, table: str, view: TableView) -> Iterator[tuple[str, str]]:
        """What a view of a table names, made to be there."""
        yield table, self._table(table)
        for relation in relations_of(table, view, self._views.standing.level_of, self._views.reads[table]):
            yield relation, self._relation(relation, view)

    def _table(self, table: str) -> str:
        name = f"{table}_{self._secret}"
        if name not in self._there:
            self._there.add(name)
            if table in VOCABULARY_TABLES:
                self._views.workspace.vocabulary.bind(self._session, [table], f"v{self._secret}_")
                return self._aliased(name, f"v{self._secret}_{table}")
            self._views.snapshot.bind(self._session, table, name=name)
        return name

    def _aliased(self, name: str, other: str) -> str:
        self._session.view(name, f"SELECT * FROM {other}")
        return name

    def _relation(self, relation: Relation, view: TableView) -> str:
        name = self._called(relation, view)
        if name not in self._there:
            self._there.add(name)
            rows = self._made(relation, view, name)
            if rows is not None:
                self._session.bind_arrow(name, rows)
                if not rows.num_rows:
                    self._empty.add(name)
        return name

    def _called(self, relation: Relation, view: TableView) -> str:
        return f"{relation}_{view.level if relation in _OF_LEVEL else 0}_{self._secret}"

    def _nobody(self, view: TableView) -> frozenset[Relation]:
        """The relations that nothing is in, of those that are there."""
        return frozenset(relation for relation in Relation if self._called(relation, view) in self._empty)

    def _made(self, relation: Relation, view: TableView, name: str) -> pa.Table | None:
        """The rows of a relation; None for one that the engine makes of a query."""
        workspace, standing = self._views.workspace, self._views.standing
        match relation:
            case Relation.OWN_RECORD:
                return own_records(workspace, standing.reader.organisation).table()
            case Relation.REFUSED:
                return _people(standing.refused)
            case Relation.IN_CARE:
                return self.in_care(view)
            case Relation.CHILD:
                sql = CHILDREN_SQL.format(person=self._table("person"))
                return self._rows(sql, youngest_adult=youngest_adult(day_of(workspace, self._views.at_ms)))
            case Relation.HIDDEN_CODE:
                return hidden_code_table(view.level)
            case Relation.HIDDEN_CONCEPT:
                return concept_table(hidden_concepts(workspace, view.level))
            case Relation.HIDDEN_SITE | Relation.HIDDEN_PROVIDER:
                places = _PLACES[relation]
                return place_table(places, hidden_places(workspace, self._views.snapshot, places, view.level))
            case Relation.HIDDEN_ERA:
                names = {"condition_occurrence": self._table("condition_occurrence")}
                names |= {one: self._relation(one, view) for one in (Relation.HIDDEN_CODE, Relation.HIDDEN_CONCEPT)}
                sql = hidden_era_sql(view.level, names)
            case Relation.SHUT_LOCATION:
                sql = self._shut_locations(view)
        self._session.table(name, render(sql, self._session.dialect))
        return None

    def in_care(self, view: TableView) -> pa.Table:
        workspace, reader = self._views.workspace, self._views.standing.reader
        own = self._relation(Relation.OWN_RECORD, view)
        today = day_of(workspace, self._views.at_ms)
        sql = in_care_sql({VISITS: self._table(VISITS), Relation.OWN_RECORD: own})
        found = self._rows(sql, today=today, since=since(today, workspace.settings.access.care_days))
        broken = _people(reader.broken_glass)
        return pa.concat_tables([found, broken]).group_by("person_id").aggregate([]) if broken.num_rows else found

    def _shut_locations(self, view: TableView) -> str:
        level_of = self._views.standing.level_of
        found = needed(rules("person", view, level_of))
        names = {relation: self._relation(relation, view) for relation in found} | {"person": self._table("person")}
        return shut_location_sql(view, level_of, names, self._nobody(view))

    def _rows(self, sql: str, **parameters: object) -> pa.Table:
        return self._session.query(render(sql, self._session.dialect, parameters))  # type: ignore[arg-type]


def _people(person_ids: frozenset[int]) -> pa.Table:
    return pa.table({"person_id": pa.array(sorted(person_ids), pa.int64())})


def whose(views: Mapping[str, TableView]) -> str:
    """Whose rows a read may show, in one word: those of the narrowest of its views that is not everybody's."""
    kinds = {rows for view in views.values() for rows in view.rows}
    return next((str(kind) for kind in (Rows.CARE, Rows.ORGANISATION) if kind in kinds), str(Rows.ALL))
