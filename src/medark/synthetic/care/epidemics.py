"""Care of the infected: a clinic or fever clinic first, a hospital if severe, death there if fatal"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from medark.synthetic.care import clock
from medark.synthetic.care.candidates import Chain, candidates
from medark.synthetic.care.concepts import (
    DEATH,
    DEPARTMENT,
    DISEASE,
    DISEASES,
    EMERGENCY,
    FIRST_CLINIC,
    INPATIENT,
    OUTPATIENT,
    of_disease,
)
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.onward import onward
from medark.synthetic.care.paths import after_stay, referred, stay_lengths
from medark.synthetic.care.places import clinic, hospital
from medark.synthetic.care.rows import DAY, Rows, seconds, taken
from medark.synthetic.chance import stream
from medark.synthetic.facts.read import keys
from medark.synthetic.settings import Part
from medark.synthetic.world import World, column, indexes

if TYPE_CHECKING:
    from medark.synthetic.city import City

_SEVERITIES: Final = ("none", "mild", "severe", "critical", "fatal")
_SEEKS: Final = np.array([0.0, 0.45, 1.0, 1.0, 1.0])  # share of cases that seek care: ours
_DIE_WITHIN = 60 * DAY  # of onset: later deaths are of something else
_FAR = 4_102_444_800  # 2100: a time that no city reaches
_PNEUMONIA: Final = [DISEASE[key] for key in ("influenza", "novel_respiratory")]  # severe is viral pneumonia


def epidemics(city: City, part: Part, people: Lives, chain: Chain, world: World) -> list[Rows]:
    """Candidates for the cases of the city's events: the first visit, and stays of the severe.

    Stays of those who die of it end at the time of death.
    """
    chance = stream(city.settings.seed, "care/epidemics", part.number)
    ill = _cases(people, world)
    ill = taken(ill, chance.random(len(ill["row"])) < _SEEKS[ill["severity"]])
    first = _first_visits(chance, city, people, chain, ill)
    severe = ill["severity"] >= 2
    stays = onward(chance, city, chain, _stays(chance, people, chain, taken(ill, severe), taken(first, severe)))
    mild = taken(first, ~severe)
    return [first, stays, after_stay(chance, stays), *referred(chance, city, people, mild)]


def _cases(people: Lives, world: World) -> Rows:
    held = world["infection"]
    found = {
        "row": people.rows_of(column(held, "person")), "reason": indexes(held, "disease", DISEASES),
        "event": indexes(held, "event", keys("events")), "severity": indexes(held, "severity", _SEVERITIES),
        "onset": seconds(column(held, "onset")), "case": column(held, "case"),
    }  # fmt: skip
    return taken(found, (found["reason"] >= 0) & (found["severity"] > 0) & (found["onset"] > 0))


def _first_visits(chance: np.random.Generator, city: City, people: Lives, chain: Chain, ill: Rows) -> Rows:
    """Within two days of onset for most: at a clinic, a hospital's fever clinic, or in emergency."""
    row, count = ill["row"], len(ill["row"])
    delay = chance.gamma(1.6, 0.8 * DAY, count) * np.where(ill["severity"] >= 2, 1.5, 1)
    come = ill["onset"] + delay.astype(np.int64)
    urgent = chance.random(count) < of_disease("emergency", "reasons")[ill["reason"]] * np.where(
        ill["severity"] >= 2, 2, 1
    )
    near = ~urgent & (chance.random(count) < of_disease("clinic", "reasons")[ill["reason"]])
    open_at = np.where(near, clock.at_clinic(chance, count), clock.at_any_time(chance, count))
    start = come // DAY * DAY + open_at.astype(np.int64)
    start = np.where(start < ill["onset"] + 3600, start + DAY, start)
    return candidates(
        row, start=start, length=chance.integers(20, 120, count) * 60 * np.where(urgent, 2, 1), reason=ill["reason"],
        place=np.where(near, clinic(chance, people, row), hospital(chance, city, people, row)), priority=5,
        kind=np.where(urgent, EMERGENCY, OUTPATIENT), triage=np.where(urgent, 3, 0), chain=chain.numbers(count),
        event=ill["event"], case=ill["case"],
    )  # fmt: skip


def _stays(chance: np.random.Generator, people: Lives, chain: Chain, ill: Rows, first: Rows) -> Rows:
    """Admitted four to eight days after onset, when pneumonia shows; the fatal ones end in death."""
    row, count = ill["row"], len(ill["row"])
    later = ill["onset"] + (chance.gamma(9.0, 0.62, count) * DAY).astype(np.int64)
    fatal = (ill["severity"] == 4) & (people.dies[row] < ill["onset"] + _DIE_WITHIN) & people.dies_in_hospital[row]
    later = np.where(
        fatal, np.minimum(later, ill["onset"] + (np.minimum(people.dies[row], _FAR) - ill["onset"]) // 2), later
    )
    start = np.maximum(later, first["start"] + first["length"] + chance.integers(20, 90, count) * 60)
    pneumonia = np.isin(ill["reason"], _PNEUMONIA)
    reason = np.where(pneumonia, DISEASE["viral_pneumonia"], ill["reason"])
    longer = np.where(ill["severity"] >= 3, 1.6, 1.0)
    places = np.where(first["place"] >= FIRST_CLINIC, people.hospital[row], first["place"])
    length = (stay_lengths(chance, people, row, start, reason) * longer).astype(np.int64)
    length = np.where(fatal, people.dies[row] - start, length)
    # Children with pneumonia lie in paediatrics, others where infections are treated.
    infectious = pneumonia & (people.age(row, start) >= 14) & (chance.random(count) < 0.5)
    return candidates(
        row, start=start, length=length, kind=INPATIENT, reason=reason, place=places, priority=np.where(fatal, 0, 1),
        urgent=True,
        chain=chain.numbers(count), cause=first["chain"], icu=ill["severity"] >= 3, event=ill["event"],
        case=ill["case"],
        discharge=np.where(fatal, DEATH, 0), department=np.where(infectious, DEPARTMENT["infectious"], -1),
        arrival=first["arrival"], beside=np.where(pneumonia, ill["reason"], -1),
    )  # fmt: skip
