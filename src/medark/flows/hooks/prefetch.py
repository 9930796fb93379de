"""FHIR resources that a caller sent, as the rows of one person: through the steps of any feed, kept nowhere"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from medark.define.tables import TABLES
from medark.flows.bound_units import bind_units
from medark.flows.hooks.judged import Judged
from medark.flows.hooks.records import Governed
from medark.flows.lake_relations import LakeRelations
from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns, person_column
from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.model.staging import STAGING
from medark.sql.render import plain, render
from medark.standardise import domains, lookups
from medark.standardise.formats.fhir import READER
from medark.standardise.formats.staged import Staged, schema
from medark.standardise.step import Step, wanted
from medark.store.engine import Session

SOURCE: Final = "cds_hooks"
_MOST: Final = 32  # calls whose rows are kept
_SENT, _DRAFTED = 1, 2  # record numbers of what was sent, and of orders that are not signed yet
_ORDERS: Final = frozenset({"MedicationRequest", "ServiceRequest", "DeviceRequest", "NutritionOrder"})


class Prefetch:
    """One session for all, one call at a time: what is sent is small, and most calls send nothing."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace, self._lock = workspace, threading.Lock()
        self._day: dt.date | None = None
        self._ready: dict[str, str] = {}
        self._kept: OrderedDict[bytes, dict[str, pa.Table]] = OrderedDict()

    def rows(
        self, patient: str, resources: Sequence[object], drafts: Sequence[object], covered: Collection[str]
    ) -> Mapping[str, pa.Table]:
        """The rows of the patient whom the caller's system calls so; of anybody else in there nothing is taken.

        Of the tables that are `covered` all rows, of others those of drafts. What can't be read is left out, as it
        would be from a feed.
        """
        drafted = [_as_if_signed(one) for one in drafts if _is_order(one)]
        if not resources and not drafted:
            return {}
        tables = self._tables(patient, resources, drafted)
        chosen = ((name, table if name in covered else _of_drafts(table)) for name, table in tables.items())
        return {name: table for name, table in chosen if table.num_rows}

    def _tables(self, patient: str, resources: Sequence[object], drafted: Sequence[object]) -> dict[str, pa.Table]:
        """By OMOP table. A client sends the same again with every order that is looked at: that is kept for a while."""
        told = orjson.dumps((patient, resources, drafted, self._workspace.vocabulary.digest))
        key = hashlib.sha256(told).digest()
        with self._lock:
            if key not in self._kept:
                staged = _staged({_SENT: resources, _DRAFTED: drafted})
                with self._workspace.engine.session() as session:
                    self._kept[key] = self._standardised(session, patient, staged)
                while len(self._kept) > _MOST:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]

    def _standardised(self, session: Session, patient: str, staged: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
        for name in STAGING:
            session.bind_arrow(f"staged_{name}", staged.get(name, schema(name).empty_table()))
        for name, table in lookups.data().items():
            session.bind_arrow(name, table)
        session.bind_arrow("known_product", schema("product").empty_table())
        session.bind_arrow("person_link", lookups.person_links(_NO_LINKS, _NO_LINKS))
        bind_units(self._workspace, SOURCE, session)
        self._workspace.vocabulary.bind(session)
        lake, parameters = LakeRelations(session, self._workspace.lake.snapshot(), []), self._parameters()
        steps = [*wanted(lookups.STEPS, staged), *wanted(domains.STEPS, staged)]
        for step in steps:
            lake.bind(step.reads)
            (session.view if step.view else session.table)(step.name, self._rendered(step, session, parameters))
        found = {step.table: self._of(session, step.table, patient) for step in steps if step.table in TABLES}
        return {name: table for name, table in found.items() if name and table is not None}

    def _rendered(self, step: Step, session: Session, parameters: Mapping[str, Any]) -> str:
        """A step's SQL, the same for all calls of a day."""
        if self._day != parameters["arrived"]:
            self._day, self._ready = parameters["arrived"], {}
        if step.name not in self._ready:
            needed = {name: parameters[name] for name in step.query.parameters}
            self._ready[step.name] = render(step.query, session.dialect, needed)
        return self._ready[step.name]

    def _of(self, session: Session, table: str | None, patient: str) -> pa.Table | None:
        whose = person_column(table) if table else None
        if not whose or not session.has("person_key"):
            return None
        session.bind_arrow("asked_patient", pa.table({"person_key": pa.array([patient], pa.string())}))
        mine = "SELECT k.person_id FROM person_key AS k INNER JOIN asked_patient AS a ON a.person_key = k.person_key"
        columns = ", ".join(column.name for column in lake_columns(str(table)))
        return session.query(plain(f"SELECT {columns} FROM {table}_rows WHERE {whose} IN ({mine})", session.dialect))

    def _parameters(self) -> dict[str, Any]:
        zone = self._workspace.settings.time_zone
        source = Source(SOURCE, zone)
        return {
            "salt": self._workspace.salt, "source": source.name, "people": source.people, "source_zone": zone,
            "zone": zone, "arrived": dt.datetime.now(ZoneInfo(zone)).date(),
        }  # fmt: skip


_NO_LINKS: Final = pa.table(
    {
        "person_key": pa.array([], pa.string()),
        "survivor_key": pa.array([], pa.string()),
        **{name: pa.array([], pa.int64()) for name in ("record_no", "row_no", "part_no")},
    }
)


def with_rows(found: Governed, given: Mapping[str, pa.Table]) -> Governed:
    """A record with what the caller sent: rows that can be judged, and not pointed at, for they are nowhere here."""
    record = found.record
    for name, table in given.items():
        record = record.with_rows(name, table.to_pylist())
    if not given:
        return found
    return replace(found, record=record, keyed=found.keyed - given.keys(), judged=Judged(record))


def _staged(sent: Mapping[int, Sequence[object]]) -> Mapping[str, pa.Table]:
    """Staging rows of resources, each lot as a record of its own."""
    rows = Staged()
    for record_no, resources in sent.items():
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources]}
        content = orjson.dumps(bundle)
        record = RawRecord(record_no, "", SOURCE, "prefetch.json", len(content), Format.FHIR_JSON, 0)
        for chunk in READER.chunks(record, io.BytesIO(content)):
            rows.extend(READER.stage(chunk, Source(SOURCE)))
    return rows.tables()


def _of_drafts(table: pa.Table) -> pa.Table:
    return table.filter(pc.equal(table["medark_record_no"], _DRAFTED))


def _is_order(one: object) -> bool:
    return isinstance(one, dict) and one.get("resourceType") in _ORDERS


def _as_if_signed(one: object) -> object:
    """An order that is not signed yet as if it were: that is what the caller wants to know of."""
    assert isinstance(one, dict)
    return {**one, "status": "active", "intent": "order"}
