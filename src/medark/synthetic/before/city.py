"""The city: its people and their lives, from a seed"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from medark.model.progress import Progress, Silent
from medark.synthetic.before.care import Encounter, Life, life
from medark.synthetic.before.chance import stream
from medark.synthetic.before.people import people
from medark.synthetic.before.places import NORTH, SOUTH

START = dt.datetime(2024, 1, 1)
END = dt.datetime(2025, 12, 1)  # the last stays end in this year
SEED = 20260140  # of the first few seeds that have a death at both hospitals and a picture of every kind
PEOPLE = 300
_SILENT = Silent()
_SECOND_NUMBER = 0.2  # of people with an emergency visit at hospital north and more than one visit there


@dataclass(frozen=True, slots=True)
class City:
    """Everybody's life, in order of number."""

    seed: int
    lives: tuple[Life, ...]


def make_city(seed: int = SEED, count: int = PEOPLE, progress: Progress = _SILENT) -> City:
    """A city of so many people; the same seed gives the same city."""
    lives: list[Life] = []
    with progress.stage("making up people", count, "people") as stage:
        for person in people(seed, count, START.date()):
            lives.append(life(seed, person, START, END))
            stage.advance(1)
    return City(seed, tuple(lives))


def visit_no(life: Life, encounter: Encounter) -> str:
    """The number that the organisation gives the encounter; unique there."""
    number = life.person.number * 1000 + encounter.number
    if encounter.organisation is NORTH:
        return f"Z{encounter.start:%Y}{number:07d}"
    return f"V-{number}" if encounter.organisation is SOUTH else f"enc-{number}"


def second_number(seed: int, life: Life) -> tuple[str, Encounter] | None:
    """At hospital north some arrive in emergency without papers: a temporary number, merged when they are known."""
    mine = life.of(NORTH)
    nights = [e for e in mine if e.kind == "emergency" and e.results]
    if not nights or len(mine) < 2 or stream(seed, "second number", life.person.number).random() >= _SECOND_NUMBER:
        return None
    return f"T{900_000 + life.person.number:07d}", nights[0]
