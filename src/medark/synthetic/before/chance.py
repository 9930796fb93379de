"""Chance that can be repeated: one stream of it for each concern of each person

A stream depends on seed, concern and person alone, so a city with more people, or with one more concern, leaves
everything else as it was.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def stream(seed: int, concern: str, number: int = 0) -> Random:
    """The stream of a concern of a person (or of the city: 0).

    >>> stream(1, "names", 7).random() == stream(1, "names", 7).random() != stream(1, "names", 8).random()
    True
    """
    return Random(f"{seed}/{concern}/{number}")


def picked(chance: Random, among: Sequence[T], weights: Sequence[float]) -> T:
    """One of `among`, by weight."""
    return chance.choices(among, weights)[0]


def moments(chance: Random, start: dt.datetime, end: dt.datetime, per_year: float) -> Iterator[dt.datetime]:
    """Moments of a Poisson process of so many a year, in order, to the minute."""
    at = start
    while per_year > 0:
        at += dt.timedelta(days=chance.expovariate(per_year / 365.25))
        if at >= end:
            return
        yield at.replace(second=0, microsecond=0)


def daytime(chance: Random, day: dt.datetime, opens: int = 8, closes: int = 17) -> dt.datetime:
    """The same day at an hour when doors are open."""
    return day.replace(hour=chance.randrange(opens, closes), minute=chance.randrange(60), second=0, microsecond=0)
