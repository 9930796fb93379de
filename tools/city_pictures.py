"""Pictures of the made-up city: Vega-Lite drawn as SVG that can be read on a light and on a dark page"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import altair as alt
import vl_convert

INK, QUIET, GRID = "#24292f", "#656d76", "#d8dee4"
_ON_DARK = {INK: "#e6edf3", QUIET: "#9198a1", GRID: "#3d444d"}
BLUE, TEAL, OCHRE, CORAL, PLUM, SLATE = "#4c82b8", "#2f9c8f", "#cf9b3c", "#d2695a", "#8a76ae", "#7d8b99"
_FONT = "Noto Sans, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
_WIDTH, _NAMES = 720, 190
_PLACES = re.compile(r' (?:d|transform|[xy][12]?|width|height)="[^"]*"')  # where numbers are places on the picture
_NUMBER = re.compile(r"-?\d+\.\d{2,}")
Rows = Sequence[dict[str, Any]]


def svg(chart: Any, title: str) -> str:
    """A chart as SVG with a title for those who hear it, and colours of text and lines that follow the page's."""
    styled = chart.configure(
        background="transparent", font=_FONT, padding=4, view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            labelColor=QUIET, titleColor=QUIET, titleFontWeight="normal", labelFontSize=11, titleFontSize=11,
            domain=False, ticks=False, gridColor=GRID, labelPadding=6,
        ),
        title=alt.TitleConfig(
            color=INK, fontSize=12, fontWeight="bold", anchor="start", offset=6,
        ),
        text=alt.MarkConfig(color=INK, fontSize=11),
    )  # fmt: skip
    drawn: str = vl_convert.vegalite_to_svg(styled.to_dict())
    rules = "".join(f'[fill="{a}"]{{fill:{b}}}[stroke="{a}"]{{stroke:{b}}}' for a, b in _ON_DARK.items())
    drawn = re.sub(r' (?:aria-\w+|role)="[^"]*"', "", drawn)
    drawn = _PLACES.sub(lambda found: _NUMBER.sub(_short, found[0]), drawn)
    head, end, body = drawn.partition(">")
    style = f"<style>@media (prefers-color-scheme: dark){{{rules}}}</style>"
    return f'{head} role="img"{end}<title>{title}</title>{style}{body}\n'


def _short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.1f}".removesuffix(".0")


def age_pyramid(rows: Rows) -> Any:
    """Rows: band, order, sex (M, F), made and published in per cent of all people."""
    most = max(max(row["made"], row["published"]) for row in rows) * 1.08
    order = alt.EncodingSortField("order", order="descending")
    half = [_half(rows, *side, most, order) for side in (("M", "Men 男", BLUE, True), ("F", "Women 女", CORAL, False))]
    return alt.hconcat(*half, spacing=0)


def _half(rows: Rows, sex: str, title: str, colour: str, left: bool, most: float, order: Any) -> Any:
    held = alt.Chart(alt.Data(values=[row for row in rows if row["sex"] == sex]), width=300, height=360)
    axis = alt.Axis(title="per cent of all people 占总人口 %", format=".0f", tickCount=5, grid=True)
    x = alt.X("made:Q", axis=axis, scale=alt.Scale(domain=[0, most], reverse=left, nice=False))
    names = alt.Axis(title=None, orient="right", labelAlign="center", labelPadding=24, minExtent=48, maxExtent=48)
    y = alt.Y("band:N", sort=order, axis=names if left else None)
    bars = held.mark_bar(color=colour, opacity=0.85, height={"band": 0.82}).encode(x=x, y=y)
    census = held.mark_tick(color=INK, thickness=2, height={"band": 0.95}).encode(x="published:Q", y=y)
    return (bars + census).properties(title=alt.Title(title, anchor="start" if left else "end"))


def prevalence(rows: Rows) -> Any:
    """Rows: published and made, in per cent, and people."""
    axis = {"format": "~g", "values": [0.01, 0.1, 1, 10, 100], "grid": True}
    scale = alt.Scale(type="log", domain=[0.005, 100], nice=False, clamp=True)
    held = alt.Chart(alt.Data(values=rows), width=420, height=360)
    points = held.mark_circle(color=TEAL, opacity=0.55).encode(
        x=alt.X("published:Q", scale=scale, axis=alt.Axis(title="published 已发表, %", **axis)),
        y=alt.Y("made:Q", scale=scale, axis=alt.Axis(title="made 生成, %", **axis)),
        size=alt.Size("people:Q", scale=alt.Scale(range=[8, 140]), legend=None),
    )
    line = alt.Chart(alt.Data(values=[{"x": 0.005, "y": 0.005}, {"x": 100, "y": 100}]))
    return line.mark_line(color=QUIET, strokeDash=[3, 3], strokeWidth=1).encode(x="x:Q", y="y:Q") + points


def outbreak(rows: Rows, channels: Sequence[tuple[str, str, str | None]]) -> Any:
    """Rows: channel, date, count, usual (a day). `channels`: key, title, date of its signal; the first is truth."""
    colours = (SLATE, BLUE, TEAL, OCHRE, PLUM, CORAL)
    strips = [
        _strip(
            [row for row in rows if row["channel"] == key],
            title,
            signal,
            colour,
            key == "tests",
            key == channels[-1][0],
        )
        for (key, title, signal), colour in zip(channels, colours, strict=False)
    ]
    return alt.vconcat(*strips, spacing=10)


def _strip(rows: Rows, title: str, signal: str | None, colour: str, is_rooted: bool, is_last: bool) -> Any:
    held = alt.Chart(alt.Data(values=rows), width=_WIDTH, height=64)
    dates = alt.Axis(
        title=None, format="%-d %b", grid=False, labels=is_last, tickCount={"interval": "month", "step": 1}
    )
    x = alt.X("date:T", axis=dates, scale=alt.Scale(domain=[rows[0]["date"], rows[-1]["date"]]))
    axis = alt.Axis(title=None, tickCount=3, minExtent=40, maxExtent=40)
    y = alt.Y("count:Q", axis=axis, scale=alt.Scale(type="sqrt" if is_rooted else "linear", domainMin=0, nice=True))
    area = held.mark_area(color=colour, opacity=0.25).encode(x=x, y=y)
    line = held.mark_line(color=colour, strokeWidth=1.6).encode(x=x, y=y)
    usual = held.mark_line(color=QUIET, strokeWidth=1, strokeDash=[2, 2]).encode(x=x, y="usual:Q")
    layers = area + line + usual
    if signal:
        seen = alt.Chart(alt.Data(values=[{"date": signal, "label": "signal 信号"}]))
        layers += seen.mark_rule(color=INK, strokeWidth=1).encode(x=x)
        layers += seen.mark_text(align="right", dx=-5, dy=-24, fontSize=10, color=QUIET).encode(x=x, text="label:N")
    return layers.properties(title=title)


def timeline(
    visits: Rows, labs: dict[str, Rows], limits: dict[str, tuple[float, float]], drugs: Rows, span: Any
) -> Any:
    """A person's record. Visits: start, end, kind, label; labs by title: time, value, with the limits of what is
    normal; drugs: start, end, drug."""
    dates = {"format": "%b %Y", "grid": True, "title": None, "tickCount": {"interval": "month", "step": 6}}
    scale = alt.Scale(domain=list(span))
    strips = [_visits(visits, alt.X("start:T", scale=scale, axis=alt.Axis(labels=False, **dates)))]
    for (title, rows), colour in zip(labs.items(), (CORAL, PLUM), strict=False):
        x = alt.X("time:T", scale=scale, axis=alt.Axis(labels=False, **dates))
        strips.append(_lab(title, rows, limits[title], x, colour))
    strips.append(_drugs(drugs, alt.X("start:T", scale=scale, axis=alt.Axis(**dates))))
    return alt.vconcat(*strips, spacing=12).resolve_scale(color="independent")


def _visits(rows: Rows, x: Any) -> Any:
    kinds = ["checkup 体检", "outpatient 门诊", "emergency 急诊", "inpatient 住院"]
    colours = [SLATE, TEAL, OCHRE, CORAL]
    held = alt.Chart(alt.Data(values=rows), width=_WIDTH - _NAMES + 40, height={"step": 24})
    y = alt.Y("kind:N", sort=kinds, title=None, axis=alt.Axis(minExtent=_NAMES, maxExtent=_NAMES, labelLimit=_NAMES))
    colour = alt.Color("kind:N", scale=alt.Scale(domain=kinds, range=colours), legend=None)
    bars = held.mark_bar(height=12, cornerRadius=2, opacity=0.9, clip=True).encode(x=x, x2="end:T", y=y, color=colour)
    dots = held.mark_tick(thickness=2, height=12).encode(x=x, y=y, color=colour)
    names = held.mark_text(dx=12, fontSize=10, color=QUIET, align="left").encode(x=x, y=y, text="label:N")
    return (bars + dots + names).properties(title="Encounters 就诊")


def _lab(title: str, rows: Rows, limit: tuple[float, float], x: Any, colour: str) -> Any:
    axis = alt.Axis(title=None, tickCount=4, minExtent=_NAMES, maxExtent=_NAMES)
    y = alt.Y("value:Q", axis=axis, scale=alt.Scale(zero=False, nice=True))
    band = alt.Chart(alt.Data(values=[{"low": limit[0], "high": limit[1]}]), width=_WIDTH - _NAMES + 40, height=70)
    normal = band.mark_rect(color=TEAL, opacity=0.12, clip=True).encode(y="low:Q", y2="high:Q")
    held = alt.Chart(alt.Data(values=rows), width=_WIDTH - _NAMES + 40, height=70)
    line = held.mark_line(color=colour, strokeWidth=1.4, point=alt.OverlayMarkDef(size=22, color=colour)).encode(
        x=x, y=y
    )
    return (normal + line).properties(title=title)


def _drugs(rows: Rows, x: Any) -> Any:
    order = list(dict.fromkeys(row["drug"] for row in rows))
    held = alt.Chart(alt.Data(values=rows), width=_WIDTH - _NAMES + 40, height={"step": 20})
    y = alt.Y("drug:N", sort=order, title=None, axis=alt.Axis(minExtent=_NAMES, maxExtent=_NAMES, labelLimit=_NAMES))
    bars = held.mark_bar(color=BLUE, height=9, cornerRadius=2, opacity=0.8, clip=True).encode(x=x, x2="end:T", y=y)
    return bars.properties(title="Drugs 用药")
