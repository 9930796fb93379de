"""A signal: counts over time, and whether the newest is more than was to be expected"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
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
    UNKNOWN = "unknown"  # too short a past to tell


@dataclass(frozen=True, slots=True)
class Point:
    """One period, by its first day: how many, how many were to be expected, above how many it is too much.

    None where a method can't tell, and where a number is so small that it is not told.
    """

    period: str
    count: int | None
    expected: float | None
    threshold: float | None
    state: SignalState


@dataclass(frozen=True, slots=True)
class Change:
    """When a signal came to stand as it does: for which period, and when that was found (ms since 1970, UTC)."""

    period: str
    state: SignalState
    at_ms: int


@dataclass(frozen=True, slots=True)
class Signal:
    """One series of one signal of an application. `group`: what its counts are of, where a signal has several.

    With `digest`, `lake_version` and `today` it can be made again. `changes`: how it stood, from the first time on.
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

    @property
    def state(self) -> SignalState:
        """How it stands."""
        return self.points[-1].state if self.points else SignalState.UNKNOWN
