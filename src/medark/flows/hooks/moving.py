"""A moment that takes note of what it is asked, and so tells until when all answers stay the same

Rules ask little of the present moment: is it before or after some other, and which day is it? Between two moments at
which one of these answers turns, whatever was made of them stays as it is. What is asked in any other way is answered,
and then nothing is known of how long it holds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

_DAY: Final = dt.timedelta(days=1)
_MIDNIGHT: Final = dt.time()


class Window:
    """Between which moments (both left out) all answers that were given stay the same: at most for a day."""

    __slots__ = ("after", "before", "is_known", "now")

    def __init__(self, now: dt.datetime) -> None:
        midnight = dt.datetime.combine(now.date(), _MIDNIGHT)
        self.now, self.is_known = now, True
        self.after, self.before = midnight - dt.datetime.resolution, midnight + _DAY

    def holds(self, moment: dt.datetime) -> bool:
        """Would all have been answered alike at this moment?"""
        return self.is_known and self.after < moment < self.before

    def turn(self, other: dt.datetime, ahead: dt.timedelta) -> None:
        """An answer is another one before, at or after the moment that is `ahead` of now when it reaches `other`."""
        try:
            at = other - ahead
        except OverflowError:  # beyond the calendar
            self.is_known = False
            return
        if at > self.now:
            self.before = min(self.before, at)
        elif at < self.now:
            self.after = max(self.after, at)
        else:
            self.is_known = False  # it holds at this very moment, and at no other


class Moving(dt.datetime):
    """The present moment, or one at a fixed distance from it."""

    _window: Window
    _plain: dt.datetime
    _ahead: dt.timedelta

    @classmethod
    def of(cls, window: Window, plain: dt.datetime | None = None) -> Moving:
        """The moment at which a window is; or another one, that is `plain` now and as far from it at any time."""
        at = window.now if plain is None else plain
        made = cls(at.year, at.month, at.day, at.hour, at.minute, at.second, at.microsecond)
        made._window, made._plain, made._ahead = window, at, at - window.now
        return made

    def stopped(self) -> dt.datetime:
        """What it is now, for whoever tells it to others: that is another with every moment."""
        self._window.is_known = False
        return self._plain

    # -- before or after -------------------------------------------------------------------------------------------

    def __lt__(self, other: dt.date) -> bool:
        return bool(self._plain < self._met(other))

    def __le__(self, other: dt.date) -> bool:
        return bool(self._plain <= self._met(other))

    def __gt__(self, other: dt.date) -> bool:
        return bool(self._plain > self._met(other))

    def __ge__(self, other: dt.date) -> bool:
        return bool(self._plain >= self._met(other))

    def __eq__(self, other: object) -> bool:
        return bool(self._plain == self._met(other))

    def __ne__(self, other: object) -> bool:
        return bool(self._plain != self._met(other))

    def __hash__(self) -> int:
        return hash(self.stopped())

    def _met(self, other: Any) -> Any:
        """What it is held against. Two that move keep their distance."""
        if isinstance(other, Moving):
            return other._plain
        if isinstance(other, dt.datetime):
            self._window.turn(other, self._ahead)
        return other

    # -- at a fixed distance ---------------------------------------------------------------------------------------

    def __add__(self, other: dt.timedelta) -> Moving:
        return Moving.of(self._window, self._or_unknown(lambda: self._plain + other))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        if isinstance(other, dt.timedelta):
            return Moving.of(self._window, self._or_unknown(lambda: self._plain - other))
        return self._plain - other._plain if isinstance(other, Moving) else self.stopped() - other

    def __rsub__(self, other: Any) -> Any:
        return other - self.stopped()

    def replace(self, *args: Any, **fields: Any) -> Moving:
        """Another day at the same time of day: at a fixed distance for as long as this day is this one."""
        if args or not fields.keys() <= {"year", "month", "day"}:
            self._window.is_known = False
        return Moving.of(self._window, self._or_unknown(lambda: self._on_its_day().replace(*args, **fields)))

    def _or_unknown(self, made: Callable[[], dt.datetime]) -> dt.datetime:
        try:
            return made()
        except (OverflowError, ValueError):
            self._window.is_known = False
            raise

    # -- the day ---------------------------------------------------------------------------------------------------

    def date(self) -> dt.date:
        """Its day."""
        return self._on_its_day().date()

    def toordinal(self) -> int:
        """The number of its day."""
        return self._on_its_day().toordinal()

    year = property(lambda self: self._on_its_day().year)
    month = property(lambda self: self._on_its_day().month)
    day = property(lambda self: self._on_its_day().day)

    def _on_its_day(self) -> dt.datetime:
        """What it is now, if only its day is asked for."""
        midnight = dt.datetime.combine(self._plain.date(), _MIDNIGHT)
        for turn in (midnight - dt.datetime.resolution, midnight + _DAY):
            self._window.turn(turn, self._ahead)
        return self._plain


def _stopping(name: str) -> Any:
    return property(lambda self: getattr(self.stopped(), name))


# Whatever else can be asked of a moment. Python's own of objects stays as it is.
for _name in set(dir(dt.datetime)) - set(vars(Moving)) - set(dir(object)):
    setattr(Moving, _name, _stopping(_name))
for _name in ("__str__", "__repr__", "__format__", "__reduce__", "__reduce_ex__"):
    setattr(Moving, _name, lambda self, *told, _name=_name: getattr(self.stopped(), _name)(*told))
