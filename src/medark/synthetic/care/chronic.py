"""Care of chronic disease from its onset: follow-up, the stay that begins it, exacerbations, chemotherapy, dialysis"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from medark.synthetic.care import clock
from medark.synthetic.care.candidates import Chain, candidates
from medark.synthetic.care.concepts import DISEASE, OUTPATIENT, kind_is, main_of, of_disease
from medark.synthetic.care.lives import NOT_YET, Lives
from medark.synthetic.care.paths import admissions
from medark.synthetic.care.places import clinic, hospital
from medark.synthetic.care.rows import DAY, Rows, steps, taken
from medark.synthetic.chance import stream
from medark.synthetic.facts.read import rows
from medark.synthetic.settings import Part

if TYPE_CHECKING:
    from medark.synthetic.city import City

_BEGINS: Final = np.array([DISEASE.get(row["begins"], -1) for row in rows("diseases")])
_REFILLS = 1.5  # times the follow-up visits: people also come for the next prescription. Ours
_MOST_VISITS = 10.0  # a year, of a person with many diseases: one visit sees to several. Ours
_CHEMOTHERAPY = 0.75  # of further stays for cancer: ours
_YEAR = 365.25


def chronic(city: City, part: Part, people: Lives, chain: Chain) -> list[Rows]:
    """Candidates for everything that follows from long-term disease."""
    chance = stream(city.settings.seed, "care/chronic", part.number)
    row, disease = np.nonzero(people.onset < NOT_YET)
    onset = people.onset[row, disease].astype(np.int64)
    begin = np.maximum(people.begins[row] // DAY, onset)
    held = {"row": row, "reason": disease, "onset": onset, "begin": begin, "days": people.ends[row] // DAY - begin}
    held = taken(held, held["days"] > 0)
    return [
        _follow_ups(chance, city, people, held), *_beginnings(chance, city, people, chain, held),
        *_further_stays(chance, city, people, chain, held), _dialysis(chance, city, people, held),
    ]  # fmt: skip


def _follow_ups(chance: np.random.Generator, city: City, people: Lives, held: Rows) -> Rows:
    """Visits at about even intervals, at the place that the disease is followed at, by most."""
    rate = (
        _REFILLS * of_disease("visits")[held["reason"]] * np.exp(0.4 * chance.standard_normal(len(held["row"])) - 0.08)
    )
    total = np.bincount(held["row"], rate, len(people.person))
    interval = _YEAR / np.maximum(rate * np.minimum(1, _MOST_VISITS / np.maximum(total, 0.01))[held["row"]], 0.01)
    first = chance.random(len(rate)) * interval
    of, number = steps(np.maximum(0, np.ceil((held["days"] - first) / interval)).astype(np.int64))
    near = chance.random(len(rate)) < of_disease("clinic", "reasons")[held["reason"]]
    visits, near = taken(held, of), near[of] ^ (chance.random(len(of)) < 0.08)
    shift = first[of] + (number + 0.12 * chance.standard_normal(len(of))) * interval[of]
    return _planned_visits(chance, city, people, visits, visits["begin"] + np.maximum(0, shift).astype(np.int64), near)


def _planned_visits(
    chance: np.random.Generator, city: City, people: Lives, visits: Rows, day: np.ndarray, near: np.ndarray
) -> Rows:
    row, count = visits["row"], len(day)
    day = np.where(near, day, clock.working_day(chance, day, keep=0.08))
    second = np.where(near, clock.at_clinic(chance, count), clock.at_hospital(chance, count)).astype(np.int64)
    minutes = np.where(near, chance.integers(10, 40, count), chance.integers(25, 130, count))
    return candidates(
        row, start=day * DAY + second, length=minutes * 60, kind=OUTPATIENT, reason=visits["reason"],
        place=np.where(near, clinic(chance, people, row), hospital(chance, city, people, row)),
        cancelled=~near & (chance.random(count) < 0.03),
    )  # fmt: skip


def _beginnings(chance: np.random.Generator, city: City, people: Lives, chain: Chain, held: Rows) -> list[Rows]:
    """The stay with which a disease begins: the infarction of an old infarction, the operation of a cancer."""
    begun = taken(held, (_BEGINS[held["reason"]] >= 0) & (held["onset"] >= held["begin"]))
    ill = {"row": begun["row"], "day": begun["onset"], "reason": _BEGINS[begun["reason"]]}
    return admissions(chance, city, people, chain, ill)


def _further_stays(chance: np.random.Generator, city: City, people: Lives, chain: Chain, held: Rows) -> list[Rows]:
    """Stays of patients with the disease; those for cancer are mostly for chemotherapy and mostly in its first year."""
    expected = of_disease("admitted")[held["reason"]] * held["days"] / _YEAR
    of = np.repeat(np.arange(len(expected)), chance.poisson(expected * 1.5))
    stays = taken(held, of)
    day = stays["begin"] + (chance.random(len(of)) * stays["days"]).astype(np.int64)
    cancer = kind_is("cancer")[stays["reason"]]
    since = (day - stays["onset"]) / _YEAR
    kept = chance.random(len(of)) < np.where(cancer, np.where(since < 1, 1.0, np.where(since < 3, 0.35, 0.06)), 1 / 1.5)
    drug = cancer & (since < 2) & (chance.random(len(of)) < _CHEMOTHERAPY)
    reason = np.where(drug, DISEASE["chemotherapy"], stays["reason"])
    reason, also = main_of(reason)
    beside = np.where(drug, stays["reason"], also)
    ill = taken({"row": stays["row"], "day": day, "reason": reason, "beside": beside}, kept)
    return admissions(chance, city, people, chain, ill)


def _dialysis(chance: np.random.Generator, city: City, people: Lives, held: Rows) -> Rows:
    """Haemodialysis three times a week of those with kidney failure, each at the hospital where they always go."""
    on = taken(held, held["reason"] == DISEASE["ckd5"])
    of, number = steps(on["days"] * 3 // 7)
    visits = taken(on, of)
    day = visits["begin"] // 7 * 7 + number // 3 * 7 + number % 3 * 2 + visits["row"] % 2
    shift = np.where(visits["row"] % 3 > 0, 8, 13.5) * 3600 + chance.integers(-15, 15, len(of)) * 60
    return candidates(
        visits["row"], start=day * DAY + shift.astype(np.int64), length=chance.integers(225, 260, len(of)) * 60,
        kind=OUTPATIENT, reason=DISEASE["haemodialysis"], beside=DISEASE["ckd5"], place=people.hospital[visits["row"]],
        priority=7,
    )  # fmt: skip
