"""The data map as one self-contained HTML page: nothing is fetched, it opens from a stick"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined, Template

from medark.catalog.data_map import DataMap

_BAND = ("", "band-1", "band-2", "band-3", "band-4")  # the fuller, the darker


def page(data_map: DataMap, zone: str, words: Mapping[str, str] | None = None, lang: str = "en") -> str:
    """The page. `words` translates its fixed phrases (those of `PHRASES`); what is missing stays English."""
    told = words or {}
    made = dt.datetime.fromtimestamp(data_map.made_ms / 1000, ZoneInfo(zone))
    return _template().render(
        map=data_map,
        t=lambda phrase: told.get(phrase, phrase),
        lang=lang,
        made=f"{made:%Y-%m-%d %H:%M} {zone}",
        flows=_matrix(data_map),
        flow_tables=sorted({flow.table for flow in data_map.flows}, key=[t.name for t in data_map.tables].index),
        band=_band,
        share=lambda part, whole: f"{100 * part / whole:.0f}" if whole else "0",
        number=lambda n: f"{n:,}",
        size=_size,
    )


PHRASES = (
    "Data map", "people", "sources", "files", "rows in the lake", "tables", "made", "lake version", "vocabulary",
    "From source to table", "Rows of each OMOP table, by the source and format they came from", "Sources",
    "Units", "loaded", "quarantined", "not understood", "excluded", "Size", "Time zone", "Batches", "Files and tables",
    "record", "format", "state", "units", "rows", "columns", "Tables of the lake", "column", "type", "filled",
    "distinct", "range", "frequent values", "hidden", "Search tables and columns", "Nothing has been taken in yet",
    "a key", "free text", "identifies people", "too many different values", "source",
)  # fmt: skip


@cache
def _template() -> Template:
    text = files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        text
    )


def _matrix(data_map: DataMap) -> list[tuple[str, str, dict[str, int]]]:
    """Source, format, and rows by table: one line of the picture each."""
    lines: dict[tuple[str, str], dict[str, int]] = {}
    for flow in data_map.flows:
        cells = lines.setdefault((flow.source, flow.format), {})
        cells[flow.table] = cells.get(flow.table, 0) + flow.rows
    return [(source, kind, cells) for (source, kind), cells in sorted(lines.items())]


def _band(rows: int) -> str:
    return _BAND[min(len(_BAND) - 1, max(0, (len(str(rows)) + 1) // 2))] if rows else ""


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
