"""Windows: which events lie where, seen from the index and its observation period"""

from __future__ import annotations

from collections.abc import Iterator

from medark.define.circe.events import Events, shifted
from medark.define.circe.format import CorrelatedCriterion, Endpoint, Window
from medark.define.language.frames import Row
from medark.define.language.names import index, observation_periods
from medark.define.language.series import Series
from medark.define.nodes import literal

_NO_VISIT = Series(literal(False))  # an event that belongs to no visit is in no one's


def observed(prior_days: int = 0, post_days: int = 0) -> Row:
    """The observation period that the index starts in, so many days after its first and before its last day."""
    first, last = shifted(index.start_date, -prior_days), shifted(index.start_date, post_days)
    periods = observation_periods
    return periods.where(periods.start_date <= first, periods.end_date >= last).first()


def in_windows(told: CorrelatedCriterion, events: Events, period: Row) -> Events:
    """The events where the criterion wants them: in the index's observation period unless it is ignored, in both
    windows, and in the visit of the index if that is asked.
    """
    conditions = list(_within(told, events, period))
    if told.restrict_visit:
        conditions.append(_NO_VISIT if events.visit is None else events.visit == index.visit)
    once = {condition.node: condition for condition in conditions}
    return events.where(*once.values())


def _within(told: CorrelatedCriterion, events: Events, period: Row) -> Iterator[Series]:
    bounds = None if told.ignore_observation_period else period
    if bounds is not None:
        yield events.start >= bounds.start_date
        yield events.start <= bounds.end_date
    yield from _in(told.start_window, events, bounds, by_end=bool(told.start_window.use_event_end))
    if told.end_window is not None:
        # An end window looks at the end of events unless it says otherwise.
        yield from _in(told.end_window, events, bounds, by_end=told.end_window.use_event_end is not False)


def _in(window: Window, events: Events, bounds: Row | None, *, by_end: bool) -> Iterator[Series]:
    day = events.end if by_end else events.start
    anchor = index.end_date if window.use_index_end else index.start_date
    earliest, latest = (_edge(point, anchor, bounds) for point in (window.start, window.end))
    if earliest is not None:
        yield day >= earliest
    if latest is not None:
        yield day <= latest


def _edge(point: Endpoint, anchor: Series, bounds: Row | None) -> Series | None:
    """The day an endpoint stands for; without days, where observation begins or ends; None: no bound."""
    if point.days is not None:
        return shifted(anchor, point.coeff * point.days)
    if bounds is None:
        return None
    return bounds.start_date if point.coeff == -1 else bounds.end_date
