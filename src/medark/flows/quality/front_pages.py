"""Front pages of stays among the raw tables, each read once: what contradicts itself there is not seen in the lake"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from medark.check.further.front_page import Pages, at_odds, names, wrong_fees
from medark.errors import RefusedInput
from medark.flows.data_map.keeping import Keeping
from medark.flows.ingest.raw_tables import RawTable, pieces, raw_tables
from medark.flows.workspace import Workspace
from medark.model.record import Format, RawRecord
from medark.sql.query import parse
from medark.sql.render import render
from medark.store.engine import Session

FORMATS: Final = (Format.DELIMITED, Format.XLSX, Format.PARQUET, Format.FIXED_WIDTH)
_FOLDER, _NAME, _RELATION = "quality", "front-pages-1.json", "front_page"


def told(workspace: Workspace) -> Mapping[str, Pages]:
    """What was counted of the front pages of each source; records that landed since are read, no others."""
    keeping = Keeping(workspace, _FOLDER)
    known = keeping.told(_NAME, dict[str, Pages]) or {}
    last = max((one.last_record for one in known.values()), default=0)
    fresh = [one for one in workspace.landing.records(formats=FORMATS) if one.record_no > last]
    for record in fresh:
        mine = known.setdefault(record.source, Pages())
        mine.last_record = record.record_no
        for table in _front_pages(workspace, record):
            for pages, fees, odds in _counted(workspace, table):
                mine.pages, mine.fees, mine.odds = mine.pages + pages, mine.fees + fees, mine.odds + odds
    if fresh:
        keeping.put(_NAME, known)
    return known


def places(workspace: Workspace, source: str, kind: str) -> Iterator[tuple[int, int]]:
    """Record and row of the front pages of a source that violate a kind of check."""
    for record in workspace.landing.records(source=source, formats=FORMATS):
        for table in _front_pages(workspace, record):
            wrong = (wrong_fees if kind == "feesDoNotAddUp" else at_odds)(table.shape.columns)
            sql = f"select row_no from {_RELATION} where {wrong}"
            for row in _asked(workspace, table, sql):
                yield record.record_no, int(row["row_no"])


def _front_pages(workspace: Workspace, record: RawRecord) -> list[RawTable]:
    try:
        return [table for table in raw_tables(workspace, record) if names(table.shape.columns)]
    except RefusedInput:
        return []  # it was kept back when it came


def _counted(workspace: Workspace, table: RawTable) -> Iterator[tuple[int, int, int]]:
    columns = table.shape.columns
    sql = (
        f"select count(*) as n, count(case when {wrong_fees(columns)} then 1 end) as fees, "
        f"count(case when {at_odds(columns)} then 1 end) as odds from {_RELATION}"
    )
    yield from ((int(row["n"]), int(row["fees"]), int(row["odds"])) for row in _asked(workspace, table, sql))


def _asked(workspace: Workspace, table: RawTable, sql: str) -> Iterator[dict[str, int]]:
    with workspace.engine.session() as session:
        try:
            for _ in pieces(workspace, session, table, _RELATION):
                yield from _rows(session, sql)
        except RefusedInput:
            return


def _rows(session: Session, sql: str) -> list[dict[str, int]]:
    rows: list[dict[str, int]] = session.query(render(parse(sql), session.dialect)).to_pylist()
    return rows
