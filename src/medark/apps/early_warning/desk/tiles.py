"""A map of tiles: each district where it lies to its neighbours, as dark as its count, marked where it alarms

Tiles and not borders: a small district is as well seen as a large one, and nothing is drawn that nobody surveyed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from medark.sdk import DataTable, Figure, TableColumn, View, figure

from .colours import ALARM, INK, LINE, SCHEMA, SHADE
from .districts import Districts
from .words import number

_HEIGHT: Final = 62  # pixels of a tile


@dataclass(frozen=True, slots=True)
class Tile:
    """What is known of one district: a count (None: not told), the threshold, and whether it alarms."""

    count: float | None = None
    threshold: float | None = None
    alarms: bool = False


def tiles(view: View, of: Districts, told: Mapping[str, Tile], name: str, counted: str) -> Figure:
    """The map. `told`: by the code of a district; of those that are not in it nothing is known. `counted`: of what."""
    values = [_value(view, one, told.get(one.code)) for one in of]
    most = max(1, *(value["n"] for value in values))
    drawn = {
        "$schema": SCHEMA,
        "data": {"values": values},
        "encoding": {"x": _place("column"), "y": _place("row")},
        "layer": [_squares(most), _names(), _numbers()],
        "width": "container",
        "height": _HEIGHT * (max(one.row for one in of) + 1),
    }
    return figure(drawn, alt=_words(view, of, told, name), title=name, table=_table(view, of, told, counted))


def _value(view: View, one: Any, tile: Tile | None) -> dict[str, Any]:
    known = tile or Tile()
    return {
        "name": one.name[view.language], "row": one.row, "column": one.column, "n": known.count or 0,
        "told": ("▲ " if known.alarms else "") + number(known.count), "alarms": known.alarms,
    }  # fmt: skip


def _place(name: str) -> dict[str, Any]:
    return {"field": name, "type": "ordinal", "axis": None, "scale": {"paddingInner": 0.06, "paddingOuter": 0}}


def _squares(most: float) -> dict[str, Any]:
    """Never so dark that the words on a tile can't be read."""
    scale = {"domain": [0, most], "range": [0.06, 0.5]}
    return {
        "mark": {"type": "rect", "cornerRadius": 4, "fill": SHADE, "tooltip": True},
        "encoding": {
            "fillOpacity": {"field": "n", "type": "quantitative", "legend": None, "scale": scale},
            "stroke": {"condition": {"test": "datum.alarms", "value": ALARM}, "value": LINE},
            "strokeWidth": {"condition": {"test": "datum.alarms", "value": 2.5}, "value": 1},
        },
    }  # fmt: skip


def _names() -> dict[str, Any]:
    return {
        "mark": {"type": "text", "dy": -9, "fontSize": 10.5, "color": INK},
        "encoding": {"text": {"field": "name"}},
    }


def _numbers() -> dict[str, Any]:
    return {
        "mark": {"type": "text", "dy": 10, "fontSize": 14, "fontWeight": "bold"},
        "encoding": {
            "text": {"field": "told"},
            "color": {"condition": {"test": "datum.alarms", "value": ALARM}, "value": INK},
        },
    }


def _words(view: View, of: Districts, told: Mapping[str, Tile], name: str) -> str:
    names = [one.name[view.language] for one in of if (tile := told.get(one.code)) is not None and tile.alarms]
    where = view.say(", ".join(names) or "no district", "、".join(names) or "无")
    return view.say(f"Map of {name} by district; alarms: {where}", f"{name}分区地图；预警区县：{where}")


def _table(view: View, of: Districts, told: Mapping[str, Tile], counted: str) -> DataTable:
    say = view.say
    columns = (
        TableColumn("district", say("district", "区县")),
        TableColumn("count", counted, "number"),
        TableColumn("threshold", say("threshold", "阈值"), "number"),
        TableColumn("people", say("people", "常住人口"), "number"),
        TableColumn("alarms", say("alarm", "预警")),
    )
    known = sorted(of, key=lambda one: -(told.get(one.code, Tile()).count or 0))
    rows = []
    for one in known:
        tile = told.get(one.code, Tile())
        threshold = None if tile.threshold is None else round(tile.threshold, 1)
        alarms = say("yes", "是") if tile.alarms else "–"
        rows.append((one.name[view.language], tile.count, threshold, one.population, alarms))
    return DataTable(columns, tuple(rows))
