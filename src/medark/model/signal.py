"""A signal: counts over time, and whether the newest is more than was to be expected"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Every(StrEnum):
    """How long a period is. A week begins on its Monday."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class SignalState(StrEnum):
    """How a signal stands after its newest whole period."""

    QUIET = "quiet"
    ALARM = "alarm"
    UNKNOWN = "unknown"  # too short a past to tell, or nothing came
    UNSETTLED = "unsettled"  # of a period: its reports are still to come


@dataclass(frozen=True, slots=True)
class Point:
    """One period, by its first day: how many, how many were to be expected, above how many it is too much.

    None where a method can't tell, and where a number is so small that it is not told. `judged`: what was held against
    the threshold, where that is not the count: a sum of days, a count that is completed. `method`: of the place in
    the signal's methods.
    """

    period: str
    count: int | None
    expected: float | None
    threshold: float | None
    state: SignalState
    judged: float | None = None
    total: int | None = None  # of what the count is a share
    method: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """When a signal came to stand as it does: for which period, and when that was found (ms since 1970, UTC)."""

    period: str
    state: SignalState
    at_ms: int


@dataclass(frozen=True, slots=True)
class Cluster:
    """Places that stand out together, since when, with the chance that it is none."""

    places: tuple[str, ...]
    since: str
    cases: int
    expected: float
    p: float


@dataclass(frozen=True, slots=True)
class Judging:
    """The method that a signal was judged by, by name, and its parameters as they were set."""

    method: str
    parameters: Mapping[str, float | int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signal:
    """One series of one signal of an application. `group`: what its counts are of, where a signal has several.

    With `digest`, `lake_version` and `today` it can be made again. `changes`: how it stood, from the first time on.
    `methods`: what judged its points; `agreeing`: of a trigger, the signals that agree now.
    """

    app: str
    name: str
    title: Mapping[str, str]  # by language
    every: Every
    group: Mapping[str, str | None]
    points: tuple[Point, ...]
    changes: tuple[Change, ...]
    digest: str
    lake_version: int
    today: str
    fresh_ms: int
    channel: str = ""
    methods: tuple[Judging, ...] = ()
    cluster: Cluster | None = None
    agreeing: tuple[str, ...] = ()

    @property
    def newest(self) -> Point | None:
        """The newest period that was judged."""
        return next((one for one in reversed(self.points) if one.state is not SignalState.UNSETTLED), None)

    @property
    def state(self) -> SignalState:
        """How it stands."""
        return self.newest.state if self.newest else SignalState.UNKNOWN

    @property
    def since(self) -> str:
        """The period since which it stands so; "" where that is not kept."""
        return self.changes[-1].period if self.changes else ""
