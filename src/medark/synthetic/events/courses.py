"""How the epidemics of the whole city run, day by day and district by district, before anybody is named

Drawn once from the seed for all people; `Course.of_part` gives each part its cases, and those of all parts together are
the city's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from medark.errors import SettingsError
from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints, stream
from medark.synthetic.events.districts import districts
from medark.synthetic.events.outbreak import Outbreak, read
from medark.synthetic.events.renewal import Epidemic, interval, mixing, run
from medark.synthetic.events.shares import of_part
from medark.synthetic.facts.read import Row
from medark.synthetic.settings import CitySettings, Part

_TRIES = 20  # an outbreak that dies out by chance is drawn again: else there would be nothing to find
# Source: generation interval near Ferguson 2005, Nature 437:209 (2.6 d) and Vink 2014, Am J Epidemiol 180:865 (2.8 d).
_FEVERISH, _SEEN = (
    0.0003,
    0.3,
)  # feverish patients by person and day; share of cases who are one: ours
_INFLUENZA_DAYS, _INFLUENZA_SD, _INFLUENZA_K, _BETWEEN = 2.8, 1.5, 2.0, 0.25


@dataclass(frozen=True, slots=True)
class Course:
    """One epidemic: infections by day of the city (from its first) and district, and those of them brought in."""

    event: str
    wave: str  # "outbreak", "influenza 2023 winter"
    infections: Ints
    imports: Ints
    weights: Floats  # of the generation interval by day
    contacts: Floats  # between districts
    dispersion: float
    r: Floats  # by day, if all were susceptible

    def of_part(self, settings: CitySettings, part: Part) -> tuple[Ints, Ints]:
        """The part's infections by day and district, and those of them brought in."""
        imports = of_part(settings, f"{self.wave}/brought in", self.imports, part)
        return imports + of_part(settings, self.wave, self.infections - self.imports, part), imports


@dataclass(frozen=True, slots=True)
class Courses:
    """All epidemics of the city."""

    districts: tuple[str, ...]
    outbreak: Outbreak
    outbreak_start: int  # day of the city
    outbreak_known: int  # day from which samples are taken
    all: tuple[Course, ...]

    def table(self) -> pa.Table:
        """Truth of the curves: event, wave, day of the city from 0, district, infections; days without any left out."""
        columns: dict[str, list[object]] = {name: [] for name in ("event", "wave", "day", "district", "infections")}
        for course in self.all:
            days, places = np.nonzero(course.infections)
            columns["event"] += [course.event] * len(days)
            columns["wave"] += [course.wave] * len(days)
            columns["day"] += days.tolist()
            columns["district"] += [self.districts[place] for place in places]
            columns["infections"] += course.infections[days, places].tolist()
        return pa.table(columns)

    def parameters(self) -> pa.Table:
        """Truth of the outbreak's parameters: name, value."""
        days = {"start_day": float(self.outbreak_start), "known_day": float(self.outbreak_known)}
        numbers = {**self.outbreak.numbers, **days}
        return pa.table({"name": list(numbers), "value": list(numbers.values())})


def courses(settings: CitySettings) -> Courses:
    """The city's epidemics. Raises SettingsError where the outbreak file can't be used."""
    keys, shares = districts()
    people = _whole(settings.people * 0.97 * shares, settings.people)  # some are not born, away or dead
    outbreak = read(settings.outbreak)
    start = outbreak.first_day(settings.start, settings.days)
    waves = [_influenza(settings, people, year, row) for year in _years(settings) for row in facts.rows("influenza")]
    waves = [wave for wave in waves if wave.infections.any()]
    new = _outbreak(settings, people, keys, outbreak, start)
    return Courses(keys, outbreak, start, _known(settings, outbreak, start, new), (*waves, new))


def _known(settings: CitySettings, said: Outbreak, start: int, course: Course) -> int:
    """Day from which samples are taken: as the file says, or so long after feverish patients are more than usual.

    They are when a week's cases who would see a doctor pass four deviations of the usual number of a week.
    """
    if said["testing.from_day"] >= 0:
        return start + int(said["testing.from_day"])
    week = np.convolve(course.infections.sum(axis=1), np.ones(7))[: settings.days]
    usual = settings.people * _FEVERISH * 7
    noticed = np.flatnonzero(week * _SEEN > 4 * max(1.0, usual**0.5))
    return int(noticed[0] if len(noticed) else start + 30) + int(said["testing.noticed_days"])


def _outbreak(settings: CitySettings, people: Ints, keys: tuple[str, ...], said: Outbreak, start: int) -> Course:
    if said.district and said.district not in keys:
        raise SettingsError(
            "the outbreak is seeded in a district that the city has not", fix=f"one of {', '.join(keys)}"
        )
    if start < 0:
        raise SettingsError("the outbreak starts before the city's first day", fix="a later start", day=start)
    imports = np.zeros((settings.days, len(keys)), dtype=np.int64)
    chance = stream(settings.seed, "outbreak")
    place = keys.index(said.district) if said.district else 0
    days = start + chance.integers(0, 7, int(said["seeds"]))
    np.add.at(imports[:, place], days[days < settings.days], 1)
    r = np.full(settings.days, said["r0"] * said["susceptible"])
    r[start + int(said["control.from_day"]) :] *= said["control.factor"]
    weights = interval(said["generation_days.mean"], said["generation_days.sd"])
    contacts = mixing(len(keys), said["between_districts"])
    susceptible = (people * said["susceptible"]).astype(np.int64)
    epidemic = Epidemic(susceptible, imports, r, weights, contacts, said["dispersion"])
    for _ in range(_TRIES):
        infections = run(chance, epidemic)
        if infections.sum() >= 4 * imports.sum() or said["r0"] <= 1:
            break
    return Course(
        "outbreak", "outbreak", infections, np.minimum(imports, infections), weights, contacts, said["dispersion"], r
    )


def _influenza(settings: CitySettings, people: Ints, year: int, row: Row) -> Course:
    """One wave: run from its own first day, then cut to the days of the city."""
    wave = f"influenza {year} {row['key']}"
    chance = stream(settings.seed, wave)
    first = (dt.date(year, int(row["month"]), int(row["day"])) - settings.start).days
    first += int(chance.integers(-int(row["vary_days"]), int(row["vary_days"]) + 1))
    pool = float(row["pool"]) * np.exp(0.01 * float(row["pool_percent"]) * np.clip(chance.standard_normal(), -2, 2))
    susceptible = _whole(people * pool, int(people.sum()))
    length = 200
    imports = np.zeros((length, len(people)), dtype=np.int64)
    imports[:14] = chance.poisson(susceptible / 250 / 14 + 3 / susceptible.size / 14, (14, len(people)))
    weights, contacts = interval(_INFLUENZA_DAYS, _INFLUENZA_SD), mixing(len(people), _BETWEEN)
    r = np.full(length, float(row["r"]))
    infections = run(chance, Epidemic(susceptible, imports, r, weights, contacts, _INFLUENZA_K))
    imports = np.minimum(imports, infections)
    infections, imports = (_on_days(values, first, settings.days) for values in (infections, imports))
    return Course("influenza", wave, infections, imports, weights, contacts, _INFLUENZA_K, r)


def _on_days(values: Ints, first: int, days: int) -> Ints:
    """Rows from day `first` on, as rows of all days of the city."""
    cut = np.zeros((days, values.shape[1]), dtype=np.int64)
    start, end = max(0, first), min(days, first + len(values))
    if end > start:
        cut[start:end] = values[start - first : end - first]
    return cut


def _years(settings: CitySettings) -> range:
    return range(settings.start.year - 1, settings.end.year + 1)


def _whole(values: Floats, most: int) -> Ints:
    """Values as whole numbers whose sum is rounded, not each of them."""
    edges = np.floor(np.cumsum(values) + 0.5).astype(np.int64)
    return np.minimum(np.diff(edges, prepend=0), most)
