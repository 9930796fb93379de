"""Care: where a person goes with what, when, what is found, given and done there, and whether they live"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from medark.synthetic.before.chance import daytime, moments, picked, stream
from medark.synthetic.before.facts import Problem, problems
from medark.synthetic.before.people import Person
from medark.synthetic.before.places import CLINIC, ORGANISATIONS, Organisation
from medark.synthetic.before.results import Result, lab_results

_EMERGENCY = 0.12  # of acute visits to a hospital that do not end in a stay
_FATAL_FROM = 60  # years


@dataclass(frozen=True, slots=True)
class Vitals:
    """What a clinic measures: mmHg, beats a minute, kg."""

    systolic: int
    diastolic: int
    pulse: int
    weight: float


@dataclass(frozen=True, slots=True)
class Encounter:
    """One visit or stay. The first of `problems` is why; the others are what the person has besides."""

    number: int  # within the person, from 1
    organisation: Organisation
    kind: str  # outpatient, emergency or inpatient
    start: dt.datetime
    end: dt.datetime
    problems: tuple[str, ...]
    drugs: tuple[str, ...]
    operation: str
    image: str
    died: bool
    results: tuple[Result, ...]
    vitals: Vitals | None


@dataclass(frozen=True, slots=True)
class Life:
    """A person and everything that happens to them in the city's time."""

    person: Person
    organisations: tuple[Organisation, ...]
    encounters: tuple[Encounter, ...]

    @property
    def death(self) -> dt.datetime | None:
        """When they died, if they did."""
        return next((e.end for e in self.encounters if e.died), None)

    def of(self, organisation: Organisation) -> tuple[Encounter, ...]:
        """Their encounters at one place."""
        return tuple(e for e in self.encounters if e.organisation is organisation)


@dataclass(frozen=True, slots=True)
class _Reason:
    at: dt.datetime
    problem: Problem


def life(seed: int, person: Person, start: dt.datetime, end: dt.datetime) -> Life:
    """What happens to a person from `start` to `end`: no visit before birth, after death or during another."""
    chance = stream(seed, "care", person.number)
    known = _registered(chance)
    free_from = start
    encounters: list[Encounter] = []
    for reason in sorted(_reasons(chance, person, start, end), key=lambda r: r.at):
        if reason.at < free_from:
            continue
        encounter = _encounter(seed, len(encounters) + 1, person, reason, known, chance)
        encounters.append(encounter)
        if encounter.died:
            break
        free_from = encounter.end + dt.timedelta(days=1)
    return Life(person, known, tuple(encounters))


def _registered(chance: Random) -> tuple[Organisation, ...]:
    known = tuple(each for each in ORGANISATIONS if chance.random() < each.draws)
    return known or (CLINIC,)


def _reasons(chance: Random, person: Person, start: dt.datetime, end: dt.datetime) -> Iterator[_Reason]:
    age = person.age_on(start.date())
    begin = max(start, dt.datetime.combine(person.birth, dt.time()) + dt.timedelta(days=30))
    for problem in problems().values():
        wanted = problem.key in person.chronic if problem.chronic else problem.ages[0] <= age <= problem.ages[1]
        if wanted:
            yield from (_Reason(at, problem) for at in moments(chance, begin, end, problem.per_year))


def _encounter(
    seed: int, number: int, person: Person, reason: _Reason, known: tuple[Organisation, ...], chance: Random
) -> Encounter:
    problem = reason.problem
    hospitals = [each for each in known if each.hospital]
    stays = bool(hospitals) and chance.random() < problem.admitted
    place = _place(chance, hospitals if stays else list(known), stays)
    kind = "inpatient" if stays else _ambulatory(chance, place, problem)
    start = reason.at if kind != "outpatient" else daytime(chance, reason.at)
    end = start + (_stay(chance, problem) if stays else dt.timedelta(minutes=chance.randrange(15, 240)))
    has = (problem.key, *(key for key in person.chronic if key != problem.key))
    return Encounter(
        number=number,
        organisation=place,
        kind=kind,
        start=start,
        end=end,
        problems=has,
        drugs=problem.drugs,
        operation=problem.operation if stays else "",
        image=problem.image if stays else "",
        died=stays and person.age_on(start.date()) >= _FATAL_FROM and chance.random() < problem.fatal,
        results=tuple(_results(seed, person, problem, has, kind, start, end, chance)),
        vitals=_vitals(chance, person, has) if place is CLINIC else None,
    )


def _stay(chance: Random, problem: Problem) -> dt.timedelta:
    days = max(1, round(chance.gauss(problem.stay_days, problem.stay_days / 4)))
    return dt.timedelta(days=days, hours=chance.randrange(-4, 5))


def _place(chance: Random, among: list[Organisation], stays: bool) -> Organisation:
    return picked(chance, among, [each.stays if stays else 1.0 for each in among])


def _ambulatory(chance: Random, place: Organisation, problem: Problem) -> str:
    if place.hospital and not problem.chronic and chance.random() < _EMERGENCY:
        return "emergency"
    return "outpatient"


def _results(
    seed: int, person: Person, problem: Problem, has: tuple[str, ...], kind: str, start: dt.datetime,
    end: dt.datetime, chance: Random,
) -> Iterator[Result]:  # fmt: skip
    """Results of a visit come at once; those of a stay on its first day and, the illness easing off, on its last."""
    at = start + dt.timedelta(minutes=chance.randrange(5, 15))
    yield from lab_results(seed, person.number, person.sex, has, problem.tests, at, chance)
    if kind == "inpatient":
        later = end - dt.timedelta(hours=chance.randrange(2, 8))
        eased = has if problem.chronic else has[1:]
        yield from lab_results(seed, person.number, person.sex, eased, problem.tests, later, chance)


def _vitals(chance: Random, person: Person, has: tuple[str, ...]) -> Vitals:
    # Source: control of blood pressure is < 140/90; the middles and spreads are ours.
    systolic = round(chance.gauss(138 if "htn" in has else 118, 11))
    diastolic = round(chance.gauss(85 if "htn" in has else 75, 7))
    # WS/T 586-2018 and common growth charts, by eye: 3.3 kg at birth, grown up at 18.
    grown = min(1.0, person.age_on(dt.date(2025, 1, 1)) / 18)
    weight = round(max(3.5, chance.gauss(4 + grown * (64 if person.sex == "M" else 54), 1 + 6 * grown)), 1)
    return Vitals(systolic, min(diastolic, systolic - 20), round(chance.gauss(74, 8)), weight)
