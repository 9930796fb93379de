"""What concepts and codes without one a reader's tables hold: counted through the gate, kept for each view"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from medark.catalog.occurring import (
    Occurring,
    OccurringIn,
    code_columns,
    codes_sql,
    concept_columns,
    counts_sql,
    decided_sql,
)
from medark.errors import NotFoundError
from medark.flows.catalog.of_codes import number_of_code
from medark.flows.data_map.keeping import Keeping
from medark.flows.data_map.origins import Origins, origins_of
from medark.flows.data_map.views import keyed, state_of, view_key
from medark.flows.gate import About, Governed, decide, reading
from medark.flows.gate.decide import Standing, standing
from medark.flows.gate.parts import now_ms
from medark.flows.terms.unmapped import EVENTS
from medark.flows.workspace import Workspace
from medark.model.access import Reader
from medark.model.omop import RECORD_NO, VOCABULARY_TABLES, lake_columns, person_column, tables
from medark.model.progress import Progress, Silent
from medark.model.term import SourceTerm, TermState
from medark.store.lake import Snapshot

FOLDER: Final = "catalog"
ACT: Final = "catalog"
_SILENT: Final = Silent()


@dataclass(frozen=True, slots=True)
class Counted:
    """What is kept for a reader. `missing`: open tables that are to be counted, for the first time or again."""

    standing: Standing
    snapshot: Snapshot
    files: tuple[str, ...]
    missing: tuple[str, ...]


def counted(workspace: Workspace, reader: Reader) -> Counted:
    """Which counts there are for a reader now. Reads no row of the lake, and no count."""
    snapshot = workspace.lake.snapshot()
    asked = {name: None for name in tables() if name not in VOCABULARY_TABLES and snapshot.rows(name)}
    shut = {lack.table for lack in decide(workspace, reader, asked).lacking}
    found = standing(workspace, reader, {name: None for name in asked if name not in shut})
    keeping, files, missing = Keeping(workspace, FOLDER), [], []
    for table, (key, state) in keyed(workspace, found, snapshot).items():
        name = _name(table, key)
        kept = keeping.told(name, OccurringIn)
        is_current = kept is not None and kept.state == state
        if kept is not None and (is_current or _is_there(workspace, kept.version)):
            files.append(name)
        if not is_current and concept_columns(lake_columns(table)):
            missing.append(table)
    return Counted(found, snapshot, tuple(files), tuple(missing))


def told(workspace: Workspace, files: tuple[str, ...]) -> list[OccurringIn]:
    """The counts of some files; of one that is gone meanwhile none."""
    keeping = Keeping(workspace, FOLDER)
    return [one for name in files if (one := keeping.told(name, OccurringIn)) is not None]


def everybodys(workspace: Workspace) -> tuple[set[int], dict[int, int]]:
    """Every concept that anybody's counts have; and of how many people each code is that was decided to mean one (by
    number), of those counts the largest.
    """
    there = tuple(sorted(path.name for path in (workspace.places.kept / FOLDER).glob("concepts-*.json")))
    concepts, people = set[int](), dict[int, int]()
    for one in told(workspace, there):
        concepts.update(number for column in one.columns if not column.is_of_codes for number in column.concepts)
        people |= {code: max(n, people.get(code, 0)) for code, n in one.decided.items()}
    return concepts, people


def count(workspace: Workspace, reader: Reader, progress: Progress = _SILENT) -> Counted:
    """Count what is missing, through the gate, and keep it."""
    before = counted(workspace, reader)
    if not before.missing:
        return before
    keeping, origins, found = Keeping(workspace, FOLDER), origins_of(workspace), before.standing
    reads, version = dict.fromkeys(before.missing), before.snapshot.version
    with (
        progress.stage("counting concepts", len(reads), "tables") as stage,
        reading(workspace, reader, reads, About(ACT), version=version, foreign=False) as governed,
    ):
        governed.session.bind_arrow("record_origin", origins.table())
        terms = workspace.ledger.terms.all(TermState.MAPPED)
        for table in reads:
            columns = (*_columns(governed, table, origins), *_codes(governed, table, origins.sources))
            decided = _decided(governed, table, origins.sources, terms)
            made = OccurringIn(table, version, state_of(before.snapshot, table), now_ms(), columns, decided)
            keeping.put(_name(table, view_key(workspace, found, table)), made)
            stage.advance(1)
    sweep(workspace)
    return counted(workspace, reader)


def sweep(workspace: Workspace) -> None:
    """Remove counts of versions of the lake that are gone."""
    keeping = Keeping(workspace, FOLDER)
    for path in (workspace.places.kept / FOLDER).glob("concepts-*.json"):
        one = keeping.told(path.name, OccurringIn)
        if one is None or not _is_there(workspace, one.version):
            path.unlink(missing_ok=True)


def forget(workspace: Workspace) -> None:
    """Remove every count: somebody was erased, and may have been in any."""
    for path in (workspace.places.kept / FOLDER).glob("concepts-*.json"):
        path.unlink(missing_ok=True)


def _columns(governed: Governed, table: str, origins: Origins) -> Iterator[Occurring]:
    shown = [one for one in lake_columns(table) if one.name in governed.reads[table]]
    person, has_origin = _person(governed, table), RECORD_NO.name in governed.reads[table]
    for column in concept_columns(shown):
        whole = governed.session.query(counts_sql(table, column, person, by_source=False)).sort_by("concept_id")
        concepts = tuple(whole["concept_id"].to_pylist())
        sources: dict[str, dict[int, tuple[int, int]]] = {}
        if has_origin and concepts:
            split = governed.session.query(counts_sql(table, column, person, by_source=True))
            sources = _by_source(split, {concept: place for place, concept in enumerate(concepts)}, origins.sources)
        yield Occurring(
            column, concepts, tuple(whole["n"].to_pylist()),
            tuple(whole["people"].to_pylist()) if person else (), sources,
        )  # fmt: skip


def _codes(governed: Governed, table: str, names: tuple[str, ...]) -> Iterator[Occurring]:
    """Those of a table of events, where the reader is shown what the source wrote and from where it came."""
    kind, person = _kind(governed, table), _person(governed, table)
    if not kind:
        return
    rows = governed.session.query(codes_sql(table, kind, person)).to_pylist()
    numbered = ((number_of_code(names[row["origin"]], kind, row["code"]), row["origin"], row) for row in rows)
    told = sorted(numbered, key=lambda one: one[0])
    sources: dict[str, dict[int, tuple[int, int]]] = {}
    for place, (_, origin, row) in enumerate(told):
        sources.setdefault(names[origin], {})[place] = (row["n"], row["people"])
    yield Occurring(
        code_columns(kind)[0], tuple(number for number, _, _ in told), tuple(row["n"] for _, _, row in told),
        tuple(row["people"] for _, _, row in told) if person else (), sources,
    )  # fmt: skip


def _decided(governed: Governed, table: str, names: tuple[str, ...], terms: Sequence[SourceTerm]) -> dict[int, int]:
    """Of how many people each code of a table is that was decided to mean a concept; {} where the reader can't tell."""
    kind, person = _kind(governed, table), _person(governed, table)
    origins = {name: origin for origin, name in enumerate(names)}
    codes = {(origins[one.source], one.source_value) for one in terms if one.kind == kind and one.source in origins}
    if not (kind and person and codes):
        return {}
    origin, code = zip(*sorted(codes), strict=True)
    bound = {"origin": pa.array(origin, pa.int64()), "code": pa.array(code, pa.string())}
    governed.session.bind_arrow("decided_code", pa.table(bound))
    rows = governed.session.query(decided_sql(table, kind, person)).to_pylist()
    return {number_of_code(names[row["origin"]], kind, row["code"]): row["people"] for row in rows}


def _kind(governed: Governed, table: str) -> str:
    """The kind of a table's events; "" where it has none, or the reader is not shown what sources wrote and which."""
    kind = EVENTS.get(table, "")
    return kind if kind and {*code_columns(kind), RECORD_NO.name} <= set(governed.reads[table]) else ""


def _person(governed: Governed, table: str) -> str:
    """The column that says whose a row is; "" where rows are nobody's, or the reader is not shown whose."""
    column = person_column(table) or ""
    return column if column in governed.reads[table] else ""


def _by_source(
    split: pa.Table, place: Mapping[int, int], names: tuple[str, ...]
) -> dict[str, dict[int, tuple[int, int]]]:
    found: dict[str, dict[int, tuple[int, int]]] = {}
    for row in split.to_pylist():
        found.setdefault(names[row["origin"]], {})[place[row["concept_id"]]] = (row["n"], row["people"])
    return found


def _name(table: str, key: str) -> str:
    return f"concepts-3-{table}-{key}.json"


def _is_there(workspace: Workspace, version: int) -> bool:
    try:
        workspace.lake.snapshot(version)
    except NotFoundError:
        return False
    return True
