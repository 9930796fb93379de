"""What arises in stays: acute kidney injury, hospital-acquired pneumonia, bleeding, thrombosis by prophylaxis"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from medark.synthetic.care.concepts import DISEASE, INPATIENT
from medark.synthetic.care.drugs import DRUG, given
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.operations import OPERATIVE
from medark.synthetic.care.rows import DAY, Rows, as_times, joined, ordered
from medark.synthetic.chance import stream
from medark.synthetic.facts.read import rows
from medark.synthetic.health import vte
from medark.synthetic.health.patients import Patients
from medark.synthetic.settings import Part

if TYPE_CHECKING:
    from medark.synthetic.city import City

_OLD = 75  # years
_EARLIEST = {
    "acute_kidney_injury": 1,
    "hospital_acquired_pneumonia": 3,
    "gi_bleed": 1,
}  # days of a stay before it arises
_LATEST: Final = 9  # days
_CLOTS: Final = ("vte_dvt", "pulmonary_embolism")


def complications(city: City, part: Part, people: Lives, visits: Rows, icu: Rows, done: Rows, clots: Rows) -> Rows:
    """`at` of the stay, `disease` and `time`, by stay and time; none that the person came with. `clots`: thromboses."""
    chance = stream(city.settings.seed, "care/complications", part.number)
    stays = np.flatnonzero(visits["kind"] == INPATIENT)
    parts = [clots]
    for disease, risk in _risks(people, visits, stays, icu, done).items():
        first = _EARLIEST[disease] * DAY
        start, end = visits["start"][stays], visits["end"][stays]
        time = (
            start
            + first
            + (chance.random(len(stays)) * (np.minimum(end - start, _LATEST * DAY) - first)).astype(np.int64)
        )
        same = visits["reason"][stays] == DISEASE[disease]
        some = (
            (chance.random(len(stays)) < risk)
            & (time > start)
            & (time < end - DAY // 2)
            & (end - start > first)
            & ~same
        )
        parts.append({"at": stays[some], "disease": np.full(int(some.sum()), DISEASE[disease]), "time": time[some]})
    return ordered(joined(parts), "at", "time")


def _risks(people: Lives, visits: Rows, stays: np.ndarray, icu: Rows, done: Rows) -> dict[str, np.ndarray]:
    """The risk of each complication in each stay: the sum of what facts/complications.csv says of its traits."""
    reason = visits["reason"][stays]
    traits = {
        "all": np.ones(len(stays), bool), "icu": np.isin(stays, icu["at"]), "old": visits["age"][stays] >= _OLD,
        "operation": np.isin(stays, done["at"]), "": np.zeros(len(stays), bool),
    }  # fmt: skip
    risks = {key: np.zeros(len(stays)) for key in _EARLIEST}
    for row in rows("complications"):
        here = traits[row["trait"]].copy()
        if row["reason"]:
            known = DISEASE[row["reason"]]
            here |= (reason == known) | (people.onset[visits["row"][stays], known] <= visits["start"][stays] // DAY)
        risks[row["disease"]] += np.where(here, float(row["risk"]), 0)
    return risks


def thromboses(people: Lives, patients: Patients, visits: Rows, done: Rows) -> tuple[Rows, Rows]:
    """Thrombosis that arises in stays, with and without prophylaxis, and prescriptions of that: health.vte says who."""
    stays = np.flatnonzero(visits["kind"] == INPATIENT)
    stays = stays[~np.isin(visits["reason"][stays], [DISEASE[key] for key in _CLOTS])]
    operated = np.isin(stays, done["at"][OPERATIVE[done["procedure"]]])
    found = vte.thrombosis(
        patients, visits["key"][stays], people.person[visits["row"][stays]], as_times(visits["start"][stays]),
        as_times(visits["end"][stays]), visits["reason"][stays], operated,
    )  # fmt: skip
    has = np.isfinite(found.time)
    time = (found.time[has] * DAY).astype(np.int64)
    disease = np.where(found.embolism[has], DISEASE["pulmonary_embolism"], DISEASE["vte_dvt"])
    given_to = stays[found.prophylaxis]
    # A first dose within the day, before any case that it could have prevented; on until discharge.
    given_at = visits["start"][given_to] + np.minimum(6 * 3600, (visits["end"] - visits["start"])[given_to] // 4)
    return (
        {"at": stays[has], "disease": disease, "time": time},
        given(given_to, DRUG["enoxaparin"], 3, start=given_at, for_days=99),
    )
