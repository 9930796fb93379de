"""Orders and reports among raw tables, known by the names of their columns: each table is read once"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from medark.check.further.orders import (
    DELAY,
    EARLY,
    HAS_DELAY,
    ORDERED,
    REPORTED,
    OrderColumns,
    delays,
    order_columns,
    timed,
)
from medark.check.further.timeliness import Told
from medark.errors import RefusedInput
from medark.flows.ingest.raw_tables import RawTable, pieces, raw_tables
from medark.flows.quality.orders import Orders
from medark.flows.workspace import Workspace
from medark.model.record import RawRecord
from medark.sql.query import parse
from medark.sql.render import render
from medark.standardise.formats import TABLES

FORMATS: Final = tuple(sorted(TABLES))
_RELATION: Final = "ordered_rows"


@dataclass(frozen=True, slots=True)
class OrderTable:
    """A raw table and which of its columns say what of orders."""

    table: RawTable
    columns: OrderColumns


def order_tables(workspace: Workspace, record: RawRecord) -> Iterator[OrderTable]:
    """The tables of a record in which orders or reports can be held against something."""
    try:
        there = raw_tables(workspace, record)
    except RefusedInput:
        return  # it was kept back when it came
    for table in there:
        columns = order_columns(table.shape.columns)
        if columns.tells and not table.is_omop:
            yield OrderTable(table, columns)


def take(workspace: Workspace, record: RawRecord, mine: Told, orders: Orders) -> None:
    """Count what the tables of a record say, and note the orders and results that are held against others later."""
    for one in order_tables(workspace, record):
        for row in _asked(workspace, one, *_questions(one.columns)):
            if "bad" in row:
                mine.asked, mine.early = mine.asked + int(row["n"]), mine.early + int(row["bad"])
            elif "bin" in row:
                mine.delayed(one.table.title, row["bin"], int(row["n"]))
            elif "ordered" in row:
                orders.add(record.source, (_number(one.columns, row),), int(row["ordered"]))
            else:
                orders.ask(record.source, (_number(one.columns, row),), int(row["reported"]))


def early_rows(workspace: Workspace, record: RawRecord, orders: Orders) -> Iterator[int]:
    """The rows of a record whose result is before its order."""
    for one in order_tables(workspace, record):
        if one.columns.ordered and one.columns.reported:
            sql = f"select x.row_no from {timed(one.columns, _RELATION)} where {EARLY}"
            yield from (int(row["row_no"]) for row in _asked(workspace, one, sql))
        elif one.columns.number and one.columns.reported:
            sql = (
                f"select x.row_no, x.number, {REPORTED} as reported from {timed(one.columns, _RELATION)} where {_KNOWN}"
            )
            for row in _asked(workspace, one, sql):
                if row["reported"] is not None and orders.is_before(
                    record.source, (_number(one.columns, row),), int(row["reported"])
                ):
                    yield int(row["row_no"])


def delayed_rows(workspace: Workspace, record: RawRecord) -> Iterator[tuple[int, str, float]]:
    """Row, code and delay in minutes of the rows of a record that say both when something was done and reported."""
    for one in order_tables(workspace, record):
        if one.columns.done and one.columns.reported:
            sql = f"select x.row_no, {DELAY} as minutes from {timed(one.columns, _RELATION)} where {HAS_DELAY}"
            for row in _asked(workspace, one, sql):
                yield int(row["row_no"]), one.table.title, float(row["minutes"])


_KNOWN: Final = "x.number <> ''"


def _questions(columns: OrderColumns) -> Iterator[str]:
    rows = timed(columns, _RELATION)
    if columns.ordered and columns.reported:
        yield f"select count({EARLY}) as n, count(case when {EARLY} then 1 end) as bad from {rows}"
    elif columns.number and columns.ordered:
        yield f"select x.number, {ORDERED} as ordered from {rows} where {_KNOWN} and x.ordered_at"
    elif columns.number and columns.reported:
        yield f"select x.number, {REPORTED} as reported from {rows} where {_KNOWN} and x.reported_at"
    if columns.done and columns.reported:
        yield delays(columns, _RELATION)


def _number(columns: OrderColumns, row: dict[str, Any]) -> str:
    return f"{'placer' if columns.placer else 'filler'} {row['number']}"


def _asked(workspace: Workspace, one: OrderTable, *questions: str) -> Iterator[dict[str, Any]]:
    with workspace.engine.session() as session:
        try:
            for _ in pieces(workspace, session, one.table, _RELATION, one.columns.read):
                for sql in questions:
                    yield from session.query(render(parse(sql), session.dialect)).to_pylist()
        except RefusedInput:
            return
