"""The way of one row walked again: its unit staged, looked up and standardised, alone"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from medark.flows.bound_units import bind_units
from medark.flows.ingest.gathered import Gathered
from medark.flows.ingest.people import go_by
from medark.flows.ingest.raw_tables import bind_whole, pieces, raw_tables
from medark.flows.ingest.tables import landed
from medark.flows.ingest.wave import parameters
from medark.flows.lake_relations import LakeRelations
from medark.flows.lineage.map_lines import map_file
from medark.flows.lineage.shown import excerpt
from medark.flows.lineage.way import Came, Looked
from medark.flows.maps import maps_of
from medark.flows.staging.tasks import stage_chunks
from medark.flows.workspace import Workspace
from medark.model.omop import tables
from medark.model.record import RawRecord
from medark.model.source import Source
from medark.model.staging import PLACE
from medark.sql.render import Value, render
from medark.standardise import domains, lookups
from medark.standardise.formats import TABLES, reader_of
from medark.standardise.maps import SourceMap
from medark.standardise.step import Step, wanted
from medark.store.engine import Session

_PLACE: Final = {column.name for column in PLACE}


@dataclass(slots=True)
class Again:
    """What was found on the way."""

    made_by: tuple[str, ...] = ()
    lines: dict[tuple[str, int], str] = field(default_factory=dict)  # of a map, by staging table and part
    looked_up: tuple[Looked, ...] = ()
    staged: Mapping[str, str] = field(default_factory=dict)
    raw: str = ""
    row: Mapping[str, Any] | None = None


def walked(workspace: Workspace, came: Came, table: str, key: int) -> Again:
    """The unit of a row through the pipeline again, with what the lake has of the same people."""
    record = workspace.landing.record(came.record_no)
    source = workspace.landing.source(record.source)
    found = Again()
    with workspace.engine.session() as session:
        workspace.vocabulary.bind(session)
        for name, data in lookups.data().items():
            session.bind_arrow(name, data)
        staged = Gathered(session)
        if record.format in TABLES:
            _stage_line(workspace, session, record, came.row_no, staged, found)
        else:
            _stage_unit(workspace, record, source, came.row_no, staged, found)
        _standardise(workspace, session, source, came, staged)
        _told(session, table, key, came, found)
    return found


def _stage_line(
    workspace: Workspace, session: Session, record: RawRecord, row_no: int, staged: Gathered, found: Again
) -> None:
    """The line of a table through its map."""
    for table in raw_tables(workspace, record):
        if table.source is None:
            continue
        relation = f"raw_{table.name}"
        for piece in pieces(workspace, session, table, "piece"):
            line = session.query(f"SELECT * FROM piece WHERE row_no = {row_no}") if piece.rows else pa.table({})
            if line.num_rows:
                session.bind_arrow(relation, line)
                _mapped(workspace, session, record, table.source, table.name, staged, found)
                found.raw = "\n".join(f"{n}: {v}" for n, v in line.to_pylist()[0].items() if v and n not in _PLACE)
                return


def _mapped(
    workspace: Workspace, session: Session, record: RawRecord, source: SourceMap, name: str, staged: Gathered,
    found: Again,
) -> None:  # fmt: skip
    own = next(key for key, one in maps_of(workspace).items() if one is source)
    there = {name: [column for column in session.columns(f"raw_{name}") if column not in _PLACE]}
    others = {join.table for join in source.tables[name].joins.values()} - {name}
    joined = landed(workspace, record.source, record.batch_no, source, others)
    for other in others:
        bind_whole(workspace, session, joined.get(other, []), f"raw_{other}", sorted(source.columns(other)))
        there[other] = source.tables[other].readable
    targets, file = source.tables[name].targets, map_file(workspace.places.maps, own, name)
    queries = [query for query in source.staging(there) if query.reads[0] == f"raw_{name}"]
    for target, query in zip(targets, queries, strict=False):
        if query.staging == target.staging and staged.add_query(query.staging, render(query.sql, session.dialect)):
            line = file.line(target.staging, target.part_no)
            found.lines[target.staging, target.part_no] = f"{file.name}:{line}"


def _stage_unit(
    workspace: Workspace, record: RawRecord, source: Source, row_no: int, staged: Gathered, found: Again
) -> None:
    """The message or resource of a record through its reader; the chunk it is in, for what it refers to."""
    with workspace.landing.open(record) as content:
        for chunk in reader_of(record.format).chunks(record, content):
            made = stage_chunks(record.format, [chunk], source)
            if any(pc.any(pc.equal(rows["row_no"], row_no)).as_py() for rows in made.values()):
                for number, (name, rows) in enumerate(made.items()):
                    staged.session.bind_arrow(f"chunk_{number}", rows)
                    staged.add_query(name, f"SELECT * FROM chunk_{number}")
                found.made_by = (f"formats/{record.format}",)
                found.raw = excerpt(chunk.content, str(record.format), row_no - chunk.first_row_no)
                return


def _standardise(workspace: Workspace, session: Session, source: Source, came: Came, staged: Gathered) -> None:
    batch = workspace.ledger.batches.one(came.batch)
    told = parameters(workspace, source, batch)
    there = staged.bind()
    links = session.query(f"SELECT {', '.join(lookups.PERSON_LINK.names)}, record_no, row_no, part_no"
                          " FROM staged_person_link")  # fmt: skip
    session.bind_arrow("person_link", lookups.person_links(workspace.crosswalk.links(source.people), links))
    bind_units(workspace, source.name, session)
    session.bind_arrow("known_product", session.query("SELECT * FROM staged_product WHERE false"))
    who, *rest = wanted(lookups.STEPS, there)
    _make(session, who, told)
    go_by(workspace, session)
    for step in rest:
        _make(session, step, told)
    snapshot, buckets = workspace.lake.snapshot(), workspace.lake.buckets
    sql = f"SELECT DISTINCT ((person_id % {buckets}) + {buckets}) % {buckets} AS bucket FROM person_key"
    lake = LakeRelations(session, snapshot, session.query(sql)["bucket"].to_pylist())
    for step in wanted(domains.STEPS, there):
        lake.bind(step.reads)
        _make(session, step, told)


def _make(session: Session, step: Step, told: Mapping[str, Value]) -> None:
    needed = {name: told[name] for name in step.query.parameters}
    session.table(step.name, render(step.query, session.dialect, needed))


def _told(session: Session, table: str, key: int, came: Came, found: Again) -> None:
    """The row itself, what was staged of it, and what its concepts were decided by."""
    primary = tables()[table].primary_key or "person_id"
    if not session.has(f"{table}_rows"):
        return
    told = f"{primary} = {int(key)} AND medark_record_no = {came.record_no} AND medark_row_no = {came.row_no}"
    rows = session.query(f"SELECT * FROM {table}_rows WHERE {told} ORDER BY part_no").to_pylist()
    if not rows:
        return
    found.row, staging = rows[-1], _STAGING.get(table, "event" if _is_event(session, table) else table)
    said = found.lines.get((staging, rows[-1]["part_no"])) if staging == "event" else None
    every = tuple(line for (of, _), line in found.lines.items() if of == staging)
    found.made_by = found.made_by or ((said,) if said else every)
    place = " AND ".join(
        f"{own} = {rows[-1][name]}"
        for own, name in (("record_no", "medark_record_no"), ("row_no", "medark_row_no"), ("part_no", "part_no"))
    )
    events = session.query(f"SELECT * FROM staged_event WHERE {place}").to_pylist() if _is_event(session, table) else []
    if events:
        cells = ((name, value) for name, value in events[0].items() if name not in _PLACE)
        found.staged = {name: str(value) for name, value in cells if value is not None}
        found.looked_up = tuple(_codes(session, place))


def _is_event(session: Session, table: str) -> bool:
    is_event = any(step.table == table and "coded_event" in step.reads for step in domains.STEPS)
    return is_event and session.has("coded_event")


_STAGING: Final = {
    "visit_occurrence": "visit", "image_occurrence": "image", "payer_plan_period": "coverage", "event_count": "count",
    "fact_relationship": "relation",
}  # fmt: skip


_CODE_KEY = (
    "coalesce(e.kind, '') || '|' || coalesce(e.code_system, '') || '|' || coalesce(e.code, e.code_text, '') || '|'"
    " || coalesce(e.alt_system, '') || '|' || coalesce(e.alt_code, '') || '|'"
    " || coalesce(e.alt2_system, '') || '|' || coalesce(e.alt2_code, '')"
)  # as domains/coded_event.sql


def _codes(session: Session, place: str) -> Iterator[Looked]:
    """Each coding of the event that leads somewhere, in the order in which they count; then its unit, and what was
    decided about it.
    """
    found = session.query(
        f"SELECT DISTINCT s.vocabulary_id, s.concept_code, f.turn, f.concept_id, f.source_concept_id"
        f" FROM staged_event AS e JOIN found_code AS f ON f.code_key = {_CODE_KEY}"
        f" LEFT JOIN spelling AS s ON s.code_key = f.code_key AND s.turn = f.turn WHERE {place} ORDER BY f.turn"
    ).to_pylist()
    for row in found:
        how = "own map" if row["vocabulary_id"] is None else "standard" if row["concept_id"] else "source"
        concept = row["concept_id"] or row["source_concept_id"] or 0
        yield Looked("concept_id", row["vocabulary_id"] or "", row["concept_code"] or "", concept, how)
    units = session.query(
        f"SELECT u.unit, u.concept_id FROM staged_event AS e JOIN unit_map AS u ON u.unit = e.unit WHERE {place}"
    ).to_pylist()
    for row in units:
        yield Looked("unit_concept_id", "UCUM", row["unit"], row["concept_id"], "unit" if row["concept_id"] else "")
    lies = place.replace("record_no", "medark_record_no").replace("row_no", "medark_row_no")
    decided = session.query(
        f"SELECT w.said, w.concept_id FROM coded_event AS e JOIN unit_decision AS w ON w.code = e.source_value"
        f" AND w.said = coalesce(e.unit_source_value, '') AND w.concept_id = e.unit_concept_id"
        f" AND e.value_as_number >= w.low AND e.value_as_number < w.high WHERE {lies}"
    ).to_pylist()
    for row in decided:
        yield Looked("unit_concept_id", "UCUM", row["said"], row["concept_id"], "decided")
