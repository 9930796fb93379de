"""Diagnosis lists: why, what else, what arose in the stay; one main diagnosis at discharge that fits the stay"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from medark.synthetic.care.concepts import DISEASE, DISEASES, INPATIENT, kind_is
from medark.synthetic.care.lives import NOT_YET, Lives
from medark.synthetic.care.rows import DAY, Rows, joined, ordered, rank_within, taken
from medark.synthetic.chance import stream
from medark.synthetic.settings import Part
from medark.synthetic.world import table

if TYPE_CHECKING:
    from medark.synthetic.city import City

_KINDS: Final = ("admission", "discharge", "outpatient")
_LONG: Final = np.flatnonzero(kind_is("chronic", "cancer"))
_MOST = 8  # further diagnoses of a stay. Source: the front page has room for ten or more; ours
_WRITTEN_IN_STAY, _WRITTEN_AT_VISIT = 0.85, 0.3  # shares of long-term diseases that are written down: ours
# What a stay is admitted with before it is known what it is: ours.
_SUSPECTED: Final = {
    "abdominal_pain": ("appendicitis", "cholecystitis", "pancreatitis", "gallstones", "ileus", "renal_colic"),
    "chest_pain": ("mi", "chd", "pulmonary_embolism"),
    "fever": ("pneumonia", "viral_pneumonia", "sepsis", "uti"),
}
_SUSPECTED_SHARE = 0.2


def diagnoses(city: City, part: Part, people: Lives, visits: Rows, arisen: Rows) -> pa.Table:
    """All diagnoses by encounter, kind and rank; `arisen` holds what began in stays (`at` of the stay, `disease`)."""
    chance = stream(city.settings.seed, "care/diagnoses", part.number)
    at = np.flatnonzero(~visits["cancelled"])
    stay = visits["kind"][at] == INPATIENT
    main = _rows(at, visits["reason"][at], np.where(stay, 1, 2), 0)
    admitted = at[stay]
    first = _rows(admitted, _suspected(chance, visits["reason"][admitted]), 0, 0)
    begun = _rows(arisen["at"], arisen["disease"], 1, 1) | {"on_admission": np.zeros(len(arisen["at"]), bool)}
    named = at[visits["beside"][at] >= 0]
    beside = _rows(named, visits["beside"][named], np.where(visits["kind"][named] == INPATIENT, 1, 2), 1)
    found = joined([main, first, beside, begun, _further(chance, people, visits, at)])
    found = ordered(found, "at", "kind", "order", "disease")
    rank = rank_within(found["at"] * 4 + found["kind"])
    found = taken(found | {"rank": rank}, rank <= _MOST)
    return table(
        "diagnosis", encounter=visits["key"][found["at"]], person=people.person[visits["row"][found["at"]]],
        rank=found["rank"] + 1, disease=(found["disease"], DISEASES), kind=(found["kind"], _KINDS),
        on_admission=pa.array(found["on_admission"], mask=found["kind"] == 2),
    )  # fmt: skip


def _rows(at: np.ndarray, disease: np.ndarray, kind: np.ndarray | int, order: int) -> Rows:
    shape = len(at)
    return {
        "at": at, "disease": disease, "kind": np.broadcast_to(kind, shape), "order": np.full(shape, order),
        "on_admission": np.ones(shape, bool),
    }  # fmt: skip


def _suspected(chance: np.random.Generator, reason: np.ndarray) -> np.ndarray:
    found = reason.copy()
    unsure = chance.random(len(reason)) < _SUSPECTED_SHARE
    for name, later in _SUSPECTED.items():
        if name in DISEASE:
            found[unsure & np.isin(reason, [DISEASE[key] for key in later if key in DISEASE])] = DISEASE[name]
    return found


def _further(chance: np.random.Generator, people: Lives, visits: Rows, at: np.ndarray) -> Rows:
    """Long-term diseases that the person has by then, of which most are written down in stays and some at visits."""
    onset = people.onset[:, _LONG]
    sick = np.flatnonzero((onset < NOT_YET).any(axis=1))
    at = at[np.isin(visits["row"][at], sick)]
    has = onset[visits["row"][at]] <= (visits["start"][at] // DAY)[:, None]
    of, which = np.nonzero(has)
    disease, of = _LONG[which], at[of]
    stay = visits["kind"][of] == INPATIENT
    written = chance.random(len(of)) < np.where(stay, _WRITTEN_IN_STAY, _WRITTEN_AT_VISIT)
    written &= (disease != visits["reason"][of]) & (disease != visits["beside"][of])
    return _rows(of[written], disease[written], np.where(stay[written], 1, 2), 2)
