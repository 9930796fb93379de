"""Who infects whom: names for the cases of a part's course, day by day, at home, at school and elsewhere"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from medark.synthetic.chance import Floats, Ints
from medark.synthetic.events.town import Groups, Town

SETTINGS = ("community", "household", "school", "import", "meal", "ward")
_COMMUNITY, _HOUSEHOLD, _SCHOOL, _IMPORT = range(4)
_ROUNDS = 12  # of meeting somebody who can still be infected, before all who can are looked up


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases in order of their day: `person` is a place in Town, `infector` a place among the cases; -1: none known."""

    person: Ints
    day: Ints
    infector: Ints
    setting: Ints  # of SETTINGS


@dataclass(frozen=True, slots=True)
class Manner:
    """How it spreads: a course's interval, contacts and k, shares of settings, and the part's share of the city."""

    weights: Floats
    contacts: Floats
    dispersion: float
    household: float
    school: float
    local: float  # chance that who infects somebody of the part outside home and school is of the part too
    open_schools: Callable[[int], bool]
    likely: Floats  # by person: weight of being met


class _Run:
    """The state of one course in a part."""

    def __init__(self, chance: np.random.Generator, town: Town, manner: Manner, slots: int) -> None:
        self.chance, self.town, self.manner = chance, town, manner
        self.person, self.day, self.infector, self.setting = (np.full(slots, -1, dtype=np.int64) for _ in range(4))
        self.infectious = chance.gamma(manner.dispersion, 1 / manner.dispersion, slots) + 1e-12
        self.done = 0
        self.spared = np.ones(len(town.person), dtype=bool)
        self.cumulated = np.concatenate([[0.0], np.cumsum(manner.likely[town.by_district])])

    def infect(self, day: int, places: Ints, imported: int) -> None:
        """One day's cases, whose districts are `places`; the first `imported` come from outside."""
        settings = np.zeros(len(places), dtype=np.int64)
        settings[:imported] = _IMPORT
        drawn = self.chance.random(len(places))
        at_home = drawn < self.manner.household
        at_school = ~at_home & (drawn < self.manner.household + self.manner.school) & self.manner.open_schools(day)
        settings[imported:] = np.where(at_home, _HOUSEHOLD, np.where(at_school, _SCHOOL, _COMMUNITY))[imported:]
        elsewhere = (settings == _COMMUNITY) & (self.chance.random(len(places)) >= self.manner.local)
        infectors = self._infectors(day, places)
        infectors[elsewhere | (settings == _IMPORT)] = -1
        people = np.full(len(places), -1, dtype=np.int64)
        for setting, groups in ((_HOUSEHOLD, self.town.households), (_SCHOOL, self.town.classes)):
            self._near(day, places, infectors, people, (settings == setting) & (infectors >= 0), groups)
        missed = (people < 0) & (settings != _IMPORT)
        settings[missed] = _COMMUNITY
        self._anywhere(day, places, people)
        self._keep(day, people, infectors, settings)

    def _infectors(self, day: int, places: Ints) -> Ints:
        low = np.searchsorted(self.day[: self.done], day - len(self.manner.weights) + 1)
        recent = slice(low, self.done)
        if low == self.done:
            return np.full(len(places), -1, dtype=np.int64)
        weight = self.infectious[recent] * self.manner.weights[day - self.day[recent]]
        by_place = weight * self.manner.contacts[self.town.district[self.person[recent]]].T
        edges = np.cumsum(by_place.ravel()).reshape(by_place.shape)
        ends, starts = edges[:, -1][places], (edges[:, 0] - by_place[:, 0])[places]
        found = np.searchsorted(edges.ravel(), starts + self.chance.random(len(places)) * (ends - starts), side="right")
        return np.where(ends > starts, low + np.clip(found - places * len(weight), 0, len(weight) - 1), -1)

    def _near(self, day: int, places: Ints, infectors: Ints, people: Ints, some: np.ndarray, groups: Groups) -> None:
        """Companions of infectors who can be infected and live in the district whose case it is."""
        slots = np.flatnonzero(some)
        for _ in range(3):
            if not len(slots):
                return
            met = groups.companion(self.chance, self.person[infectors[slots]])
            fit = (met >= 0) & self._can(met, day) & (self.town.district[met] == places[slots])
            slots = self._take(slots, met, fit, people)

    def _anywhere(self, day: int, places: Ints, people: Ints) -> None:
        slots = np.flatnonzero(people < 0)
        town = self.town
        for _ in range(_ROUNDS):
            if not len(slots):
                return
            low, high = self.cumulated[town.edges[places[slots]]], self.cumulated[town.edges[places[slots] + 1]]
            drawn = low + self.chance.random(len(slots)) * (high - low)
            met = town.by_district[
                np.minimum(np.searchsorted(self.cumulated, drawn, side="right") - 1, len(town.person) - 1)
            ]
            slots = self._take(
                slots, met, (high > low) & self._can(met, day) & (town.district[met] == places[slots]), people
            )
        self._whoever(day, slots, places, people)

    def _whoever(self, day: int, slots: Ints, places: Ints, people: Ints) -> None:
        """Anybody who is left: of the district first, then of others."""
        everybody = np.arange(len(self.town.person))
        for slot in slots:
            left = np.flatnonzero(self._can(everybody, day))
            here = left[self.town.district[left] == places[slot]]
            left = here if len(here) else left
            if len(left):
                people[slot] = left[int(self.chance.integers(len(left)))]
                self.spared[people[slot]] = False

    def _can(self, people: Ints, day: int) -> np.ndarray:
        return np.asarray(self.spared[people] & self.town.present(people, day))

    def _take(self, slots: Ints, met: Ints, fit: np.ndarray, people: Ints) -> Ints:
        """Infect those who were met, each once; the slots that are left."""
        places = np.flatnonzero(fit)
        _, first = np.unique(met[places], return_index=True)
        places = places[first]
        people[slots[places]] = met[places]
        self.spared[met[places]] = False
        return np.delete(slots, places)

    def _keep(self, day: int, people: Ints, infectors: Ints, settings: Ints) -> None:
        named = people >= 0
        rows = slice(self.done, self.done + int(named.sum()))
        self.person[rows], self.infector[rows], self.setting[rows] = people[named], infectors[named], settings[named]
        self.day[rows] = day
        self.done = rows.stop

    def cases(self) -> Cases:
        return Cases(*(values[: self.done] for values in (self.person, self.day, self.infector, self.setting)))


def spread(chance: np.random.Generator, town: Town, manner: Manner, counts: Ints, imports: Ints) -> Cases:
    """Named cases of a course. `counts`: days × districts of the part; `imports`: of those, brought in.

    A case for whom nobody is left (in parts of a few people) is left out.
    """
    run = _Run(chance, town, manner, int(counts.sum()))
    places = np.arange(counts.shape[1])
    for day in np.flatnonzero(counts.any(axis=1)).tolist():
        brought = np.minimum(imports[day], counts[day])
        here = np.concatenate([np.repeat(places, brought), np.repeat(places, counts[day] - brought)])
        run.infect(day, here, int(brought.sum()))
    return run.cases()
