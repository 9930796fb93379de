"""Who catches what: the cases of all events but those of the wards, and those who die of them"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from medark.synthetic import facts
from medark.synthetic.chance import stream
from medark.synthetic.events import severity
from medark.synthetic.events.cases import Found, joined, to_table
from medark.synthetic.events.clusters import class_cluster, meal_cluster
from medark.synthetic.events.courses import Course
from medark.synthetic.events.deaths import with_deaths
from medark.synthetic.events.schools import open_schools
from medark.synthetic.events.spread import Manner, spread
from medark.synthetic.events.town import Town, town
from medark.synthetic.settings import Part
from medark.synthetic.world import World

if TYPE_CHECKING:
    from medark.synthetic.city import City


def live(city: City, part: Part, world: World) -> dict[str, pa.Table]:
    """The table infection; and death, onset and exposure with those who die of it."""
    first = np.datetime64(city.settings.start, "D")
    people = town(world, city.courses.districts, first)
    found = [_of_course(city, part, people, course) for course in city.courses.all]
    found += [meal_cluster(city, part, people), class_cluster(city, part, people)]
    cases, deaths = with_deaths(city, part, world, people, joined(found))
    return {"infection": to_table(part, people, cases, city.courses.districts, first), **deaths}


def _of_course(city: City, part: Part, people: Town, course: Course) -> Found:
    chance = stream(city.settings.seed, f"cases of {course.wave}", part.number)
    local = part.count / city.settings.people
    if course.event == "outbreak":
        said = city.courses.outbreak
        household, school, ill = said["settings.household"], said["settings.school"], severity.of_outbreak(said)
        likely = np.ones(len(people.person))
    else:
        row = facts.by_key("events")["influenza"]
        household, school, ill = float(row["household"]), float(row["school"]), severity.of_influenza()
        likely = _likely(people, course)
    weights, contacts, k = course.weights, course.contacts, course.dispersion
    manner = Manner(weights, contacts, k, household, school, local, open_schools(city.settings.start), likely)
    cases = spread(chance, people, manner, *course.of_part(city.settings, part))
    ages = people.ages(cases.person, cases.day)
    return Found.drawn(chance, course.event, cases, ill.drawn(chance, ages), ill)


def _likely(people: Town, course: Course) -> np.ndarray:
    """How likely people of each age are to catch influenza, against young adults."""
    middle = int(np.argmax(course.infections.sum(axis=1)))
    from_ages, weights = facts.numbers("influenza_ages", "from_age"), facts.numbers("influenza_ages", "weight")
    row = np.clip(np.searchsorted(from_ages, (middle - people.birth) / 365.25, side="right") - 1, 0, len(weights) - 1)
    return weights[row]
