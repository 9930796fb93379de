"""Measurements as series: one for each test, in one unit, with what its last result says"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from medark.flows.timeline.names import UNKNOWN, Names
from medark.flows.timeline.nouns import Marked, Result, Series
from medark.flows.timeline.one_unit import in_one_unit
from medark.flows.timeline.panels import panel_of, panels, places
from medark.flows.timeline.rows import Bools, Rows, concepts, grouped, moment

TABLE: Final = "measurement"
POINTS: Final = 60  # of a series, that are drawn
_MARKED: Final = 20  # of a series, that are told one by one
_SAME: Final = 0.05  # a change of less than a twentieth is none. Source: ours
_AT_LAST: Final = ("measurement_source_value", "unit_source_value", "value_source_value", "value_as_concept_id")
# What is no number and not as it should be. Source: OMOP's standard concepts of the domain Meas Value.
_ABNORMAL: Final = frozenset({9191, 4181412, 4126681, 45884084, 45878745, 4135493, 45877985})
_HIGH: Final = frozenset({4328749, 45876384})
_LOW: Final = frozenset({4267416, 45881666})


def all_series(
    rows: Rows, marked: Marked, since_ms: int | None, names: Names, language: str
) -> tuple[tuple[Series, ...], int]:
    """The series of a person's measurements since a moment (and of the marked ones, however old), those that need
    looking at first; and how many of the rows that are to be marked were found.
    """
    at = rows.moments("measurement_datetime", "measurement_date")
    is_marked = rows.is_in("measurement_id", marked.get(TABLE, frozenset()))
    if since_ms is not None:
        within = (at >= since_ms) | is_marked
        rows, at, is_marked = rows.where(within), at[within], is_marked[within]
    if not len(rows):
        return (), 0
    found = list(_series(rows, at, is_marked, names, language))
    return tuple(sorted(found, key=_urgency)), int(is_marked.sum())


def _urgency(one: Series) -> tuple[bool, int, bool, float, int, int]:
    """Marked first, then panel by panel; within one what is furthest from its range, then as the panel has them."""
    is_abnormal = bool(one.flag)
    return (
        not one.marked, panels()[one.panel].place, not is_abnormal, -one.beyond, places().get(one.code, 99),
        one.concept_id,
    )  # fmt: skip


def _series(rows: Rows, at: Any, is_marked: Bools, names: Names, language: str) -> Iterator[Series]:
    concept, words = concepts(
        rows, "measurement_concept_id", "measurement_source_concept_id", "measurement_source_value"
    )
    unit = rows.longs("unit_concept_id")
    named = names.of(np.unique(np.concatenate((concept, unit))).tolist())
    values, lows, highs, unit = in_one_unit(rows, concept, unit, at, named)
    groups = grouped((concept << 32) + unit, at)
    order, last = groups.order, groups.ends - 1
    told = rows.of(order[last], *_AT_LAST)
    moments, numbers = at[order].tolist(), values[order].tolist()
    has_gaps, has_marks = bool(np.isnan(values).any()), bool(is_marked.any())
    results = named_results(told, names, language)
    ends = zip(
        concept[order[last]].tolist(), unit[order[last]].tolist(), lows[order[last]].tolist(),
        highs[order[last]].tolist(), groups.starts.tolist(), groups.ends.tolist(), told, results, strict=True,
    )  # fmt: skip
    for key, unit_id, low, high, start, end, row, text in ends:
        series_at, series_values = moments[start:end], numbers[start:end]
        value = _known(series_values[-1])
        if has_gaps:
            kept = [no for no, number in enumerate(series_values) if number == number]
            drawn_at, drawn = [series_at[no] for no in kept[-POINTS:]], [series_values[no] for no in kept[-POINTS:]]
        else:
            drawn_at, drawn = series_at[-POINTS:], series_values[-POINTS:]
        name = named.get(key, UNKNOWN)
        code = name.code or row["measurement_source_value"] or ""
        low, high = _known(low), _known(high)
        flag, beyond = flagged(value, low, high, row["value_as_concept_id"] or 0)
        yield Series(
            concept_id=max(key, 0),
            name=name.in_(language) or (words[-1 - key] if key < 0 else "") or code,
            code=code,
            panel=panel_of(code, has_range=low is not None or high is not None).name,
            unit=named.get(unit_id, UNKNOWN).code or row["unit_source_value"] or "",
            count=end - start,
            last_at=moment(series_at[-1]),
            value=value,
            text=text if value is None else "",
            low=low,
            high=high,
            flag=flag,
            beyond=beyond,
            trend=trend(drawn) if value is not None else "",
            at=drawn_at,
            values=drawn,
            marked=_marked(order[start:end][is_marked[order[start:end]]], rows, at, values) if has_marks else (),
        )


def named_results(told: Sequence[dict[str, Any]], names: Names, language: str) -> list[str]:
    """What results say that are no numbers: the concept's name, else the laboratory's own word."""
    ids = [row["value_as_concept_id"] or 0 for row in told]
    found = names.of(ids) if any(ids) else {}
    return [
        found.get(one, UNKNOWN).in_(language) or row["value_source_value"] or ""
        for one, row in zip(ids, told, strict=True)
    ]


def _marked(places_: Any, rows: Rows, at: Any, values: Any) -> tuple[Result, ...]:
    told = rows.of(places_[-_MARKED:], "measurement_id", "value_source_value")
    return tuple(
        Result(row["measurement_id"] or 0, moment(at[no]), _known(values[no]), row["value_source_value"] or "")
        for no, row in zip(places_[-_MARKED:].tolist(), told, strict=True)
    )


def _known(value: float) -> float | None:
    return value if value == value else None


def flagged(value: float | None, low: float | None, high: float | None, answer: int = 0) -> tuple[str, float]:
    """Whether a result is outside its range, and how far, in widths of the range (of one bound: of the bound).

    >>> flagged(6.8, 3.5, 5.5), flagged(4.0, 3.5, 5.5), flagged(None, None, None, 9191)
    (('high', 0.65), ('', 0.0), ('abnormal', 0.0))
    """
    if value is None:
        flag = "high" if answer in _HIGH else "low" if answer in _LOW else "abnormal" if answer in _ABNORMAL else ""
        return flag, 0.0
    width = high - low if low is not None and high is not None else abs(high or low or 0.0)
    if high is not None and value > high:
        return "high", round((value - high) / width, 3) if width > 0 else 0.0
    if low is not None and value < low:
        return "low", round((low - value) / width, 3) if width > 0 else 0.0
    return "", 0.0


def trend(values: Sequence[float]) -> str:
    """What the last value did against the one before.

    >>> trend([4.1, 6.8]), trend([4.1, 4.0]), trend([4.1])
    ('up', 'same', '')
    """
    if len(values) < 2:
        return ""
    before, last = values[-2], values[-1]
    if abs(last - before) <= _SAME * abs(before):
        return "same"
    return "up" if last > before else "down"

