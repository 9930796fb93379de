"""Illness that comes by age and season, injuries and checkups: when, and what care is sought for it"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from medark.synthetic.care import clock
from medark.synthetic.care.candidates import Chain, candidates
from medark.synthetic.care.concepts import CHECKUP, DISEASE, DISEASES, of_disease
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.paths import sought
from medark.synthetic.care.places import hospital
from medark.synthetic.care.rows import DAY, Rows, seconds, taken
from medark.synthetic.chance import pick, stream
from medark.synthetic.facts.read import rows
from medark.synthetic.health.acute import AcuteRisks
from medark.synthetic.settings import Part

if TYPE_CHECKING:
    from medark.synthetic.city import City

_BANDS: Final = np.array([0, 5, 15, 45, 65])  # years; rates of facts/diseases.csv begin at these
_RATES: Final = np.stack([of_disease(f"rate_{band}") for band in ("0_4", "5_14", "15_44", "45_64", "65_up")], axis=1)
_SEX: Final = np.array([{"": -1, "M": 0, "F": 1}[row["sex"]] for row in rows("diseases")])
_FRAILTY = 0.5  # deviation of the logarithm of how often a person falls ill: ours
_MINUTE = 60
_AT_HOSPITAL = 0.6  # of health checks; the others are by companies that are not of the city. Ours


def acute(city: City, part: Part, people: Lives, chain: Chain, risks: AcuteRisks) -> list[Rows]:
    """Candidates for acute disease, injuries and checkups."""
    chance = stream(city.settings.seed, "care/acute", part.number)
    ill = _episodes(chance, city, people, risks)
    check = ill["reason"] == DISEASE["checkup"]
    ill, check = (
        (taken(ill, kept), check[kept]) for kept in (~check | (chance.random(len(check)) < _AT_HOSPITAL),)
    ).__next__()
    return [
        _checkups(chance, city, people, taken(ill, check)),
        *sought(chance, city, people, chain, taken(ill, ~check)),
    ]


def _episodes(chance: np.random.Generator, city: City, people: Lives, risks: AcuteRisks) -> Rows:
    """Person, day and disease of every episode: drawn at the highest rate and season, then thinned to the true ones."""
    most, amplitude = _RATES.max(axis=1), of_disease("amplitude")
    expected = risks.more * most * (1 + amplitude) * len(people.person) * city.settings.days / 365.25
    reason = np.repeat(np.arange(len(DISEASES)), chance.poisson(expected))
    frailty = np.exp(_FRAILTY * chance.standard_normal(len(people.person)))
    row = pick(chance, frailty, len(reason))
    first = int(seconds(np.datetime64(city.settings.start))) // DAY
    day = first + chance.integers(0, city.settings.days, len(reason))
    age = (day - people.birth[row]) / 365.25
    band = np.searchsorted(_BANDS, age, side="right") - 1
    season = 1 + amplitude[reason] * np.cos(
        (day % 365.25 / 365.25 - (of_disease("peak_month")[reason] - 0.5) / 12) * 2 * np.pi
    )
    rate = _RATES[reason, band] * season / (most * (1 + amplitude))[reason]
    kept = (chance.random(len(reason)) < rate) & (age >= 0)
    kept &= chance.random(len(reason)) < risks.kept(row, day, reason)
    kept &= (_SEX[reason] < 0) | (_SEX[reason] == people.female[row])
    return taken({"row": row, "day": day, "reason": reason}, kept)


def _checkups(chance: np.random.Generator, city: City, people: Lives, ill: Rows) -> Rows:
    """Health checks on a working day's morning in a hospital's checkup department."""
    count = len(ill["row"])
    day = clock.working_day(chance, ill["day"], keep=0.1)
    start = day * DAY + (7.5 * 3600 + chance.random(count) * 2.5 * 3600).astype(np.int64)
    return candidates(
        ill["row"], start=start, length=chance.integers(60, 180, count) * _MINUTE, kind=CHECKUP,
        place=hospital(chance, city, people, ill["row"]), reason=ill["reason"],
    )  # fmt: skip
