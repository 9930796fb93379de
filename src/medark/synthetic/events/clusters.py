"""Small clusters: a meal after which guests fall ill, and hand-foot-mouth disease in a class

The first part of the city has one of each, however few people it has; other parts have them now and then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from medark.synthetic.chance import Ints, stream
from medark.synthetic.events import severity
from medark.synthetic.events.cases import Found
from medark.synthetic.events.schools import open_schools
from medark.synthetic.events.spread import SETTINGS, Cases
from medark.synthetic.events.town import AHEAD, Town
from medark.synthetic.settings import CitySettings, Part

if TYPE_CHECKING:
    from medark.synthetic.city import City

_ELSEWHERE = 0.2  # chance of a cluster in each part after the first: ours
_GUESTS, _ILL, _SEVERE = (12, 80), (0.45, 0.75), 0.12  # guests of a meal, share who fall ill, and badly so: ours
_CHILDREN, _CAUGHT, _SIBLINGS = (
    (2.0, 9.0),
    0.4,
    0.3,
)  # ages; shares of the class and of young siblings who catch it: ours
_BETWEEN = (4.0, 1.2)  # days between cases of hand-foot-mouth disease, mean and sd: ours, about its incubation
_MEAL, _SCHOOL, _HOUSEHOLD, _COMMUNITY = (SETTINGS.index(word) for word in ("meal", "school", "household", "community"))


def meal_cluster(city: City, part: Part, people: Town) -> Found:
    """Guests of one banquet, a Saturday's lunch, who fall ill within hours to three days."""
    chance = stream(city.settings.seed, "meal cluster", part.number)
    day = _day(chance, city.settings, lambda date: date.weekday() == 5 and 5 <= date.month <= 10)
    there = np.flatnonzero(people.present(np.arange(len(people.person)), day) & (people.birth < day - 2 * 365))
    if not len(there) or not _happens(chance, part):
        return _found(chance, "food_cluster", [])
    guests = _neighbours(chance, people, there, int(np.clip(len(there) // 12, *_GUESTS)))
    ill = chance.random(len(guests)) < chance.uniform(*_ILL)
    ill[:4] = True
    return _found(chance, "food_cluster", [(guest, day, -1, _MEAL) for guest in guests[ill].tolist()], _SEVERE)


def class_cluster(city: City, part: Part, people: Town) -> Found:
    """Children of a class, each infected by one before, and some of their little brothers and sisters."""
    chance = stream(city.settings.seed, "class cluster", part.number)
    is_open = open_schools(city.settings.start)
    first = city.settings.start
    day = _day(chance, city.settings, lambda date: is_open((date - first).days) and date.month in (4, 5, 6, 9, 10))
    children = _class(people, day)
    if not len(children) or not _happens(chance, part):
        return _found(chance, "hfmd_cluster", [])
    setting = _SCHOOL if people.classes.size[children].all() else _COMMUNITY
    count = min(len(children), max(3, int(chance.binomial(len(children), _CAUGHT))))
    rows: list[tuple[int, int, int, int]] = [(int(children[0]), day, -1, _COMMUNITY)]
    ill = chance.permutation(children)[:count]
    rows[0] = (int(ill[0]), day, -1, _COMMUNITY)
    for child in ill[1:].tolist():
        by = int(chance.integers(0, max(1, len(rows) // 2)))
        rows.append((child, rows[by][1] + _gap(chance), by, setting))
    rows += _siblings(chance, people, rows)
    order = sorted(range(len(rows)), key=lambda place: (rows[place][1], place))
    places = {old: new for new, old in enumerate([*order])} | {-1: -1}
    return _found(chance, "hfmd_cluster", [(*rows[old][:2], places[rows[old][2]], rows[old][3]) for old in order], 0.02)


def _siblings(
    chance: np.random.Generator, people: Town, rows: list[tuple[int, int, int, int]]
) -> list[tuple[int, int, int, int]]:
    ill, found = {row[0] for row in rows}, []
    homes = people.households
    for place, (child, day, _, _) in enumerate(rows):
        for one in homes.members[homes.start[child] : homes.start[child] + homes.size[child]].tolist():
            young = 0.5 * 365 < day - people.birth[one] < 7 * 365
            if young and one not in ill and people.present(np.array([one]), day)[0] and chance.random() < _SIBLINGS:
                ill.add(one)
                found.append((one, day + _gap(chance), place, _HOUSEHOLD))
    return found


def _class(people: Town, day: int) -> Ints:
    """The class with the most young children; in a small place, all its young pupils or else its children."""
    everybody = np.arange(len(people.person))
    ages = people.ages(everybody, day)
    young = people.present(everybody, day + AHEAD) & (ages >= _CHILDREN[0]) & (ages < _CHILDREN[1])
    pupils = np.flatnonzero(young & (people.classes.size > 0))
    if len(pupils):
        rooms, counts = np.unique(people.classes.start[pupils], return_counts=True)
        if counts.max() >= 4:
            return np.asarray(pupils[people.classes.start[pupils] == rooms[counts.argmax()]])
    return pupils if len(pupils) >= 4 else np.flatnonzero(young)[:20]


def _neighbours(chance: np.random.Generator, people: Town, there: Ints, count: int) -> Ints:
    """So many people of one district, whole households of them."""
    district = people.district[there[int(chance.integers(len(there)))]]
    there = there[people.district[there] == district]
    homes = people.households.start[there]
    rank = chance.random(len(people.person) + 1)[homes]
    return np.asarray(there[np.lexsort((there, homes, rank))][:count])


def _happens(chance: np.random.Generator, part: Part) -> bool:
    return bool(chance.random() < _ELSEWHERE) or part.number == 1


def _day(chance: np.random.Generator, settings: CitySettings, fits: Callable[[dt.date], bool]) -> int:
    """A day that fits, early enough for its cases to be seen; any such day if none fits."""
    days = np.arange(min(7, settings.days - 1), max(settings.days - 14, min(8, settings.days)))
    fit = [day for day in days.tolist() if fits(settings.start + dt.timedelta(days=day))]
    return int(chance.choice(fit or days))


def _gap(chance: np.random.Generator) -> int:
    mean, sd = _BETWEEN
    return max(2, round(float(chance.normal(mean, sd))))


def _found(
    chance: np.random.Generator, event: str, rows: list[tuple[int, int, int, int]], severe: float = 0.0
) -> Found:
    person, day, infector, setting = np.array(rows, dtype=np.int64).reshape(-1, 4).T
    course = severity.mild(event, severe)
    ill = course.drawn(chance, np.zeros(len(person)))
    return Found.drawn(chance, event, Cases(person, day, infector, setting), ill, course)
