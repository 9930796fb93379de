"""Table files of a batch into staging rows by their source's map, or straight into OMOP; unknown ones wait"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from medark.errors import RefusedInput
from medark.flows.ingest.omop_tables import stage_omop
from medark.flows.ingest.raw_tables import Piece, RawTable, bind_whole, every_piece, opened, raw_tables
from medark.flows.ingest.small_tables import bind_together, runs_of_small
from medark.flows.workspace import Workspace
from medark.model.account import WaitingTable
from medark.model.progress import Stage
from medark.model.record import RawRecord
from medark.sql.render import render
from medark.standardise.formats import TABLES, tabular
from medark.standardise.maps import SourceMap, StagingQuery

if TYPE_CHECKING:
    from medark.flows.ingest.wave import Wave


def stage_tables(wave: Wave, records: Sequence[RawRecord], behind: Mapping[int, int], stage: Stage) -> None:
    """Stage every table of these records. `behind`: pieces of each that are in the lake already."""
    found = [table for record in records for table in _tables_of(wave, record)]
    _wait(wave, [table for table in found if not table.name])
    for source in {id(t.source): t.source for t in found if t.source is not None}.values():
        _stage_source(wave, source, [table for table in found if table.source is source], behind)
    stage_omop(wave, [table for table in found if table.is_omop], behind)
    stage.advance(sum(record.size for record in records))


def _tables_of(wave: Wave, record: RawRecord) -> list[RawTable]:
    try:
        found = raw_tables(wave.workspace, record)
    except RefusedInput as error:
        _refuse(wave, record.record_no, 0, str(error.what), 1)
        wave.gathered.cover(record.record_no, 1, done=True)
        return []
    if not found:
        wave.gathered.cover(record.record_no, 1, done=True)  # a workbook without anything in it
    return found


def _wait(wave: Wave, tables: Sequence[RawTable]) -> None:
    """Count the rows of tables that nobody has described, and note that they wait; what can't be cut is told."""
    waiting: dict[int, WaitingTable] = {}
    for table in tables:
        number = table.record.record_no
        try:
            rows = _rows_in(wave.workspace, table)
        except RefusedInput as error:
            _refuse(wave, number, 0, error.what, 1)
            wave.gathered.cover(number, 1, done=True)
            continue
        before = waiting.get(number)
        columns = (*before.columns, *table.shape.columns) if before else table.shape.columns
        waiting[number] = WaitingTable(number, rows + (before.rows if before else 0), columns)
    wave.workspace.ledger.waves.add_waiting(wave.batch.batch_no, waiting.values())


def _rows_in(workspace: Workspace, table: RawTable) -> int:
    with opened(workspace, table.record) as content:
        if table.shape.form is not None:
            return sum(block.rows for block in tabular.cut(content, table.shape))
        rows, rejects = 0, list[tabular.Reject]()
        for batch in tabular.rows(content, table.shape, rejects):
            rows += batch.num_rows + len(rejects)
            rejects.clear()
        return rows + len(rejects)


def _stage_source(wave: Wave, source: SourceMap, mine: Sequence[RawTable], behind: Mapping[int, int]) -> None:
    """The tables of one known source in the order of its map, each piece by piece, small ones many at a time."""
    by_name = {name: [t for t in mine if t.name == name] for name in source.tables}
    joined = _bind_joined(wave, source, {name: tables for name, tables in by_name.items() if tables})
    course = _Course(wave, source, joined, dict(behind), Counter(table.record.record_no for table in mine))
    for name, tables in by_name.items():
        for run in runs_of_small(tables, behind):
            course.stage(run)
        if name in joined:  # pieces took its name
            wave.session.view(f"raw_{name}", f"SELECT * FROM whole_{name}")
    for name in joined:
        wave.session.drop(f"raw_{name}")
        wave.session.drop(f"whole_{name}")


@dataclass
class _Course:
    """The way through the tables of a source. A record may hold several: it is done with its last.

    `behind`: pieces of each record that are in the lake already and are still to be passed; `left`: its tables to come.
    """

    wave: Wave
    source: SourceMap
    joined: Collection[str]
    behind: dict[int, int]
    left: Counter[int]

    def stage(self, tables: Sequence[RawTable]) -> None:
        """One table, or small ones of the same shape together; of these, what is not sound goes on alone."""
        together: Sequence[RawTable] = ()
        if len(tables) > 1:
            together = self._stage_together(tables)
        for table in tables:
            if table not in together:
                self._stage_alone(table)
        self.wave.end_if_full()

    def _stage_together(self, tables: Sequence[RawTable]) -> Sequence[RawTable]:
        wave, first = self.wave, tables[0]
        columns, queries = self._queries(tables)
        sound = bind_together(wave.workspace, wave.session, tables, f"raw_{first.name}", columns)
        if sound:
            self._gather(queries)
        wave.session.drop(f"raw_{first.name}")
        for table in sound:
            self._cover(table, 1)
            self._end(table)
        return sound

    def _stage_alone(self, table: RawTable) -> None:
        wave, number = self.wave, table.record.record_no
        columns, queries = self._queries([table])
        passed = 0
        for piece in _safe_pieces(wave, table, columns, self.behind.get(number, 0)):
            passed += piece is None
            if piece is not None:
                self._gather(queries)
                _reject(wave, number, piece.rejects)
                self._cover(table, 1)
                wave.end_if_full()
        self.behind[number] = self.behind.get(number, 0) - passed
        self._end(table)

    def _queries(self, tables: Sequence[RawTable]) -> tuple[Sequence[str], Sequence[StagingQuery]]:
        numbers = [table.record.record_no for table in tables]
        erased = bool(self.wave.workspace.landing.erased_units(numbers))
        return _queries(self.source, tables[0], self.joined, erased=erased)

    def _gather(self, queries: Sequence[StagingQuery]) -> None:
        for query in queries:
            self.wave.gathered.add_query(query.staging, render(query.sql, self.wave.session.dialect))

    def _cover(self, table: RawTable, pieces: int) -> None:
        self.wave.gathered.cover(table.record.record_no, pieces, done=False)

    def _end(self, table: RawTable) -> None:
        """The table is through; its record too, if it was the last."""
        number = table.record.record_no
        self.left[number] -= 1
        if not self.left[number]:
            self.wave.gathered.cover(number, 0, done=True)


def _queries(
    source: SourceMap, table: RawTable, joined: Collection[str], *, erased: bool
) -> tuple[Sequence[str], Sequence[StagingQuery]]:
    """The columns to read of a table, and what to make of them. Erased rows are told from others one by one."""
    read = source.columns(table.name)
    columns = [c for c in table.shape.columns if c.lower() in read] or table.shape.columns[:1]
    present = {**{name: source.tables[name].readable for name in joined}, table.name: columns}
    queries = source.staging(present, counted=not erased)
    return columns, [query for query in queries if query.reads[0] == f"raw_{table.name}"]


def _safe_pieces(wave: Wave, table: RawTable, columns: Sequence[str], skip: int) -> Iterator[Piece | None]:
    """The pieces of a table; where it can't be cut any further, that is told and the rest goes on."""
    try:
        yield from every_piece(wave.workspace, wave.session, table, f"raw_{table.name}", columns, skip)
    except RefusedInput as error:
        _refuse(wave, table.record.record_no, int(error.where.get("row", 0)), error.what, 1)


def _bind_joined(wave: Wave, source: SourceMap, here: Mapping[str, Sequence[RawTable]]) -> frozenset[str]:
    """Bind whole every table that another joins: of this batch, or else of earlier ones of the same source.

    Of this batch also those that are done already, when it goes on after a kill or is tried again.
    """
    wanted = {join.table for name in here for join in source.tables[name].joins.values()}
    ledger, batch_no = wave.workspace.ledger, wave.batch.batch_no
    goes_on = len(ledger.records.of_batch(batch_no)) > len(ledger.records.states("pending", batch_no))
    there = landed(wave.workspace, wave.source.name, batch_no, source, wanted if goes_on else wanted - here.keys())
    for name in wanted:
        tables = there.get(name) or here.get(name, [])
        bind_whole(wave.workspace, wave.session, tables, f"whole_{name}", sorted(source.columns(name)))
        wave.session.view(f"raw_{name}", f"SELECT * FROM whole_{name}")
    return frozenset(wanted)


def landed(
    workspace: Workspace, sent_by: str, batch_no: int, source: SourceMap, names: Collection[str]
) -> dict[str, list[RawTable]]:
    """Tables of some names that landed with a batch; of names that it lacks, those of earlier batches."""
    found: dict[str, list[RawTable]] = {}
    for record in workspace.landing.records(source=sent_by, formats=list(TABLES)) if names else ():
        if record.batch_no <= batch_no:
            for table in _sound_tables(workspace, record):
                if table.source is source and table.name in names:
                    found.setdefault(table.name, []).append(table)
    own = {name: [t for t in tables if t.record.batch_no == batch_no] for name, tables in found.items()}
    return {name: own[name] or tables for name, tables in found.items()}


def _sound_tables(workspace: Workspace, record: RawRecord) -> list[RawTable]:
    try:
        return raw_tables(workspace, record)
    except RefusedInput:
        return []  # told when it was staged itself


def _refuse(wave: Wave, record_no: int, row_no: int, reason: str, units: int) -> None:
    place = f"CAST({record_no} AS BIGINT) AS record_no, CAST({row_no} AS BIGINT) AS row_no, 0 AS part_no"
    text = reason.replace("'", "''")
    wave.gathered.add_query("unit_issue", f"SELECT {place}, 'quarantined' AS outcome, '{text}' AS reason")
    wave.gathered.add_query("unit_count", f"SELECT {place}, 'row' AS unit, CAST({units} AS BIGINT) AS units")


def _reject(wave: Wave, record_no: int, rejects: pa.Table) -> None:
    """Lines that are no rows: each a unit in quarantine."""
    if not rejects.num_rows:
        return
    wave.session.bind_arrow("rejected", rejects)
    wave.gathered.add_query(
        "unit_issue",
        f"SELECT CAST({record_no} AS BIGINT) AS record_no, row_no, 0 AS part_no, 'quarantined' AS outcome, reason,"
        " 'line ' || line_no AS place FROM rejected",
    )
    wave.gathered.add_query(
        "unit_count",
        f"SELECT CAST({record_no} AS BIGINT) AS record_no, 0 AS row_no, 0 AS part_no, 'row' AS unit,"
        f" CAST({rejects.num_rows} AS BIGINT) AS units",
    )
    wave.session.drop("rejected")
