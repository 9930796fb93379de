"""What the channels see of a part: who is there when, the cases, the encounters, and chance of their own"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints, pick, stream
from medark.synthetic.events.calendar import Calendar, calendar
from medark.synthetic.events.cases import times
from medark.synthetic.events.outbreak import SEVERITIES
from medark.synthetic.events.town import Town, town
from medark.synthetic.settings import Part
from medark.synthetic.world import World, column, indexes

if TYPE_CHECKING:
    from medark.synthetic.city import City

_NONE = 10.0**6


@dataclass(frozen=True, slots=True)
class Ill:
    """Cases as the channels need them; times in days from the city's first; people as places in Town."""

    person: Ints
    event: Ints  # of facts/events
    onset: Floats
    exposed: Floats
    severity: Ints  # of SEVERITIES

    def of(self, *events: str) -> np.ndarray:
        """Which of them are of these events and feel it."""
        return np.isin(self.event, [facts.keys("events").index(event) for event in events]) & (self.severity > 0)


@dataclass(frozen=True, slots=True)
class Scene:
    """A part, seen by its channels."""

    city: City
    part: Part
    world: World
    first: np.datetime64
    days: int
    town: Town
    calendar: Calendar
    ill: Ill

    def chance(self, concern: str) -> np.random.Generator:
        """The stream of a channel's concern."""
        return stream(self.city.settings.seed, f"channels/{concern}", self.part.number)

    def places(self, keys: Ints) -> Ints:
        """Places in Town of keys of people."""
        return np.searchsorted(self.town.person, keys)

    def there(self, people: Ints, when: Floats | Ints) -> np.ndarray:
        """Which of them are born, alive and in the city, at times within its days."""
        here = (self.town.here_from[people] <= when) & (when < self.town.here_until[people])
        return np.asarray(here & (when >= 0) & (when < self.days))

    def times(self, when: Floats) -> np.ndarray:
        """Days from the city's first as times."""
        return times(self.first, when)

    def background(
        self, chance: np.random.Generator, per_1000_year: float, busy: Floats, among: Ints | None = None
    ) -> tuple[Ints, Ints]:
        """People and days of what happens at a rate, some days busier; not to those who are not there."""
        among = np.arange(len(self.town.person)) if among is None else among
        busy = busy[: self.days]
        count = int(chance.poisson(per_1000_year / 1000 / 365.25 * busy.sum() * len(among)))
        people = among[chance.integers(0, len(among), count)] if len(among) else np.zeros(0, dtype=np.int64)
        day = pick(chance, busy, len(people))
        kept = self.there(people, day)
        return people[kept], day[kept]


def scene(city: City, part: Part, world: World) -> Scene:
    """The scene of a part after care."""
    first = np.datetime64(city.settings.start, "D")
    people = town(world, city.courses.districts, first)
    days = city.settings.days
    return Scene(
        city, part, world, first, days, people, calendar(city.settings.start, days), _ill(world, people, first)
    )


def _ill(world: World, people: Town, first: np.datetime64) -> Ill:
    table = world["infection"]
    return Ill(
        np.searchsorted(people.person, column(table, "person").astype(np.int64)),
        indexes(table, "event", facts.keys("events")),
        since(column(table, "onset"), first),
        since(column(table, "exposed"), first),
        indexes(table, "severity", SEVERITIES),
    )


def since(values: np.ndarray, first: np.datetime64) -> Floats:
    """Times as days from the city's first; far in the future where missing."""
    seconds = (values.astype("datetime64[s]") - first.astype("datetime64[s]")).astype(np.int64)
    return np.where(np.isnat(values), _NONE, seconds / 86_400)


def hours(chance: np.random.Generator, weights: Floats, count: int) -> Floats:
    """Times of day, as parts of it, by weights of its 24 hours."""
    return (pick(chance, weights, count) + chance.random(count)) / 24
