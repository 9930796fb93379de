"""The epidemic curve: counts by period, what was expected, the threshold, and the periods that alarmed"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

from medark.sdk import DataTable, Figure, TableColumn, View, figure

from .colours import ALARM, COUNT, EXPECTED, JUDGED, SCHEMA, THRESHOLD
from .words import STATE, told, whole

Point = Mapping[str, Any]
_LOOKS: Final[Mapping[str, tuple[str, list[int]]]] = {  # colour, and dashes for who doesn't tell colours apart
    "expected": (EXPECTED, [4, 3]), "threshold": (THRESHOLD, [1, 0]), "judged": (JUDGED, [2, 2]),
}  # fmt: skip
_DAYS: Final[Mapping[str, int]] = {"day": 1, "week": 7, "month": 31}
_LINES: Final = ("expected", "threshold", "judged")
_NUMBERS: Final = ("count", *_LINES)


def curve(view: View, row: Mapping[str, Any], name: str) -> Figure:
    """The curve of one series. A count that is not told has no bar. Where what is held against the threshold is not the
    count (a sum of days, a count completed by what is still to be reported), it is a line of its own.
    """
    points = [one for one in row["points"] if any(one[number] is not None for number in _NUMBERS)]
    drawn = {
        "$schema": SCHEMA,
        "data": {"values": [value for one in points for value in _values(view, one)]},
        "encoding": {"x": _axis(points, row["every"])},
        "layer": [_bars(points, _counted(view, row)), *_lines(view, points), _alarms()],
        "width": "container",
        "height": 240,
    }
    return figure(drawn, alt=_words(view, row, name), title=name, table=_table(view, points))


def _values(view: View, point: Point) -> list[dict[str, Any]]:
    """The rows of one period: its bar, its lines, its alarm."""
    at = {"period": str(point["period"])[:10]}
    rows = [{**at, "n": point["count"]}] if point["count"] is not None else []
    rows += [{**at, "line": _called(view, name), "of": point[name]} for name in _LINES if point[name] is not None]
    if point["state"] == "alarm":
        top = max(point["count"] or 0, point["judged"] or 0)
        rows.append({**at, "alarm": top})
    return rows


def _called(view: View, line: str) -> str:
    return {
        "expected": view.say("expected", "期望值"),
        "threshold": view.say("threshold", "阈值"),
        "judged": view.say("held against the threshold", "判定值"),
    }[line]


def _counted(view: View, row: Mapping[str, Any]) -> str:
    """What is counted: of channels that agree, channels."""
    return view.say("count", "例数") if row["method"] else view.say("channels", "渠道数")


def _axis(points: Sequence[Point], every: str) -> dict[str, Any]:
    """The periods as dates, with half a period of air at both ends."""
    days = [dt.date.fromisoformat(str(one["period"])[:10]) for one in points]
    air = dt.timedelta(_DAYS[every])
    ends = [str(min(days) - air), str(max(days) + air)] if days else None
    return {
        "field": "period", "type": "temporal", "title": None, "scale": {"domain": ends} if ends else {},
        "axis": {"format": "%Y-%m" if every == "month" else "%m-%d", "labelOverlap": True, "tickCount": 8},
    }  # fmt: skip


def _bars(points: Sequence[Point], title: str) -> dict[str, Any]:
    width = max(2, min(22, round(620 / max(1, len(points)))))
    most = max([one[name] or 0 for one in points for name in _NUMBERS], default=0)
    count = {"field": "n", "type": "quantitative", "title": title, "axis": whole(most)}
    return {
        "transform": [{"filter": "isValid(datum.n)"}],
        "mark": {"type": "bar", "size": width, "color": COUNT, "fillOpacity": 0.85, "tooltip": True},
        "encoding": {"y": count},
    }


def _lines(view: View, points: Sequence[Point]) -> list[dict[str, Any]]:
    """The lines that there are, with one legend that names them."""
    there = [name for name in _LINES if any(one[name] is not None for one in points)]
    names, shown = [_called(view, name) for name in there], [_LOOKS[name] for name in there]
    scale = {"domain": names, "range": [colour for colour, _dash in shown]}
    dashes = {"domain": names, "range": [dash for _colour, dash in shown]}
    return [
        {
            "transform": [{"filter": f"datum.line === '{name}'"}],
            "mark": {"type": "line", "strokeWidth": 2, "interpolate": "linear"},
            "encoding": {
                "y": {"field": "of", "type": "quantitative"},
                "color": {"field": "line", "type": "nominal", "scale": scale, "legend": {"title": None}},
                "strokeDash": {"field": "line", "type": "nominal", "scale": dashes, "legend": {"title": None}},
            },
        }
        for name in names
    ]


def _alarms() -> dict[str, Any]:
    """A mark over each period that alarmed: a shape, too, for who doesn't tell colours apart."""
    return {
        "transform": [{"filter": "isValid(datum.alarm)"}],
        "mark": {"type": "point", "shape": "triangle-down", "filled": True, "size": 90, "color": ALARM, "yOffset": -9},
        "encoding": {"y": {"field": "alarm", "type": "quantitative"}},
    }


def _words(view: View, row: Mapping[str, Any], name: str) -> str:
    """What is to be seen, for who can't see it."""
    alarms = [str(one["period"])[:10] for one in row["points"] if one["state"] == "alarm"]
    last = row["points"][-1] if row["points"] else None
    found = view.say("no period alarmed", "无预警时段")
    if alarms:
        many, newest = len(alarms), alarms[-1]
        found = view.say(f"{many} periods alarmed, the last {newest}", f"{many} 个时段预警，最近 {newest}")
    until = str(last["period"])[:10] if last else "–"
    return view.say(f"Epidemic curve of {name} until {until}: {found}", f"{name}流行曲线，截至 {until}：{found}")


def _table(view: View, points: Sequence[Point]) -> DataTable:
    say = view.say
    columns = (
        TableColumn("period", say("period", "时段"), "date"),
        TableColumn("count", say("count", "例数"), "number"),
        TableColumn("judged", _called(view, "judged"), "number"),
        TableColumn("expected", say("expected", "期望值"), "number"),
        TableColumn("threshold", say("threshold", "阈值"), "number"),
        TableColumn("state", say("state", "状态")),
    )
    rows = tuple(
        (str(one["period"])[:10], one["count"], _rounded(one["judged"]), _rounded(one["expected"]),
         _rounded(one["threshold"]), told(view, one["state"], STATE))
        for one in reversed(points)
    )  # fmt: skip
    return DataTable(columns, rows)


def _rounded(value: object) -> float | None:
    return round(float(value), 2) if isinstance(value, int | float) else None
