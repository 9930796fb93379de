"""Channels that agree: a trigger's series, made of the signals that it looks at"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from medark.flows.apps.signals.counting import Group
from medark.flows.apps.signals.made import Moment, signal_of
from medark.flows.apps.signals.periods import Periods
from medark.model.signal import Every, Point, Signal, SignalState
from medark.sdk.signals import Trigger

_DAYS: Final = 100  # of a trigger's series
_WHOLE: Final = ""  # the series over all places together


def triggered(one: Trigger, kept: Mapping[str, Sequence[Signal]], moment: Moment) -> list[Signal]:
    """A series for each place that a part tells of, and one for all places together where parts tell of that.

    Each counts the channels that alarmed within the window, up to each day. `kept`: by name, the signals looked at.
    """
    periods = Periods(Every.DAY, _DAYS, moment.today)
    by_place = _by_place(one, kept)
    version = max((each.lake_version for held in by_place.values() for each in held), default=0)
    found = []
    for place, held in sorted(by_place.items()):
        group: Group = {one.by: place} if place != _WHOLE else {}
        points, agreeing = _agreed(one, held, periods)
        found.append(signal_of(one, moment, group, points, ("", version), (), agreeing=agreeing))
    return found


def _by_place(one: Trigger, kept: Mapping[str, Sequence[Signal]]) -> dict[str, list[Signal]]:
    found: dict[str, list[Signal]] = {}
    for part in one.of:
        for signal in kept.get(part.signal, ()):
            place = signal.group.get(one.by, _WHOLE)
            if place is not None and all(signal.group.get(name) in values for name, values in part.where.items()):
                found.setdefault(place, []).append(signal)
    return found


def _agreed(one: Trigger, held: Sequence[Signal], periods: Periods) -> tuple[tuple[Point, ...], tuple[str, ...]]:
    days = np.array(periods.days, dtype="datetime64[D]")
    recent = [_recent(signal, days, one.window) for signal in held]
    channels = {signal.channel or signal.name for signal in held}
    count = sum((_of_channel(name, held, recent).astype(np.int64) for name in channels), np.zeros(len(days), np.int64))
    known = {signal.channel or signal.name for signal in held if signal.state is not SignalState.UNKNOWN}
    quiet = SignalState.QUIET if len(known) >= one.least else SignalState.UNKNOWN
    points = tuple(
        Point(day.isoformat(), int(n), None, one.least - 1.0, SignalState.ALARM if n >= one.least else quiet)
        for day, n in zip(periods.days, count, strict=True)
    )
    return points, tuple(dict.fromkeys(signal.name for signal, row in zip(held, recent, strict=True) if row[-1]))


def _of_channel(name: str, held: Sequence[Signal], recent: Sequence[npt.NDArray[np.bool_]]) -> npt.NDArray[np.bool_]:
    mine = [row for signal, row in zip(held, recent, strict=True) if (signal.channel or signal.name) == name]
    return np.asarray(np.any(mine, axis=0))


def _recent(signal: Signal, days: npt.NDArray[np.datetime64], window: int) -> npt.NDArray[np.bool_]:
    """On which days the signal had alarmed within the window."""
    alarms = [point.period for point in signal.points if point.state is SignalState.ALARM]
    if not alarms:
        return np.zeros(len(days), dtype=bool)
    ages = days[:, None] - np.array(alarms, dtype="datetime64[D]")[None, :]
    return np.asarray(((ages >= np.timedelta64(0)) & (ages < np.timedelta64(window))).any(axis=1))
