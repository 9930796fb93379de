"""How numbers lie in a unit that they may be in: bars on a logarithmic axis, and the range of healthy people below"""

from __future__ import annotations

import math
from typing import Any, Final

from medark.define.units import concept_units
from medark.standardise.units.candidates import Candidate, candidates
from medark.standardise.units.likely import Likely
from medark.standardise.units.suspect import Suspect, unit_of

WIDTH: Final = 300
HEIGHT: Final = 44
_BARS: Final = 60
_FIRST, _LEAST = 2, 0.001
_ROOM: Final = 0.35  # of a natural logarithm, on each side of what is shown
_MOST_TICKS: Final = 5
_EDGE: Final = 16  # where half a label of the axis would not have room


def strip(doubt: Suspect, each: Likely) -> dict[str, Any] | None:
    """Bars (place and height in the drawing), the healthy range, and numbers of the axis, in the test's own unit.

    One axis for all units that the numbers may be in, so that they can be looked at one above the other. Of a mixture
    `is_other` marks the numbers that the question is about; the rest lie as they are written. None if nothing can be
    drawn.
    """
    mine = _named(doubt, each.ucum)
    if mine is None:
        return None
    bins = _bins(doubt, mine)
    ends = _ends(doubt)
    if not bins or ends is None:
        return None
    scale = WIDTH / (ends[1] - ends[0])
    return {"bars": _bars(bins, ends, scale), "band": _band(doubt, ends, scale), "ticks": _ticks(ends, scale)}


def worth(doubt: Suspect) -> tuple[Likely, ...]:
    """The units that are worth looking at: the likeliest two, and whatever has a chance."""
    return tuple(each for n, each in enumerate(doubt.likely) if n < _FIRST or each.probability >= _LEAST)


def _named(doubt: Suspect, ucum: str) -> Candidate | None:
    return next((one for one in candidates(doubt.group.loinc) if ucum in (one.ucum, *one.same)), None)


def _bins(doubt: Suspect, mine: Candidate) -> list[tuple[float, int, bool]]:
    """The logarithm of each step in the test's own unit, how many numbers, and whether the question is about them."""
    spread, other = doubt.group.spread, doubt.other
    written = _written(doubt) if other else None
    found = []
    for place, count in sorted(spread.bins.items()):
        value = math.exp((place + 0.5) / spread.steps)
        is_other = other is not None and other.low <= value < other.high
        by = written if written is not None and not is_other else mine
        own = float(by.line.factor) * value + float(by.line.offset)
        if own > 0:
            found.append((math.log(own), count, is_other))
    return found


def _written(doubt: Suspect) -> Candidate | None:
    return _named(doubt, unit_of(doubt.group) or "")


def _ends(doubt: Suspect) -> tuple[float, float] | None:
    """From where to where the axis goes, as logarithms: all that is likely is to be seen on it, and the range."""
    concept = concept_units()[doubt.group.loinc]
    shown = [one for each in worth(doubt) if (one := _named(doubt, each.ucum)) is not None]
    points = [place for one in shown for place, _, _ in _bins(doubt, one)]
    points += [math.log(limit) for limit in (concept.low, concept.high) if limit]
    if not points:
        return None
    return min(points) - _ROOM, max(points) + _ROOM


def _bars(bins: list[tuple[float, int, bool]], ends: tuple[float, float], scale: float) -> list[dict[str, Any]]:
    step = (ends[1] - ends[0]) / _BARS
    heaps: dict[tuple[int, bool], int] = {}
    for place, count, is_other in bins:
        key = (int((place - ends[0]) / step), is_other)
        heaps[key] = heaps.get(key, 0) + count
    most = max(heaps.values())
    return [
        {
            "x": round(at * step * scale, 1), "width": round(step * scale * 0.9, 1), "is_other": is_other,
            "height": round(max(1.5, count / most * HEIGHT), 1),
        }
        for (at, is_other), count in sorted(heaps.items())
    ]  # fmt: skip


def _band(doubt: Suspect, ends: tuple[float, float], scale: float) -> dict[str, float] | None:
    concept = concept_units()[doubt.group.loinc]
    if not concept.low and not concept.high:
        return None
    left = math.log(concept.low) if concept.low else ends[0]
    right = math.log(concept.high) if concept.high else ends[1]
    return {"x": round((left - ends[0]) * scale, 1), "width": round(max(2.0, (right - left) * scale), 1)}


def _ticks(ends: tuple[float, float], scale: float) -> list[dict[str, Any]]:
    """Round numbers (1, 10, 100 …; on a short axis 2 and 5 as well) with their places."""
    first, last = math.floor(ends[0] / math.log(10)), math.ceil(ends[1] / math.log(10))
    for steps in ((1, 2, 5), (1, 3), (1,)):
        values = [n * 10.0**power for power in range(first, last + 1) for n in steps]
        inside = [value for value in values if _EDGE < (math.log(value) - ends[0]) * scale < WIDTH - _EDGE]
        if len(inside) <= _MOST_TICKS:
            break
    return [{"x": round((math.log(value) - ends[0]) * scale, 1), "label": f"{value:g}"} for value in inside]
