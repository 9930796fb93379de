"""The series of an application's signals and triggers, as they stand today"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from medark.analyse.surveillance import Cluster as Found
from medark.define.answers import digest
from medark.flows.apps.signals.counting import Counted, Group, counted
from medark.flows.apps.signals.judging import Judged, clusters, judged, methods
from medark.flows.apps.signals.periods import Periods
from medark.flows.definitions.run import Answer
from medark.model.signal import Change, Cluster, Every, Judging, Point, Signal, SignalState
from medark.sdk.signals import PublishSignal, Trigger

SHOWN: Final = 400  # of a series' periods, the newest: what is kept
Key = tuple[tuple[str, str | None], ...]
Before = Mapping[Key, tuple[Change, ...]]


@dataclass(frozen=True, slots=True)
class Moment:
    """When, over what and for which application signals are made. `before`: how series stood until now."""

    app: str
    today: dt.date
    now_ms: int
    before: Mapping[Key, tuple[Change, ...]]


def key_of(group: Mapping[str, str | None]) -> Key:
    """A series by its values."""
    return tuple(group.items())


def series(one: PublishSignal, made: Answer, moment: Moment) -> list[Signal]:
    """Each series of a signal, the most frequent first."""
    periods = Periods(one.every, one.periods, moment.today)
    found = counted(made.rows, one, periods)
    if not found.groups:
        return []
    told = _in_places(one, found, periods) if one.places else _in_time(one, found, periods)
    origin = (digest(one.entries), made.provenance.lake_version)
    return [
        signal_of(one, moment, group, points, origin, methods(one), cluster=cluster)
        for group, points, cluster in told
    ]  # fmt: skip


def _in_time(
    one: PublishSignal, found: Counted, periods: Periods
) -> Iterator[tuple[Group, tuple[Point, ...], Cluster | None]]:
    result = judged(one, found)
    for at, group in enumerate(found.groups):
        yield group, _points(found, result, at, periods), None


def _in_places(
    one: PublishSignal, found: Counted, periods: Periods
) -> Iterator[tuple[Group, tuple[Point, ...], Cluster | None]]:
    """Of each value of the columns before the last, the places that are the main one of a cluster now, and the rest."""
    by_rest: dict[Key, list[int]] = {}
    for at, group in enumerate(found.groups):
        if group.get(one.by[-1]) is not None:
            by_rest.setdefault(key_of(group)[:-1], []).append(at)
    stop = periods.count - one.unsettled
    days = periods.days
    for rows in by_rest.values():
        groups = tuple(found.groups[at] for at in rows)
        now = clusters(one, groups, found.counts[rows][:, :stop])
        for at, row in enumerate(rows):
            alarm, cluster = at in now, now.get(at)
            states = [*[SignalState.QUIET] * (stop - 1), SignalState.ALARM if alarm else SignalState.QUIET]
            states += [SignalState.UNSETTLED] * one.unsettled
            points = tuple(
                Point(day.isoformat(), _whole(count), None, None, state)
                for day, count, state in zip(days, found.counts[row], states, strict=True)
            )[-SHOWN:]
            yield groups[at], points, _cluster(one, groups, cluster, days)


def _cluster(
    one: PublishSignal, groups: tuple[Group, ...], found: Found | None, days: Sequence[dt.date]
) -> Cluster | None:
    if found is None:
        return None
    places = tuple(str(groups[place][one.by[-1]]) for place in found.places)
    return Cluster(places, days[found.start].isoformat(), found.cases, found.expected, found.p)


def _points(found: Counted, result: Judged, at: int, periods: Periods) -> tuple[Point, ...]:
    return tuple(_point(found, result, at, place, day) for place, day in list(enumerate(periods.days))[-SHOWN:])


def _point(found: Counted, result: Judged, at: int, place: int, day: dt.date) -> Point:
    count, held = found.counts[at, place], result.judged[at, place]
    state = SignalState.UNKNOWN
    if not result.settled[at, place]:
        state = SignalState.UNSETTLED
    elif result.known[at, place]:
        state = SignalState.ALARM if result.alarm[at, place] else SignalState.QUIET
    expected, threshold = _number(result.expected[at, place]), _number(result.threshold[at, place])
    return Point(
        day.isoformat(), _whole(count), expected, threshold, state,
        None if np.isnan(held) or held == count else float(held),
        None if found.totals is None else _whole(found.totals[at, place]), int(result.method[at, place]),
    )  # fmt: skip


def _whole(value: float) -> int | None:
    return None if np.isnan(value) else int(value)


def _number(value: float) -> float | None:
    return round(float(value), 3) if np.isfinite(value) else None


def signal_of(
    one: PublishSignal | Trigger, moment: Moment, group: Group, points: tuple[Point, ...], origin: tuple[str, int],
    by: tuple[Judging, ...], *, cluster: Cluster | None = None, agreeing: tuple[str, ...] = (),
) -> Signal:  # fmt: skip
    """A series as a signal, with the change that its newest period is, if it is one. `origin`: digest, lake version."""
    every = one.every if isinstance(one, PublishSignal) else Every.DAY
    told = Signal(
        moment.app, one.name, dict(one.title), every, group, points, moment.before.get(key_of(group), ()), origin[0],
        origin[1], moment.today.isoformat(), moment.now_ms, one.channel, by, cluster, agreeing,
    )  # fmt: skip
    return _changed(told, moment.now_ms)


def _changed(one: Signal, now_ms: int) -> Signal:
    """With the change that its newest period is, if it is one: dated by the first of the periods that stand so."""
    newest = one.newest
    if newest is None or (one.changes and one.changes[-1].state is newest.state):
        return one
    since = newest.period
    for point in reversed([each for each in one.points if each.state is not SignalState.UNSETTLED]):
        if point.state is not newest.state or (one.changes and point.period <= one.changes[-1].period):
            break
        since = point.period
    return replace(one, changes=(*one.changes, Change(since, newest.state, now_ms)))
