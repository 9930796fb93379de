"""The data map as one self-contained HTML page: nothing is fetched, it opens from a stick"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined, Template

from medark.catalog import ribbons as picture
from medark.catalog.data_map import DataMap, SourceEntry, TableEntry
from medark.catalog.groups import grouped
from medark.model.account import UnitAccount
from medark.model.omop import VOCABULARY_TABLES

_BAND = ("", "band-1", "band-2", "band-3", "band-4")  # the fuller, the darker
ENDS = ("loaded", "quarantined", "not_understood", "excluded")


def page(data_map: DataMap, zone: str, words: Mapping[str, str] | None = None, lang: str = "en") -> str:
    """The page. `words` translates its fixed phrases (`words_of` it); what is missing stays English."""
    told = words or {}

    def count(n: int, what: str) -> str:
        form = "# " + (what.removesuffix("s") if n == 1 else what)
        return told.get(form, form).replace("#", f"{n:,}")

    made = dt.datetime.fromtimestamp(data_map.made_ms / 1000, ZoneInfo(zone))
    clinical = [table for table in data_map.tables if table.name not in VOCABULARY_TABLES]
    return _template().render(
        map=data_map,
        t=lambda phrase: told.get(phrase, phrase),
        count=count,
        lang=lang,
        made=f"{made:%Y-%m-%d %H:%M} {zone}",
        rows=sum(table.rows for table in clinical),
        filled_tables=sum(bool(table.rows) for table in clinical),
        units=sum((source.units for source in data_map.sources), UnitAccount()),
        ends=ENDS,
        picture=_picture(data_map),
        geometry=picture,
        flows=_matrix(data_map),
        flow_tables=_flow_tables(data_map),
        waiting=_waiting(data_map.sources),
        held=[source for source in data_map.sources if source.units.quarantined or source.units.not_understood],
        groups=grouped(data_map.tables),
        band=_band,
        filled=_filled,
        share=lambda part, whole: f"{100 * part / whole:.0f}" if whole else "0",
        percent=_percent,
        number=lambda n: f"{n:,}",
        size=_size,
    )


PHRASES = (
    "Data map", "people", "sources", "files", "rows in the lake", "made", "lake version", "vocabulary",
    "From source to table", "Rows of each OMOP table, by the source and format they came from", "Sources", "loaded",
    "quarantined", "not understood", "excluded", "Size", "record", "format", "state", "units", "Tables of the lake",
    "column", "type", "level", "filled", "distinct", "range", "frequent values", "hidden", "Search tables and columns",
    "Nothing has been taken in yet", "a key", "free text", "identifies people", "too many different values", "source",
    "of what came is loaded", "The thicker a ribbon, the more rows (by the square root); point at one to see how many",
    "The same as numbers", "Needs somebody", "Tables that wait for a map", "Units held back or not understood",
    "Nothing: all that came is loaded, or was left out by rule", "waiting for a map", "waiting", "pending", "done",
    "Clinical data", "Health system", "Health economics", "Derived", "Metadata", "Vocabulary", "nothing found",
    "Values that could point at a person are never shown", "# row", "# rows", "# column", "# columns", "# file",
    "# files", "# unit", "# units", "# table", "# tables",
)  # fmt: skip


def words_of(found: DataMap) -> frozenset[str]:
    """The fixed phrases of a map's page: its own, and why its columns are as sensitive as they are."""
    return frozenset(PHRASES) | {column.why for table in found.tables for column in table.columns if column.why}


@cache
def _template() -> Template:
    text = files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        text
    )


def _flow_tables(data_map: DataMap) -> list[str]:
    names = {flow.table for flow in data_map.flows}
    return [table.name for table in data_map.tables if table.name in names]


def _picture(data_map: DataMap) -> picture.Ribbons:
    rows: dict[tuple[str, str], int] = {}
    for flow in data_map.flows:
        rows[flow.source, flow.table] = rows.get((flow.source, flow.table), 0) + flow.rows
    return picture.ribbons(rows, _flow_tables(data_map))


def _matrix(data_map: DataMap) -> list[tuple[str, str, dict[str, int]]]:
    """Source, format, and rows by table: one line of the table each."""
    lines: dict[tuple[str, str], dict[str, int]] = {}
    for flow in data_map.flows:
        cells = lines.setdefault((flow.source, flow.format), {})
        cells[flow.table] = cells.get(flow.table, 0) + flow.rows
    return [(source, kind, cells) for (source, kind), cells in sorted(lines.items())]


def _waiting(sources: Sequence[SourceEntry]) -> list[tuple[SourceEntry, TableEntry]]:
    return [(source, table) for source in sources for table in source.tables if table.state.startswith("waiting")]


def _band(rows: int) -> str:
    return _BAND[min(len(_BAND) - 1, max(0, (len(str(rows)) + 1) // 2))] if rows else ""


def _filled(table: TableEntry) -> str:
    """Percent of a table's cells that hold something."""
    cells = table.rows * len(table.columns)
    return f"{100 * (1 - sum(column.missing for column in table.columns) / cells):.0f}" if cells else "0"


def _percent(part: int, whole: int) -> str:
    """A share that says 100 only when it is all.

    >>> _percent(999_999, 1_000_000), _percent(5, 5), _percent(0, 0)
    ('99.9', '100', '0')
    """
    if not whole or part == whole:
        return "100" if whole else "0"
    return f"{min(99.9, 100 * part / whole):.1f}"


def _size(count: int) -> str:
    """Bytes as people say them.

    >>> _size(1_234_567)
    '1.2 MB'
    """
    value = float(count)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if value < 1000 or unit == "TB":
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError
