"""Prescriptions: drugs for the reason, for what the person has besides, around operations, and what is too much"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from medark.synthetic.care.concepts import CHECKUP, CHILD, DISEASE, EMERGENCY, INPATIENT, ORGANISATIONS
from medark.synthetic.care.drugs import (
    A_DAY,
    CHRONIC,
    CYTOTOXIC,
    DRUG,
    DRUGS,
    FREQUENCIES,
    FREQUENCY,
    LONG_TERM,
    MOST,
    ONCE,
    OWN,
    ROUTE,
    ROUTES,
    given,
)
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.needless import needless
from medark.synthetic.care.operations import LEVEL, OPERATIVE
from medark.synthetic.care.regimens import continued
from medark.synthetic.care.rows import DAY, Rows, again, as_times, joined, ordered, rank_within, taken
from medark.synthetic.chance import stream
from medark.synthetic.facts.read import numbers as fact_numbers
from medark.synthetic.facts.read import rows
from medark.synthetic.settings import Part
from medark.synthetic.world import numbers, table

if TYPE_CHECKING:
    from medark.synthetic.city import City

# Shares of patients who get the first, second … drug of a disease at a visit, and in a stay: ours.
_AT_VISIT, _IN_STAY = (0.85, 0.55, 0.35, 0.2, 0.15), 0.85
_ON_ONE = 5  # drugs. Source: Measures for prescriptions 2007 (order 53), article 6
_DROPS = 6  # years: younger ones get drops
_EMERGENCY_DAYS = 3  # Source: the same, article 19
_PROPHYLAXIS, _ASLEEP = (
    0.9,
    0.95,
)  # of operations of level 2 and over with a cut; of those under general anaesthesia: ours


def prescriptions(city: City, part: Part, people: Lives, visits: Rows, done: Rows, taking: Rows, extra: Rows) -> Rows:
    """Drugs by encounter: `at`, `drug`, `start`, `days`, `dose`, `quantity`, `stopped`, `excessive`, `key`.

    `done` are operations, `taking` long-term treatment, `extra` what others ordered (prophylaxis, what arose).
    """
    chance = stream(city.settings.seed, "care/prescriptions", part.number)
    held = joined([
        continued(city, part, visits, taking), *_for_reason(chance, visits), *_besides(chance, visits),
        *_around_operations(chance, done), needless(city, part, visits), extra,
    ])  # fmt: skip
    small = (held["drug"] == DRUG["paracetamol"]) & (visits["age"][held["at"]] < _DROPS)
    held["drug"] = np.where(small, DRUG["paracetamol_child"], held["drug"])
    # Of a drug named twice the earlier stays: prophylaxis is not lost where it failed and treatment followed.
    held = ordered(held, "at", "drug", "excessive", "start", "order")
    held = ordered(taken(held, ~again(held, "at", "drug")), "at", "order", "drug")
    stay = visits["kind"][held["at"]] == INPATIENT
    return _dosed(chance, part, visits, taken(held, stay | (rank_within(held["at"]) < _ON_ONE)))


def prescription_table(people: Lives, visits: Rows, held: Rows) -> pa.Table:
    """The table of prescriptions."""
    drug, at = held["drug"], held["at"]
    return table(
        "prescription", prescription=held["key"], encounter=visits["key"][at], person=people.person[visits["row"][at]],
        organisation=(visits["place"][at], ORGANISATIONS), drug=(drug, DRUGS), start=as_times(held["start"]),
        days=held["days"], dose=held["dose"], frequency=(FREQUENCY[drug], FREQUENCIES), route=(ROUTE[drug], ROUTES),
        quantity=held["quantity"], stopped=pa.array(as_times(held["stopped"]), mask=held["stopped"] == 0),
        excessive=held["excessive"],
    )  # fmt: skip


def _for_reason(chance: np.random.Generator, visits: Rows) -> list[Rows]:
    """What the reason is treated with, but for long-term treatment, which is in the table exposure.

    Infusions for cancer are given in stays for chemotherapy only, by the cancer; enoxaparin after a fracture is
    prophylaxis, of which health.vte says who gets it.
    """
    at = np.flatnonzero(~visits["cancelled"])
    treats = visits["reason"][at] == DISEASE["chemotherapy"]
    reason = np.where(treats & (visits["beside"][at] >= 0), visits["beside"][at], visits["reason"][at])
    broken = reason == DISEASE["hip_fracture"]
    stay = visits["kind"][at] == INPATIENT
    parts = []
    for place in range(MOST):
        drug = OWN[reason, place]
        share = np.where(stay, _IN_STAY, _AT_VISIT[min(place, 4)])
        long = CHRONIC[reason] & LONG_TERM[reason, drug]
        elsewhere = (CYTOTOXIC[drug] & ~treats) | (broken & (drug == DRUG["enoxaparin"]))
        some = (drug >= 0) & ~long & ~elsewhere & (chance.random(len(at)) < share)
        parts.append(given(at[some], drug[some], place + 1))
    return parts


def _besides(chance: np.random.Generator, visits: Rows) -> list[Rows]:
    """What else is usual, by facts/treatments.csv: for a disease, or for any in a stay."""
    parts, stay = [], visits["kind"] == INPATIENT
    kept = ~visits["cancelled"] & (visits["kind"] != CHECKUP)
    for row in rows("treatments"):
        here = kept & (stay == (row["setting"] == "stay"))
        if row["disease"]:
            here &= visits["reason"] == DISEASE[row["disease"]]
        at = np.flatnonzero(here)
        parts.append(given(at[chance.random(len(at)) < float(row["share"])], DRUG[row["drug"]], 4))
    return parts


def _around_operations(chance: np.random.Generator, done: Rows) -> list[Rows]:
    """An antibacterial within the hour before the cut, stopped within a day or two; propofol; analgesia after.

    Source: Guiding principles of clinical use of antibacterials 2015: 0.5 to 1 hour before the cut, up to 24 hours.
    """
    cut = taken(done, OPERATIVE[done["procedure"]] & (LEVEL[done["procedure"]] >= 2))
    count = len(cut["at"])
    before = cut["start"] - chance.integers(1800, 3600, count)
    some, asleep = chance.random(count) < _PROPHYLAXIS, (cut["anaesthetist"] >= 0) & (chance.random(count) < _ASLEEP)
    sore, days = chance.random(count) < 0.6, 1 + (chance.random(count) < 0.3)
    return [
        given(cut["at"][some], DRUG["cefazolin"], 0, start=before[some], for_days=days[some]),
        given(cut["at"][asleep], DRUG["propofol"], 0, start=cut["start"][asleep], for_days=1),
        given(cut["at"][sore], DRUG["celecoxib"], 6, start=cut["end"][sore], for_days=3),
    ]  # fmt: skip


def _dosed(chance: np.random.Generator, part: Part, visits: Rows, held: Rows) -> Rows:
    """With time, days, dose and quantity: children get a share of the dose, emergency three days at most."""
    at, drug, count = held["at"], held["drug"], len(held["at"])
    stay, start, end = visits["kind"][at] == INPATIENT, visits["start"][at], visits["end"][at]
    at_visit = start + ((end - start) * (0.55 + 0.4 * chance.random(count))).astype(np.int64)
    at_stay = start + np.minimum(chance.integers(1800, 6 * 3600, count), (end - start) // 3)
    began = np.where(stay, at_stay, at_visit)
    began = np.where(held["start"] > 0, np.clip(held["start"], start, end - 60), began)
    days = _days(visits, held, began)
    age = visits["age"][at]
    size = np.where(age < CHILD, np.ceil(np.clip(0.1 + age / 18, 0.2, 1) * 4) / 4, 1.0)
    quantity = fact_numbers("drugs", "per_dose")[drug] * np.where(ONCE[drug], 1, A_DAY[drug] * days) * size
    return held | {
        "key": numbers(part.number, count), "start": began, "days": days,
        "dose": fact_numbers("drugs", "dose")[drug] * size,
        "quantity": np.maximum(1, np.ceil(quantity)), "stopped": np.where(stay, np.minimum(began + days * DAY, end), 0),
    }  # fmt: skip


def _days(visits: Rows, held: Rows, began: np.ndarray) -> np.ndarray:
    at = held["at"]
    usual = np.maximum(1, fact_numbers("drugs", "days")[held["drug"]])
    left = np.maximum(1, np.ceil((visits["end"][at] - began) / DAY))
    asked = np.where(held["for_days"] > 0, held["for_days"], np.maximum(usual, 3))
    ambulant = np.where(visits["kind"][at] == EMERGENCY, np.minimum(usual, _EMERGENCY_DAYS), usual) + held["extra_days"]
    found = np.where(visits["kind"][at] == INPATIENT, np.minimum(left, asked), ambulant)
    return np.where(ONCE[held["drug"]], 1, found).astype(np.int64)
