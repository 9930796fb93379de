"""The data map on a terminal and as JSON"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from medark.cli.tables import table
from medark.cli.text import size
from medark.errors import NotFoundError
from medark.messages import _, phrase

if TYPE_CHECKING:
    from rich.console import RenderableType

    from medark.catalog import ColumnProfile, DataMap, TableEntry

_FREQUENT = 3  # values of a column that are shown on a terminal


def map_json(found: DataMap, name: str = "") -> dict[str, object]:
    """Everything in the map, or one table's columns; the fields of `catalog` by their names."""
    return asdict(named(found, name)) if name else asdict(found)


def map_view(found: DataMap) -> RenderableType:
    """Sources, tables that came as files, and tables of the lake, with where their rows came from."""
    from rich.console import Group

    parts = [_sources(found), _files(found), _lake(found)]
    return Group(*(piece for part in parts for piece in (part, "")), _("columns of one table: --table NAME"))


def columns_view(found: DataMap, name: str) -> RenderableType:
    """One table's columns: how filled, how many values, range and frequent values. NotFoundError."""
    entry = named(found, name)
    rows = [
        (
            c.name, c.type, f"{c.level} {c.kind}" if c.level else "", _share(entry, c), c.distinct, _range(c),
            phrase(c.masked) if c.masked else _frequent(c),
        )
        for c in entry.columns
    ]  # fmt: skip
    columns = (
        _("column"), _("type"), _("level"), _("filled"), _("distinct"), _("range"), _("frequent values"),
    )  # fmt: skip
    return table(f"{entry.name}: {entry.rows:,}", columns, rows)


def named(found: DataMap, name: str) -> TableEntry:
    """A table of the lake, or one that came as a file, by name. NotFoundError."""
    entries = [*found.tables, *(entry for source in found.sources for entry in source.tables)]
    for entry in entries:
        if entry.name.lower() == name.lower():
            return entry
    raise NotFoundError("no such table", fix="medark map WS shows what there is")


def _sources(found: DataMap) -> RenderableType:
    columns = (_("source"), _("files"), _("size"), _("units"), _("loaded"), _("quarantined"), _("not understood"))
    rows = [
        (
            s.name,
            len(s.files),
            size(s.bytes),
            s.units.units,
            s.units.loaded,
            s.units.quarantined,
            s.units.not_understood,
        )
        for s in found.sources
    ]
    return table(_("Sources"), columns, rows)


def _files(found: DataMap) -> RenderableType:
    columns = (_("source"), _("record"), _("table"), _("rows"), _("columns"), _("state"))
    rows = [
        (source.name, str(entry.record_no or ""), entry.name, entry.rows, len(entry.columns), phrase(entry.state))
        for source in found.sources
        for entry in source.tables
    ]
    return table(_("Tables that came as files"), columns, rows)


def _lake(found: DataMap) -> RenderableType:
    origins: dict[str, list[str]] = {}
    for flow in found.flows:
        origins.setdefault(flow.table, []).append(f"{flow.source} ({flow.format})")
    rows = [
        (entry.name, entry.rows, ", ".join(sorted(set(origins.get(entry.name, ())))))
        for entry in found.tables
        if entry.rows
    ]
    heading = _("The lake, version {number}", number=found.version)
    return table(heading, (_("OMOP table"), _("rows"), _("from")), rows, (_("sum"), sum(row[1] for row in rows), ""))


def _share(entry: TableEntry, column: ColumnProfile) -> str:
    return f"{100 * (entry.rows - column.missing) / entry.rows:.0f} %" if entry.rows else ""


def _range(column: ColumnProfile) -> str:
    return "" if column.least is None else f"{column.least} … {column.greatest}"


def _frequent(column: ColumnProfile) -> str:
    return ", ".join(f"{top.value} ({top.rows:,})" for top in column.top[:_FREQUENT])
