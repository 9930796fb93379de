"""Small drawings of a timeline as numbers for SVG: where lines, dots and bars are, nothing of how they look"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any, Final

from medark.flows.timeline import Axis, Course, Series

WIDTH: Final = 112
HEIGHT: Final = 30
_PAD: Final = 4
_YEAR_MS: Final = 366 * 86_400_000
_EPOCH: Final = dt.datetime(1970, 1, 1)
_MOST_TICKS: Final = 9
_STEPS: Final = (1, 2, 3, 6, 12, 24, 60, 120)  # months between two ticks


def spark(series: Series) -> dict[str, Any] | None:
    """The line of a series, the band of its range, its last dot, and those that are marked. None for no number."""
    if not series.values:
        return None
    results = _lately(series)
    first, last = results[0][0], results[-1][0]
    bounds = [one for one in (series.low, series.high) if one is not None]
    values = [value for _, value in results]
    least, most = min([*values, *bounds]), max([*values, *bounds])
    span = (most - least) or abs(most) or 1.0

    def x(at: float) -> float:
        return round(_PAD + (at - first) / (last - first) * (WIDTH - 2 * _PAD), 1) if last > first else WIDTH - _PAD

    def y(value: float) -> float:
        return round(HEIGHT - _PAD - (value - least) / span * (HEIGHT - 2 * _PAD), 1)

    dots = [(x(at), y(value)) for at, value in results]
    top, bottom = (
        y(series.high if series.high is not None else most),
        y(series.low if series.low is not None else least),
    )
    marked = [(x(_ms(one.at)), y(one.value)) for one in series.marked if one.value is not None and first <= _ms(one.at)]
    return {
        "line": " ".join(f"{one},{other}" for one, other in dots) if len(dots) > 1 else "",
        "band": {"y": top, "height": round(max(1.0, bottom - top), 1)} if bounds else None,
        "last": dots[-1],
        "marked": marked,
    }


def _lately(series: Series) -> list[tuple[int, float]]:
    """The results of the year before the last one; all, where that year has no other: a line needs two."""
    results = list(zip(series.at, series.values, strict=True))
    of_year = [one for one in results if one[0] > results[-1][0] - _YEAR_MS]
    return of_year if len(of_year) > 1 else results


def bars(course: Course, axis: Axis) -> list[dict[str, str]]:
    """The spans of a course on the axis, as shares of its width."""
    first, length = _ms(axis.first), max(1, _ms(axis.last) - _ms(axis.first))
    found: list[dict[str, str]] = []
    for start, end in course.spans:
        left, right = max(0.0, (start - first) / length), min(1.0, (end - first) / length)
        if right >= 0 and left <= 1:
            found.append({"x": f"{left * 100:.2f}%", "width": f"{max(0.6, (right - left) * 100):.2f}%"})
    return found


def lanes(axis: Axis, kinds: Iterable[str]) -> list[dict[str, Any]]:
    """The overview: for each kind that is there its bars, as shares of the width, with how many rows each is."""
    return [
        {
            "kind": kind,
            "bars": [
                {"x": f"{bar.start / 10:.1f}%", "width": f"{max(4, bar.width) / 10:.1f}%", "rows": bar.rows}
                for bar in axis.lanes[kind]
            ],
        }
        for kind in kinds
        if kind in axis.lanes
    ]


def ticks(axis: Axis) -> list[dict[str, str]]:
    """Beginnings of months (or of days, where the axis is short) with their place."""
    length = (axis.last - axis.first) / dt.timedelta(days=1)
    if length <= 62:
        days = _days(axis, 1 if length <= 9 else 7)
        return [_tick(axis, one, one.strftime("%m-%d")) for one in days]
    step = next((one for one in _STEPS if length / 30.44 / one <= _MOST_TICKS), 240)
    return [_tick(axis, one, one.strftime("%Y" if step >= 12 else "%Y-%m")) for one in _months(axis, step)]


def _days(axis: Axis, step: int) -> Iterator[dt.datetime]:
    at = dt.datetime.combine(axis.first.date(), dt.time()) + dt.timedelta(days=1)
    while at < axis.last:
        yield at
        at += dt.timedelta(days=step)


def _months(axis: Axis, step: int) -> Iterator[dt.datetime]:
    number = axis.first.year * 12 + axis.first.month
    number += -number % step
    while (at := dt.datetime(number // 12, number % 12 + 1, 1)) < axis.last:
        yield at
        number += step


def _tick(axis: Axis, at: dt.datetime, label: str) -> dict[str, str]:
    return {"x": f"{(at - axis.first) / (axis.last - axis.first) * 100:.2f}%", "label": label}


def _ms(at: dt.datetime) -> int:
    return (at - _EPOCH) // dt.timedelta(milliseconds=1)
