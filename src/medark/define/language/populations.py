"""Populations: everyone on a day, everyone each month, every event"""

from __future__ import annotations

import datetime as dt

from medark.define.language.durations import Duration
from medark.define.language.frames import Frame
from medark.define.language.series import Series
from medark.define.nodes import Every, Everyone, EveryPeriod, Population, Union
from medark.errors import DefinitionError


def everyone(on: dt.date | None = None) -> Population:
    """Each person once, on a day; without one, on the day the definition is asked for."""
    return Everyone(on)


def everyone_each(period: Duration, first: dt.date, periods: int) -> Population:
    """Each person once a period of months or years: `everyone_each(months(1), date(2024, 1, 1), 12)`."""
    if period.unit != "months":
        raise DefinitionError("periods are months or years", fix="everyone_each(months(1), date(2024, 1, 1), 12)")
    return EveryPeriod(first, period.fixed(), periods)


def every(frame: Frame, *, start: Series | None = None, end: Series | None = None) -> Population:
    """One entry a row of a frame of dated events: `every(visits.of(INPATIENT))`.

    `start`, `end`: other days than the row's own, `every(drugs.of(ASPIRIN), end=drugs.start_date + days(30))`.
    """
    if not isinstance(frame, Frame):
        raise DefinitionError("every() takes a frame", fix="every(visits)")
    return Every(frame.node, None if start is None else start.node, None if end is None else end.node)


def either(*populations: Population) -> Population:
    """The entries of any of these: `either(every(conditions.of(STROKE)), every(procedures.of(THROMBECTOMY)))`."""
    return populations[0] if len(populations) == 1 else Union(populations)
