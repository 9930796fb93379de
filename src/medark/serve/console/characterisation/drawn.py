"""Figures of a characterisation: a pyramid, months, bars of concepts, and distributions by their percentiles"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from medark.flows.figures.style import SERIES
from medark.messages import _
from medark.model.page import DataTable, Figure, TableColumn
from medark.sdk.figures import SCHEMA
from medark.serve.console.blocks import Plain, told

BAND: Final = 5  # years of age in a bar of the pyramid
_OLDEST: Final = 100
_YEARS: Final = 5
_BARS: Final = 60  # of a figure of lengths
_ROW: Final = 20  # pixels
PERCENTILES: Final = ("min", "p10", "p25", "median", "p75", "p90", "max")


def in_steps(count: int, step: int) -> int:
    """A count, rounded down to steps of so many; itself for 0."""
    return count // step * step if step else count


def figures(drawn: Iterable[Figure | None], address: str) -> list[Plain]:
    """Figures as the templates take them."""
    found = told([one for one in drawn if one is not None], address, {})
    return [{**one, "files": {}} for one in found]


def pyramid(by_age: Mapping[tuple[int, str], int], step: int) -> Figure | None:
    """People by age and sex, in whole steps: men to the left, women to the right."""
    bands: dict[tuple[int, str], int] = {}
    for (age, sex), people in by_age.items():
        band = min(max(age, 0), _OLDEST) // BAND * BAND
        bands[band, sex] = bands.get((band, sex), 0) + people
    bands = {band: in_steps(people, step) for band, people in bands.items() if in_steps(people, step)}
    if not bands:
        return None
    sexes = {"male": _("men"), "female": _("women")}
    ages = sorted({band for band, _sex in bands}, reverse=True)
    labels = {band: f"{band}–{band + BAND - 1}" if band < _OLDEST else f"{band}+" for band in ages}
    values: list[dict[str, Any]] = [
        {"age": labels[band], "sex": sexes[sex], "people": -people if sex == "male" else people, "told": people}
        for (band, sex), people in bands.items()
        if sex in sexes
    ]
    most = max((int(one["told"]) for one in values), default=1)
    encoding = {
        "y": {"field": "age", "type": "nominal", "sort": list(labels.values()), "title": _("age")},
        "x": {
            "field": "people", "type": "quantitative", "title": _("people"),
            "axis": {"labelExpr": "format(abs(datum.value), ',')"}, "scale": {"domain": [-most, most]},
        },
        "color": _coloured("sex", list(sexes.values())),
    }  # fmt: skip
    rows = tuple((labels[band], bands.get((band, "male"), 0), bands.get((band, "female"), 0)) for band in ages)
    columns = (_text("age", _("age")), _count("men", _("men")), _count("women", _("women")))
    return _figure(
        {"type": "bar"}, encoding, values, _("People by age and sex"), DataTable(columns, rows), height=len(ages) * 16
    )


def months(by_table: Mapping[str, Mapping[str, int]]) -> Figure | None:
    """Records of the last five years by month, of the tables that have most; on a scale of powers of ten."""
    largest = sorted(by_table, key=lambda table: -sum(by_table[table].values()))[: len(SERIES)]
    first = _begins([month for table in largest for month in by_table[table]])
    values: list[dict[str, Any]] = [
        {"month": f"{month[:4]}-{month[4:]}-01", "records": records, "table": table}
        for table in largest
        for month, records in by_table[table].items()
        if records and month > first
    ]
    if not values:
        return None
    encoding = {
        "x": {"field": "month", "type": "temporal", "title": _("month"), "axis": {"format": "%Y-%m", "tickCount": 6}},
        "y": {
            "field": "records",
            "type": "quantitative",
            "title": _("records"),
            "scale": {"type": "log"},
            "axis": {"values": [10**power for power in range(10)], "format": ","},
        },
        "color": _coloured("table", largest),
    }
    columns = (_text("table", _("table")), _text("month", _("month")), _count("records", _("records")))
    rows = tuple((str(one["table"]), str(one["month"])[:7], int(one["records"])) for one in values)
    return _figure({"type": "line", "point": len(values) < 100}, encoding, values, _("Records by month"),
                   DataTable(columns, rows))  # fmt: skip


def _begins(months: Iterable[str]) -> str:
    """The month that lies five years before the last of some."""
    last = max(months, default="000000")
    return f"{int(last[:4]) - _YEARS}{last[4:]}"


def by_month(counts: Mapping[str, int], title: str, counted: str) -> Figure | None:
    """A bar a month, of the last five years."""
    first = _begins(counts)
    values = [{"month": f"{month[:4]}-{month[4:]}-01", "n": n} for month, n in sorted(counts.items()) if month > first]
    if not values:
        return None
    encoding = {
        "x": {"field": "month", "type": "temporal", "timeUnit": "yearmonth", "title": _("month"),
              "axis": {"format": "%Y-%m", "tickCount": 6}},
        "y": {"field": "n", "type": "quantitative", "title": counted},
    }  # fmt: skip
    columns = (_text("month", _("month")), _count("n", counted))
    rows = tuple((f"{month[:4]}-{month[4:]}", n) for month, n in sorted(counts.items()))
    return _figure({"type": "bar"}, encoding, values, title, DataTable(columns, rows))


def lengths(by_days: Mapping[int, int], step: int) -> Figure | None:
    """People by the length of their first observation period, in whole steps; `by_days`: by 30 days."""
    if not by_days:
        return None
    width = max(by_days) // _BARS + 1  # steps in a bar
    bars: dict[int, int] = {}
    for place, people in sorted(by_days.items()):
        bars[place // width] = bars.get(place // width, 0) + people
    days = 30 * width
    values = [
        {"from": bar * days, "to": (bar + 1) * days, "people": in_steps(people, step)} for bar, people in bars.items()
    ]
    encoding = {
        "x": {"field": "from", "type": "quantitative", "title": _("days"), "bin": {"binned": True}},
        "x2": {"field": "to"},
        "y": {"field": "people", "type": "quantitative", "title": _("people")},
    }
    columns = (_count("from", _("days from")), _count("people", _("people")))
    rows = tuple((one["from"], one["people"]) for one in values)
    title = _("Length of the first observation period")
    return _figure({"type": "bar"}, encoding, values, title, DataTable(columns, rows))


def ranked(rows: Sequence[tuple[str, int]], title: str, counted: str) -> Figure | None:
    """A bar for each, the longest first."""
    if not rows:
        return None
    values = [{"name": name, "n": n} for name, n in rows]
    encoding = {
        "y": {"field": "name", "type": "nominal", "sort": None, "title": None},
        "x": {"field": "n", "type": "quantitative", "title": counted},
    }
    columns = (_text("name", _("concept")), _count("n", counted))
    return _figure({"type": "bar"}, encoding, values, title, DataTable(columns, tuple(rows)), height=len(rows) * _ROW)


def boxes(rows: Sequence[tuple[str, Mapping[str, Any]]], title: str, measured: str) -> Figure | None:
    """Distributions one under the other: from p10 to p90 a line, from p25 to p75 a bar, the median a mark."""
    told_ = [(name, row) for name, row in rows if row["median_value"] is not None]
    if not told_:
        return None
    values = [
        {"name": name, **{one: row[f"{one}_value"] for one in PERCENTILES if row[f"{one}_value"] is not None}}
        for name, row in told_
    ]
    y = {"field": "name", "type": "nominal", "sort": None, "title": None}

    def x(name: str) -> Mapping[str, Any]:
        return {"field": name, "type": "quantitative", "title": measured, "scale": {"zero": False}}

    layers = [
        {"mark": {"type": "rule"}, "encoding": {"y": y, "x": x("p10"), "x2": {"field": "p90"}}},
        {"mark": {"type": "bar", "height": 10}, "encoding": {"y": y, "x": x("p25"), "x2": {"field": "p75"}}},
        {"mark": {"type": "tick", "thickness": 2, "size": 16, "color": "#16222c"},
         "encoding": {"y": y, "x": x("median")}},
    ]  # fmt: skip
    columns = (_text("name", ""), _count("n", _("count")), *(_count(one, one) for one in PERCENTILES))
    numbers = tuple((name, row["count_value"], *(row[f"{one}_value"] for one in PERCENTILES)) for name, row in told_)
    vega = {"$schema": SCHEMA, "data": {"values": values}, "layer": layers, "width": "container",
            "height": max(60, len(values) * 26)}  # fmt: skip
    alt = _("{title}: median, quarters and tenths", title=title)
    return Figure(vega, alt, title, DataTable(columns, numbers))


def _figure(
    mark: Mapping[str, Any], encoding: Mapping[str, Any], values: Sequence[Mapping[str, Any]], title: str,
    table: DataTable, height: int = 0,
) -> Figure:  # fmt: skip
    vega = {"$schema": SCHEMA, "data": {"values": list(values)}, "mark": dict(mark), "encoding": dict(encoding),
            "width": "container", **({"height": max(60, height)} if height else {})}  # fmt: skip
    return Figure(vega, title, title, table)


def _coloured(field: str, names: Sequence[str]) -> Mapping[str, Any]:
    return {"field": field, "type": "nominal", "title": None, "scale": {"domain": list(names),
            "range": list(SERIES[: len(names)])}, "legend": {"orient": "top"}}  # fmt: skip


def _text(name: str, title: str) -> TableColumn:
    return TableColumn(name, title)


def _count(name: str, title: str) -> TableColumn:
    return TableColumn(name, title, "number")
