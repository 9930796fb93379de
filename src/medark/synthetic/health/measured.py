"""Measured values of people: a person's own middle, its wandering, and all that moves it at that time"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from medark.synthetic.chance import Floats, Ints
from medark.synthetic.facts.read import by_key
from medark.synthetic.health.moves import Move, moves
from medark.synthetic.health.own import normal, uniform
from medark.synthetic.health.patients import Patients
from medark.synthetic.health.people import YEAR
from medark.synthetic.health.risks import chronic

_DEPTH, _COURSE = 0.15, 0.25  # deviations of how much a disease moves values: log of a factor, size of a shift
_STAGE_3, _STAGE_4 = 0.80, 0.97  # of people with CKD, those below are in stage 1-2 and 1-3
_YEARLY: Final = 0.02  # log of creatinine a year, from stage 3 on; ours


@dataclass(frozen=True, slots=True)
class Moments:
    """Rows to be measured, of equal length: who, when, and of which encounter."""

    patients: Patients
    place: Ints  # among the patients
    time: Ints  # seconds since 1970-01-01, as the day's clock shows
    reason: Ints  # of the encounter: place in keys("diseases"), -1 without
    began: Ints  # seconds: the start of the encounter, or better the onset of its acute disease

    @property
    def person(self) -> Ints:
        """Numbers of people."""
        return self.patients.number[self.place]

    @property
    def day(self) -> Floats:
        """Days since 1970-01-01."""
        return self.time / 86_400.0

    @property
    def age(self) -> Floats:
        """Years."""
        return np.maximum((self.day - self.patients.birth[self.place]) / YEAR, 0.0)

    def rows(self, chosen: np.ndarray) -> Moments:
        """Those chosen."""
        return Moments(self.patients, self.place[chosen], self.time[chosen], self.reason[chosen], self.began[chosen])


def moments(patients: Patients, person: Ints, time: np.ndarray, reason: Ints, began: np.ndarray) -> Moments:
    """Rows from numbers of people and times (datetime64)."""
    seconds = [np.asarray(x, "datetime64[s]").astype(np.int64) for x in (time, began)]
    return Moments(patients, patients.places(person), seconds[0], np.asarray(reason, np.int64), seconds[1])


@dataclass(frozen=True, slots=True)
class Scale:
    """How a quantity lies and wanders in healthy people; deviations are of its logarithm."""

    centre: tuple[float, float]  # men, women
    own: float
    within: float
    lowest: float
    highest: float
    decimals: int


@cache
def scale(fact: str, key: str) -> Scale:
    """From tests.csv or vitals.csv."""
    row = by_key(fact)[key]
    return Scale(
        centre=(float(row["centre_m"] or 1), float(row["centre_f"] or 1)),
        own=float(row["cvg"] or 0) / 100,
        within=float(row["cvi"] or 0) / 100,
        lowest=float(row["lowest"] or 0),
        highest=float(row["highest"] or "inf"),
        decimals=int(row["decimals"] or 0),
    )


def level(of: Scale, key: str, at: Moments, centre: Floats | None = None) -> Floats:
    """Values of a quantity at these moments, not yet rounded. `centre` in place of the sex's."""
    seed, person = at.patients.seed, at.person
    middle = np.where(at.patients.female[at.place] == 1, of.centre[1], of.centre[0]) if centre is None else centre
    log = np.log(middle)
    if of.own:
        log += of.own * normal(seed, f"own/{key}", person)
    if of.within:
        log += of.within * normal(seed, f"within/{key}", person, at.time)
    factor, shift = moved(key, at)
    return np.clip(np.exp(log + factor) + shift, of.lowest, of.highest)


def moved(key: str, at: Moments) -> tuple[Floats, Floats]:
    """What age, diseases and treatment do: the sum of logarithms of factors, and the sum of shifts."""
    bearing = moves(key)
    factor, shift = np.zeros(len(at.place)), np.zeros(len(at.place))
    if len(bearing.ages) > 1:
        factor += np.log(np.interp(at.age, bearing.ages, bearing.factors))
    day = at.day
    for move in bearing.chronic:
        has = np.flatnonzero(at.patients.onset[at.place, move.by] <= day)
        _add(factor, shift, move, has, _depth(move, at.patients.seed, at.person[has]))
    for move in bearing.drugs:
        since = day - at.patients.start[at.place, move.by]
        on = np.flatnonzero((since >= 0) & (day < at.patients.end[at.place, move.by]))
        _add(factor, shift, move, on, 1.0 - np.exp(-since[on] / move.days))
    for move in bearing.acute:
        ill = np.flatnonzero(at.reason == move.by)
        _add(factor, shift, move, ill, _course(move, at.rows(ill)))
    if key == "crea":
        factor += renal(at)
    return factor, shift


def renal(at: Moments) -> Floats:
    """Logarithm of what chronic kidney disease does to creatinine: by a stage of one's own, and slowly worse."""
    since = (at.day - at.patients.onset[at.place, chronic().index("ckd")]) / YEAR
    lot = uniform(at.patients.seed, "ckd/stage", at.person)
    third = 0.35 + 0.45 * (lot - _STAGE_3) / (_STAGE_4 - _STAGE_3)
    fourth = 0.85 + 0.45 * (lot - _STAGE_4) / (1.0 - _STAGE_4)
    staged = np.where(lot < _STAGE_3, 0.05, np.where(lot < _STAGE_4, third, fourth))
    worse = np.where(lot < _STAGE_3, 0.0, _YEARLY * np.clip(since, 0.0, 20.0))
    dialysed = at.patients.onset[at.place, chronic().index("ckd5")] <= at.day
    return np.where((since >= 0) & ~dialysed, staged + worse, 0.0)


def _add(factor: Floats, shift: Floats, move: Move, where: Ints, share: Floats) -> None:
    (factor if move.factor else shift)[where] += move.size * share


def _depth(move: Move, seed: int, person: Ints) -> Floats:
    """How much a chronic disease moves values of this person: the same for all tests."""
    return 1.0 + _DEPTH * normal(seed, f"depth/{move.cause}", person)


def _course(move: Move, at: Moments) -> Floats:
    """How much of an acute disease there is at that time: 1 at its height in the usual case."""
    hours = np.maximum((at.time - at.began) / 3600.0 + move.lead, 0.0)
    risen = np.minimum(hours / move.peak, 1.0) if move.peak else 1.0
    fallen = 0.5 ** (np.maximum(hours - move.peak, 0.0) / 24.0 / move.half)
    spread = _DEPTH if move.factor else _COURSE
    return risen * fallen * (1.0 + spread * normal(at.patients.seed, f"course/{move.cause}", at.person, at.began))
