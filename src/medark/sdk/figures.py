"""Figures in a line: bars and lines as Vega-Lite, with their numbers beside them; or a chart of Altair's as it is"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

from medark.model.page import Cell, DataTable, Figure, TableColumn

SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v6.json"
Rows = Iterable[Mapping[str, Any]]


class Chart(Protocol):
    """A chart of Altair's."""

    def to_dict(self) -> dict[str, Any]:
        """It as Vega-Lite."""


def figure(chart: Chart | Mapping[str, Any], *, alt: str, title: str = "", table: DataTable | None = None) -> Figure:
    """A figure of an Altair chart, or of Vega-Lite as it is written."""
    return Figure(chart if isinstance(chart, Mapping) else chart.to_dict(), alt, title, table)


def chart(figure: Figure) -> Any:
    """A figure as a chart of Altair's, to be looked at or changed in a notebook. ImportError where Altair is not."""
    import altair

    return altair.Chart.from_dict(dict(figure.vega_lite))


def bars(rows: Rows, x: TableColumn, y: TableColumn, *, alt: str, title: str = "", order: Sequence[str] = ()) -> Figure:
    """A bar for each row. `order`: the names of x in the order that they are to stand in."""
    axis = {
        "field": x.name,
        "type": "nominal",
        "title": x.title,
        "sort": list(order) or None,
        "axis": {"labelAngle": 0},
    }
    return _drawn({"type": "bar", "tooltip": True}, axis, rows, x, y, alt, title)


def lines(rows: Rows, x: TableColumn, y: TableColumn, *, alt: str, title: str = "") -> Figure:
    """A line through the rows; x are dates or numbers."""
    axis = {"field": x.name, "type": "temporal" if x.kind == "date" else "quantitative", "title": x.title}
    return _drawn({"type": "line", "point": True, "tooltip": True}, axis, rows, x, y, alt, title)


def _drawn(
    mark: Mapping[str, Any], axis: Mapping[str, Any], rows: Rows, x: TableColumn, y: TableColumn, alt: str, title: str
) -> Figure:
    cells: list[tuple[Cell, ...]] = [(row[x.name], row[y.name]) for row in rows]
    told = y.title + (f" ({y.unit})" if y.unit else "")
    drawn = {
        "$schema": SCHEMA,
        "data": {"values": [{x.name: a, y.name: b} for a, b in cells if b is not None]},
        "mark": dict(mark),
        "encoding": {"x": dict(axis), "y": {"field": y.name, "type": "quantitative", "title": told}},
        "width": "container",
    }
    return Figure(drawn, alt, title, DataTable((x, y), tuple(cells)))
