"""Prescriptions: drugs for the reason, for what the person has besides, and where too much is given, more"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from medark.synthetic.care.concepts import (
    DISEASE,
    DISEASES,
    FIRST_CLINIC,
    INPATIENT,
    ORGANISATIONS,
    kind_is,
    words_of_disease,
)
from medark.synthetic.care.lives import NOT_YET, Lives
from medark.synthetic.care.rows import DAY, Rows, as_times, joined, ordered, rank_within, taken
from medark.synthetic.chance import stream
from medark.synthetic.city import City
from medark.synthetic.facts.read import by_key, keys, numbers as fact_numbers, rows as fact_rows
from medark.synthetic.settings import Part
from medark.synthetic.world import numbers, table

DRUGS: Final = keys("drugs")
DRUG: Final = {key: place for place, key in enumerate(DRUGS)}
_OF_DISEASE: Final = tuple(tuple(DRUG[d] for d in drugs if d in DRUG) for drugs in words_of_disease("drugs"))
_MOST_DRUGS: Final = max(map(len, _OF_DISEASE))
_OWN: Final = np.array([[*drugs, *[-1] * (_MOST_DRUGS - len(drugs))] for drugs in _OF_DISEASE])  # by disease and order
_LONG: Final = np.flatnonzero(kind_is("chronic"))
_FREQUENCIES: Final = tuple(dict.fromkeys(row["frequency"] for row in fact_rows("drugs")))
_ROUTES: Final = tuple(dict.fromkeys(row["route"] for row in fact_rows("drugs")))
# Doses a day of each frequency; those as needed are counted as two.
_A_DAY: Final = {"qd": 1, "bid": 2, "tid": 3, "qid": 4, "q8h": 3, "q6h": 4, "q12h": 2, "qn": 1, "qw": 1 / 7, "qod": 0.5,
                 "5xd": 5, "once": 1, "prn": 2}  # fmt: skip
# Shares of patients who take the first, second … drug of a disease, for years and for an acute illness: ours.
_TAKEN, _GIVEN = (0.72, 0.45, 0.28, 0.25, 0.15), (0.75, 0.45, 0.25, 0.12, 0.1)
_BESIDES_AT_VISIT, _BESIDES_IN_STAY = 0.22, 0.75  # of drugs for other long-term disease, written at the same time: ours
_ON_ONE = 5  # drugs. Source: Measures for prescriptions 2007 (order 53), article 6
_NEEDLESS: Final = (
    "urti",
    "bronchitis",
    "gastroenteritis",
    "fever",
    "influenza",
    "otitis_media",
    "back_pain",
    "headache",
)
_ANTIBACTERIALS: Final = ("amoxicillin", "azithromycin", "cefixime", "cefradine", "levofloxacin")
_INJECTIONS: Final = ("dexamethasone", "ceftriaxone", "cefuroxime")
_ELSEWHERE = 0.03  # of visits for such things elsewhere end with an antibacterial that is not called for: ours


def prescriptions(city: City, part: Part, people: Lives, visits: Rows, extra: list[Rows]) -> Rows:
    """Drugs by encounter: `at`, drug, start, days, dose, quantity, stopped, excessive, key."""
    chance = stream(city.settings.seed, "care/prescriptions", part.number)
    habit = chance.random((len(people.person), len(DISEASES)), dtype=np.float32)
    given = joined([
        _for_reason(chance, visits, habit), _besides(chance, people, visits, habit), _needless(chance, visits), *extra,
    ])  # fmt: skip
    given = ordered(given, "at", "drug", "excessive")
    again = np.r_[False, (given["at"][1:] == given["at"][:-1]) & (given["drug"][1:] == given["drug"][:-1])]
    given = ordered(taken(given, ~again), "at", "order", "drug")
    stay = visits["kind"][given["at"]] == INPATIENT
    given = taken(given, stay | (rank_within(given["at"]) < _ON_ONE))
    return _dosed(chance, part, people, visits, given)


def prescription_table(people: Lives, visits: Rows, given: Rows) -> pa.Table:
    """The table of prescriptions."""
    drug = given["drug"]
    frequency, route = (
        np.array([words.index(row[name]) for row in fact_rows("drugs")])[drug]
        for name, words in (("frequency", _FREQUENCIES), ("route", _ROUTES))
    )
    return table(
        "prescription", prescription=given["key"], encounter=visits["key"][given["at"]],
        person=people.person[visits["row"][given["at"]]], organisation=(visits["place"][given["at"]], ORGANISATIONS),
        drug=(drug, DRUGS), start=as_times(given["start"]), days=given["days"], dose=given["dose"],
        frequency=(frequency, _FREQUENCIES), route=(route, _ROUTES), quantity=given["quantity"],
        stopped=pa.array(as_times(given["stopped"]), mask=given["stopped"] == 0), excessive=given["excessive"],
    )  # fmt: skip


def chosen(at: np.ndarray, drug: np.ndarray | int, order: int, **more: np.ndarray | float) -> Rows:
    """Drugs given at encounters; `extra_days` on top of the usual, `start` 0 for that of the visit."""
    usual = {"order": order, "excessive": False, "extra_days": 0, "start": 0, "for_days": 0, "drug": drug}
    return {"at": at} | {name: np.array(np.broadcast_to(value, len(at))) for name, value in (usual | more).items()}


def _for_reason(chance: np.random.Generator, visits: Rows, habit: np.ndarray) -> Rows:
    """What long-term disease is treated with stays the same for a person; for acute illness it is drawn."""
    at = np.flatnonzero(~visits["cancelled"])
    reason, row = visits["reason"][at], visits["row"][at]
    long = kind_is("chronic")[reason]
    stay = visits["kind"][at] == INPATIENT
    parts = []
    for place in range(_MOST_DRUGS):
        drug = _OWN[reason, place]
        share = np.where(stay, 0.85, _GIVEN[min(place, 4)])
        luck = np.where(long, (habit[row, reason] * (place + 3) * 7.31) % 1, chance.random(len(at)))
        some = (drug >= 0) & (luck < np.where(long, _TAKEN[min(place, 4)], share))
        parts.append(chosen(at[some], drug[some], place))
    return joined(parts)


def _besides(chance: np.random.Generator, people: Lives, visits: Rows, habit: np.ndarray) -> Rows:
    """Drugs that the person takes for other long-term disease."""
    onset = people.onset[:, _LONG]
    sick = (onset < NOT_YET).any(axis=1)
    at = np.flatnonzero(sick[visits["row"]] & ~visits["cancelled"] & (visits["kind"] != 3))
    of, which = np.nonzero(onset[visits["row"][at]] <= (visits["start"][at] // DAY)[:, None])
    at, disease = at[of], _LONG[which]
    share = np.where(visits["kind"][at] == INPATIENT, _BESIDES_IN_STAY, _BESIDES_AT_VISIT)
    some = (chance.random(len(at)) < share) & (disease != visits["reason"][at])
    at, disease = at[some], disease[some]
    parts = []
    for place in range(_MOST_DRUGS):
        drug = _OWN[disease, place]
        taking = (drug >= 0) & ((habit[visits["row"][at], disease] * (place + 3) * 7.31) % 1 < _TAKEN[min(place, 4)])
        parts.append(chosen(at[taking], drug[taking], 5 + place))
    return joined(parts)


def _needless(chance: np.random.Generator, visits: Rows) -> Rows:
    """Antibacterials and injections for what they do not help: often in the clinics of facts/over_prescribing.csv."""
    sort = np.isin(visits["reason"], [DISEASE[key] for key in _NEEDLESS if key in DISEASE])
    at = np.flatnonzero(sort & (visits["place"] >= FIRST_CLINIC) & ~visits["cancelled"])
    place, known = visits["place"][at], by_key("over_prescribing")
    share, injected, days = (
        np.array([float(known[key][name]) if key in known else usual for key in ORGANISATIONS])[place]
        for name, usual in (("antibacterial", _ELSEWHERE), ("injection", 0.0), ("extra_days", 0.0))
    )
    parts = []
    for order, (words, likely) in enumerate(((_ANTIBACTERIALS, share), (_INJECTIONS, injected))):
        some = chance.random(len(at)) < likely
        drug = np.array([DRUG[key] for key in words])[chance.integers(0, len(words), len(at))]
        parts.append(chosen(at[some], drug[some], order, excessive=True, extra_days=days[some]))
    return joined(parts)


def _dosed(chance: np.random.Generator, part: Part, people: Lives, visits: Rows, given: Rows) -> Rows:
    at, drug, count = given["at"], given["drug"], len(given["at"])
    stay, start, end = visits["kind"][at] == INPATIENT, visits["start"][at], visits["end"][at]
    visit_time = start + ((end - start) * (0.55 + 0.4 * chance.random(count))).astype(np.int64)
    began = np.where(stay, start + np.minimum(chance.integers(1800, 6 * 3600, count), (end - start) // 3), visit_time)
    began = np.where(given["start"] > 0, given["start"], began)
    usual = np.maximum(1, fact_numbers("drugs", "days")[drug])
    in_stay = np.maximum(1, np.ceil((end - began) / DAY))
    days = np.where(
        stay, np.minimum(in_stay, np.where(given["for_days"] > 0, given["for_days"], np.maximum(usual, 3))), usual
    )
    days = np.where(
        stay, days, np.where(visits["kind"][at] == 1, np.minimum(days, 3), days) + given["extra_days"]
    ).astype(np.int64)
    size = np.where(visits["age"][at] < 14, np.clip(0.15 + visits["age"][at] / 18, 0.15, 1), 1.0)
    dose = fact_numbers("drugs", "dose")[drug] * np.where(size < 1, np.round(size * 4 + 0.5) / 4, 1)
    a_day = np.array([_A_DAY.get(row["frequency"], 1) for row in fact_rows("drugs")])[drug]
    once = np.array([row["frequency"] == "once" for row in fact_rows("drugs")])[drug]
    quantity = fact_numbers("drugs", "per_dose")[drug] * np.where(once, 1, a_day * days)
    stopped = np.where(stay, np.minimum(began + days * DAY, end), 0)
    return given | {"key": numbers(part.number, count), "start": began, "days": days, "dose": dose,
                    "quantity": np.maximum(1, np.ceil(quantity)), "stopped": stopped}  # fmt: skip
