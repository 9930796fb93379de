"""Drugs as places in one list: which a disease is treated with, how often they are taken, by which way"""

from __future__ import annotations

from typing import Final

import numpy as np

from medark.synthetic.care.concepts import DISEASES, kind_is, words_of_disease
from medark.synthetic.care.rows import Rows
from medark.synthetic.facts.read import by_key, keys, rows
from medark.synthetic.health.risks import DRUG as PROTECTIVE

DRUGS: Final = keys("drugs")
DRUG: Final = {key: place for place, key in enumerate(DRUGS)}
_OF_DISEASE: Final = tuple(tuple(DRUG[d] for d in drugs if d in DRUG) for drugs in words_of_disease("drugs"))
MOST: Final = max(map(len, _OF_DISEASE))
OWN: Final = np.array([[*drugs, *[-1] * (MOST - len(drugs))] for drugs in _OF_DISEASE])  # by disease, in order; -1 none
FREQUENCIES: Final = tuple(dict.fromkeys(row["frequency"] for row in rows("drugs")))
ROUTES: Final = tuple(dict.fromkeys(row["route"] for row in rows("drugs")))
FREQUENCY: Final = np.array([FREQUENCIES.index(row["frequency"]) for row in rows("drugs")])
ROUTE: Final = np.array([ROUTES.index(row["route"]) for row in rows("drugs")])
# Doses a day of each frequency; those as needed are counted as two.
_A_DAY: Final = {
    "qd": 1,
    "bid": 2,
    "tid": 3,
    "qid": 4,
    "q8h": 3,
    "q6h": 4,
    "q12h": 2,
    "qn": 1,
    "qw": 1 / 7,
    "5xd": 5,
    "prn": 2,
}
A_DAY: Final = np.array([_A_DAY.get(row["frequency"], 1.0) for row in rows("drugs")])
ONCE: Final = np.array([row["frequency"] == "once" for row in rows("drugs")])
BY_VEIN: Final = np.array([row["route"] == "intravenous" for row in rows("drugs")])


def _long_term() -> np.ndarray:
    """Whether a drug is a long-term treatment of a disease, by both: who takes it is in the table exposure.

    True effects rest on that table, so what is in it for any disease is never drawn for another long-term one.
    """
    found = np.zeros((len(DISEASES), len(DRUGS)), bool)
    for row in by_key("long_term").values():
        found[DISEASES.index(row["disease"]), DRUG[row["drug"]]] = True
    for_long = np.asarray(found.any(axis=0))
    for_long[DRUG[PROTECTIVE]] = True
    for disease in np.flatnonzero(CHRONIC):
        own = OWN[disease][OWN[disease] >= 0]
        found[disease, own[for_long[own]]] = True
    return found


CHRONIC: Final = kind_is("chronic", "cancer")
LONG_TERM: Final = _long_term()
CYTOTOXIC: Final = np.array([row["atc"].startswith("L01") and row["frequency"] == "once" for row in rows("drugs")])


def given(at: np.ndarray, drug: np.ndarray | int, order: np.ndarray | int, **more: np.ndarray | float) -> Rows:
    """Drugs given at encounters: `order` on the prescription; `start` 0 is the visit's time, `for_days` 0 the usual."""
    usual = {"order": order, "excessive": False, "extra_days": 0, "start": 0, "for_days": 0, "drug": drug}
    return {"at": at} | {name: np.array(np.broadcast_to(value, len(at))) for name, value in (usual | more).items()}
