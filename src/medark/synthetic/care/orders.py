"""Laboratory orders: which panels at which visit, on which days of a stay, collected, received and reported when"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from medark.synthetic.care.concepts import (
    CHECKUP,
    DISEASE,
    EMERGENCY,
    FIRST_CLINIC,
    INPATIENT,
    ORGANISATIONS,
    kind_is,
    words_of_disease,
)
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.rows import DAY, Rows, again, as_times, joined, ordered, steps, taken
from medark.synthetic.chance import stream
from medark.synthetic.facts.read import keys
from medark.synthetic.facts.read import numbers as fact_numbers
from medark.synthetic.facts.read import rows as fact_rows
from medark.synthetic.settings import Part
from medark.synthetic.world import numbers, table

if TYPE_CHECKING:
    from medark.synthetic.city import City

PANELS: Final = keys("panels")
PANEL: Final = {key: place for place, key in enumerate(PANELS)}
_OF_DISEASE: Final = tuple(tuple(PANEL[p] for p in panels if p in PANEL) for panels in words_of_disease("panels"))
_SPECIMENS: Final = tuple(dict.fromkeys(row["specimen"] for row in fact_rows("panels")))
_STATUS: Final = ("final", "corrected", "cancelled")
_CORRECTED, _CANCELLED = 0.006, 0.008  # of orders: ours
# Shares of visits with an order, by what kind of visit: ours (a quarter of outpatient visits in all).
_AT_HOSPITAL, _AT_CLINIC, _IN_EMERGENCY, _FOLLOW_UP = 0.52, 0.10, 0.78, 0.40
_EACH_PANEL = (0.88, 0.30, 0.15, 0.10, 0.10, 0.10, 0.10, 0.10, 0.10)  # of the disease's panels, in their order
_ON_ADMISSION: Final = {
    "cbc": 0.97, "liver": 0.82, "renal": 0.9, "electrolyte": 0.9, "glucose": 0.6, "coagulation": 0.55,
    "urinalysis": 0.6,
    "lipid": 0.2, "inflammation": 0.3, "stool": 0.2,
}  # fmt: skip
_AGAIN: Final = {"cbc": 0.18, "electrolyte": 0.17, "renal": 0.15, "inflammation": 0.10, "liver": 0.07}  # a day of stay
_AGAIN_OF_DISEASE = 0.08
_IN_CHECKUP = 0.7  # of the panels of health checks  # a day, of the disease's own panels that are not among those
_IN_ICU: Final = {
    "cbc": 0.95,
    "electrolyte": 0.95,
    "renal": 0.9,
    "blood_gas": 0.95,
    "coagulation": 0.6,
    "inflammation": 0.7,
}
_BEFORE_OPERATION: Final = ("coagulation", "pre_operation")
_SLOW: Final = ("hba1c", "tumour_markers", "blood_culture", "thyroid", "anaemia", "psa", "hepatitis_b", "pre_operation")


def lab_orders(
    city: City, part: Part, people: Lives, visits: Rows, icu: Rows, operated: np.ndarray, arisen: Rows
) -> Rows:
    """Orders by time: `at` of the encounter, panel, ordered, collected, received, reported, status, key.

    `icu` holds spells (`at`, `start`, `end`), `operated` the places of stays with an operation.
    """
    chance = stream(city.settings.seed, "care/orders", part.number)
    asked = joined([
        _at_visits(chance, visits), *_of_stays(chance, visits), *_in_icu(chance, icu),
        *_before_operations(chance, visits, operated),
        *_for_arisen(chance, visits, arisen),
    ])  # fmt: skip
    asked = ordered(asked, "at", "panel", "ordered")
    soon = again(asked, "at", "panel") & (np.diff(asked["ordered"], prepend=asked["ordered"][:1]) < DAY // 3)
    return _timed(chance, part, visits, ordered(taken(asked, ~soon), "at", "ordered", "panel"))


def order_table(people: Lives, visits: Rows, orders: Rows) -> pa.Table:
    """The table of orders."""
    specimen = np.array([_SPECIMENS.index(row["specimen"]) for row in fact_rows("panels")])
    done = orders["status"] != 2
    return table(
        "lab_order", lab_order=orders["key"], encounter=visits["key"][orders["at"]],
        person=people.person[visits["row"][orders["at"]]], organisation=(visits["place"][orders["at"]], ORGANISATIONS),
        panel=(orders["panel"], PANELS), specimen=(specimen[orders["panel"]], _SPECIMENS),
        ordered=as_times(orders["ordered"]),
        status=(orders["status"], _STATUS),
        **{name: pa.array(as_times(orders[name]), mask=~done) for name in ("collected", "received", "reported")},
    )  # fmt: skip


def _asked(at: np.ndarray, panel: np.ndarray | int, when: np.ndarray) -> Rows:
    return {"at": at, "panel": np.broadcast_to(panel, len(at)), "ordered": when}


def _at_visits(chance: np.random.Generator, visits: Rows) -> Rows:
    """Of some visits to clinics and hospitals, most in emergency, and all checkups."""
    kind, reason = visits["kind"], visits["reason"]
    share = np.where(visits["place"] >= FIRST_CLINIC, _AT_CLINIC, _AT_HOSPITAL)
    share = np.where((visits["place"] < FIRST_CLINIC) & kind_is("chronic", "cancer")[reason], _FOLLOW_UP, share)
    share = np.where(reason == DISEASE["haemodialysis"], 0.08, share)
    share = np.where(kind == EMERGENCY, _IN_EMERGENCY, np.where(kind == CHECKUP, 1, share))
    at = np.flatnonzero((chance.random(len(kind)) < share) & (kind != INPATIENT) & ~visits["cancelled"])
    all_of_it = kind[at] == CHECKUP
    parts = []
    for place in range(max(map(len, _OF_DISEASE))):
        panel = np.array([held[place] if place < len(held) else -1 for held in _OF_DISEASE])[reason[at]]
        some = (panel >= 0) & (chance.random(len(at)) < np.where(all_of_it, _IN_CHECKUP, _EACH_PANEL[min(place, 8)]))
        parts.append(_asked(at[some], panel[some], np.zeros(int(some.sum()), np.int64)))
    found = joined(parts)
    length = visits["end"] - visits["start"]
    share_of = 0.1 + 0.35 * chance.random(len(visits["key"]))
    return found | {"ordered": (visits["start"] + length * share_of).astype(np.int64)[found["at"]]}


def _of_stays(chance: np.random.Generator, visits: Rows) -> list[Rows]:
    """On admission the usual panels and the disease's own; then some of them again in the mornings."""
    stays = np.flatnonzero(visits["kind"] == INPATIENT)
    soon = visits["start"][stays] + chance.integers(600, 5400, len(stays))
    of, number = steps(np.maximum(0, visits["end"][stays] // DAY - visits["start"][stays] // DAY - 1))
    morning = (visits["start"][stays][of] // DAY + 1 + number) * DAY - chance.integers(4 * 3600, 9 * 3600, len(of))
    later = morning > soon[of] + DAY // 4
    days, morning = stays[of][later], morning[later]
    parts = [_some(chance, stays, PANEL[name], soon, share) for name, share in _ON_ADMISSION.items()]
    parts += [_some(chance, days, PANEL[name], morning, share) for name, share in _AGAIN.items()]
    for place in range(max(map(len, _OF_DISEASE))):
        own = np.array([held[place] if place < len(held) else -1 for held in _OF_DISEASE])
        quick = np.array([p if p >= 0 and PANELS[p] not in (*_AGAIN, *_SLOW) else -1 for p in own])
        parts.append(_own(chance, stays, own[visits["reason"][stays]], soon, 0.95))
        parts.append(_own(chance, days, quick[visits["reason"][days]], morning, _AGAIN_OF_DISEASE))
    return parts


def _in_icu(chance: np.random.Generator, icu: Rows) -> list[Rows]:
    of, number = steps(np.maximum(1, np.ceil((icu["end"] - icu["start"]) / DAY)).astype(np.int64))
    when = icu["start"][of] + number * DAY + 1200
    inside = when < icu["end"][of] - 3600
    at, when = icu["at"][of][inside], when[inside]
    return [_some(chance, at, PANEL[name], when, share) for name, share in _IN_ICU.items()]


def _before_operations(chance: np.random.Generator, visits: Rows, operated: np.ndarray) -> list[Rows]:
    soon = visits["start"][operated] + chance.integers(600, 5400, len(operated))
    return [_some(chance, operated, PANEL[name], soon, 0.97) for name in _BEFORE_OPERATION]


def _for_arisen(chance: np.random.Generator, visits: Rows, arisen: Rows) -> list[Rows]:
    """What shows that something arose in a stay: creatinine in kidney injury, D-dimer in thrombosis, for three days."""
    parts = []
    for place in range(2):
        panel = np.array([held[place] if place < len(held) else -1 for held in _OF_DISEASE])[arisen["disease"]]
        for day in range(3):
            when = arisen["time"] + day * DAY + chance.integers(1800, 7200, len(panel))
            known = (panel >= 0) & (when < visits["end"][arisen["at"]] - 2 * 3600)
            parts.append(_asked(arisen["at"][known], panel[known], when[known]))
    return parts


def _some(chance: np.random.Generator, at: np.ndarray, panel: int, when: np.ndarray, share: float) -> Rows:
    chosen = chance.random(len(at)) < share
    return _asked(at[chosen], panel, when[chosen])


def _own(chance: np.random.Generator, at: np.ndarray, panel: np.ndarray, when: np.ndarray, share: float) -> Rows:
    chosen = (panel >= 0) & (chance.random(len(at)) < share)
    return _asked(at[chosen], panel[chosen], when[chosen])


def _timed(chance: np.random.Generator, part: Part, visits: Rows, asked: Rows) -> Rows:
    """Collected after the order and before the encounter ends, received within the hour, reported in the panel's time.

    What is ordered together is collected together; an outpatient may have left by the report, a day and a half at most.
    """
    count, end = len(asked["at"]), visits["end"][asked["at"]]
    stay = visits["kind"][asked["at"]] == INPATIENT
    draw = (asked["at"] * 7919 + asked["ordered"] // 60) % 997 / 997  # the same for orders made together
    wait = np.where(stay, 900 + draw * 5400, 180 + draw * 1500)
    collected = asked["ordered"] + np.minimum(wait, (end - asked["ordered"]) * 0.7).astype(np.int64)
    received = collected + (300 + draw * 2400).astype(np.int64)
    minutes = fact_numbers("panels", "minutes")[asked["panel"]] * np.clip(
        np.exp(0.25 * chance.standard_normal(count)), 0.6, 1.7
    )
    reported = received + np.where(stay, minutes, np.minimum(minutes, 1300)).astype(np.int64) * 60
    luck = chance.random(count)
    status = np.where(luck < _CANCELLED, 2, np.where(luck > 1 - _CORRECTED, 1, 0))
    return asked | {"key": numbers(part.number, count), "collected": collected, "received": received,
                    "reported": reported, "status": status}  # fmt: skip
