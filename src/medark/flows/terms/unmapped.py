"""Codes without a standard concept, by how many rows wait for one; how much of the lake has one"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from medark.flows.raw import must_steward
from medark.flows.workspace import Workspace
from medark.model.term import SourceTerm, TermState
from medark.sql.render import render
from medark.store.engine import Session

# Tables of events, and the kind of what is in them.
EVENTS = {
    "condition_occurrence": "condition", "drug_exposure": "drug", "procedure_occurrence": "procedure",
    "device_exposure": "device", "measurement": "measurement", "observation": "observation",
}  # fmt: skip
_KEPT = "counts of codes"
Counted = tuple[str, str, str, bool, int]  # table, source, code, whether it has no concept, and rows
_COUNTED = """
select s.source, t.{kind}_source_value as code, t.{kind}_concept_id = 0 as is_unknown, count(*) as n
from {table} as t join record_source as s on t.medark_record_no between s.first and s.last
group by s.source, t.{kind}_source_value, t.{kind}_concept_id = 0
"""


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A code that waits for somebody to say what it means, and in how many rows of the lake it is."""

    term: SourceTerm
    rows: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a table's rows, and of the codes in them, has a standard concept."""

    table: str
    rows: int
    rows_mapped: int
    codes: int
    codes_mapped: int


def unmapped(workspace: Workspace, by: str, source: str = "") -> list[Unmapped]:
    """Open terms (of a source), those of most rows first. AccessError unless `by` is an owner or a steward."""
    must_steward(workspace, by, "unknown codes listed", source=source)
    terms = workspace.ledger.terms.all(TermState.OPEN, [source] if source else None)
    rows: dict[tuple[str, str, str], int] = defaultdict(int)
    for table, name, code, is_unknown, count in _counts(workspace):
        if is_unknown:
            rows[EVENTS[table], name, code] += count
    found = (Unmapped(one, rows[one.kind, one.source, one.source_value]) for one in terms)
    return sorted((one for one in found if one.rows), key=lambda one: (-one.rows, one.term.key))


def coverage(workspace: Workspace, by: str) -> list[Coverage]:
    """Of each table of events that has rows. AccessError as above."""
    must_steward(workspace, by, "coverage of codes counted")
    rows: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    codes: dict[str, dict[tuple[str, str], bool]] = defaultdict(dict)
    for table, source, code, is_unknown, count in _counts(workspace):
        rows[table][0] += count
        rows[table][1] += 0 if is_unknown else count
        codes[table][source, code] = codes[table].get((source, code), True) and not is_unknown
    there = (table for table in EVENTS if rows[table][0])
    return [
        Coverage(table, rows[table][0], rows[table][1], len(codes[table]), sum(codes[table].values()))
        for table in there
    ]


def records_otherwise(workspace: Workspace, told: Sequence[SourceTerm]) -> list[int]:
    """The raw records of rows whose concept is not what was decided of their code."""
    wanted = pa.table({
        "source": pa.array([one.source for one in told], pa.string()),
        "code": pa.array([one.source_value for one in told], pa.string()),
        "concept": pa.array([one.concept_id or 0 for one in told], pa.int64()),
    })  # fmt: skip
    found: set[int] = set()
    with workspace.engine.session() as session:
        _bind(workspace, session)
        session.bind_arrow("wanted_code", wanted)
        for table, kind in EVENTS.items():
            sql = f"""select distinct t.medark_record_no as record_no from {table} as t
                join record_source as s on t.medark_record_no between s.first and s.last
                join wanted_code as w on w.source = s.source and w.code = t.{kind}_source_value
                where t.{kind}_concept_id <> w.concept"""
            found.update(session.query(render(sql, session.dialect))["record_no"].to_pylist())
    return sorted(found)


def _counts(workspace: Workspace) -> Sequence[Counted]:
    """Of every table; counted once for a version of the lake."""
    stamp = (workspace.lake.snapshot().version, len(workspace.landing.origins()))
    held = workspace.kept.get(_KEPT)
    if held is None or held[0] != stamp:
        held = workspace.kept[_KEPT] = (stamp, tuple(_count(workspace)))
    counts: Sequence[Counted] = held[1]
    return counts


def _count(workspace: Workspace) -> Iterator[Counted]:
    with workspace.engine.session() as session:
        _bind(workspace, session)
        for table, kind in EVENTS.items():
            sql = render(_COUNTED.format(table=table, kind=kind), session.dialect)
            for row in session.query(sql).to_pylist():
                yield table, row["source"], row["code"] or "", row["is_unknown"], row["n"]


def _bind(workspace: Workspace, session: Session) -> None:
    snapshot = workspace.lake.snapshot()
    for table in EVENTS:
        snapshot.bind(session, table)
    origins = workspace.landing.origins()
    first, last, source = zip(*origins, strict=True) if origins else ((), (), ())
    session.bind_arrow("record_source", pa.table({
        "first": pa.array(first, pa.int64()), "last": pa.array(last, pa.int64()),
        "source": pa.array(source, pa.string()),
    }))  # fmt: skip
