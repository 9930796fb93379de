"""The last stay of those who die in hospital, ending at the time of death"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medark.synthetic.care.candidates import Chain, candidates
from medark.synthetic.care.concepts import AMBULANCE, DEATH, DISEASE, EMERGENCY, INPATIENT, WALK, main_of, of_disease
from medark.synthetic.care.lives import NEVER, Lives
from medark.synthetic.care.places import hospital
from medark.synthetic.care.rows import DAY, Rows
from medark.synthetic.chance import stream
from medark.synthetic.settings import Part

if TYPE_CHECKING:
    from medark.synthetic.city import City

_IN_EMERGENCY = 0.12  # of deaths in hospital come before a bed was found: ours
_LEAST = 2 * 3600  # seconds that somebody must have been here before they died


def deaths(city: City, part: Part, people: Lives, chain: Chain, told: np.ndarray) -> list[Rows]:
    """Candidates for terminal stays and the emergency visits before them, but of people whose last stay is told."""
    chance = stream(city.settings.seed, "care/deaths", part.number)
    row = np.flatnonzero(people.dies_in_hospital & (people.dies < NEVER) & (people.ends == people.dies))
    row = row[(people.dies[row] - people.begins[row] > _LEAST) & ~np.isin(row, told)]
    count, dies = len(row), people.dies[row]
    reason = np.where(people.cause[row] < 0, DISEASE["sepsis"], people.cause[row])
    reason, beside = main_of(reason)
    days = np.maximum(of_disease("stay_days")[reason], 4) * np.exp(0.6 * chance.standard_normal(count))
    length = np.minimum((days * DAY).astype(np.int64), dies - people.begins[row] - _LEAST // 2)
    place = hospital(chance, city, people, row)
    early = chance.random(count) < _IN_EMERGENCY
    wait = np.minimum(chance.integers(1, 6, count) * 3600, (dies - people.begins[row]) // 3)
    start = np.where(early, dies - wait, dies - length)
    lead = candidates(
        row, start=start, length=np.where(early, wait, np.minimum(wait, length // 3)), kind=EMERGENCY, reason=reason,
        place=place, priority=0, beside=beside, triage=1 + (chance.random(count) < 0.4), chain=chain.numbers(count),
        discharge=np.where(early, DEATH, 0), arrival=np.where(chance.random(count) < 0.6, AMBULANCE, WALK),
    )  # fmt: skip
    stays = candidates(
        row, start=lead["start"] + lead["length"] + 600, length=0, kind=INPATIENT, reason=reason, place=place,
        priority=0,
        urgent=True, icu=chance.random(count) < 0.35, discharge=DEATH, chain=chain.numbers(count), cause=lead["chain"],
        arrival=lead["arrival"],
    )  # fmt: skip
    stays["length"] = dies - stays["start"]
    return [lead, {name: values[~early] for name, values in stays.items()}]
