"""Which diseases stand behind each of some encounters: its reason, its diagnoses, and what the person has for long"""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from medark.synthetic.chance import Ints
from medark.synthetic.facts import keys
from medark.synthetic.reports.context import Stays, found_at
from medark.synthetic.world import World, column, indexes


class Illness:
    """Asked by disease: has each of the encounters it?"""

    def __init__(self, world: World, stays: Stays) -> None:
        self._known = list(keys("diseases"))
        self._count = len(stays)
        self._reason = indexes(stays.encounters, "reason", self._known)
        at, disease = self._diagnosed(world, stays)
        person, onset, since = self._onsets(world, stays)
        self._at, self._by_disease = _grouped(disease, at)
        self._person, self._by_onset = _grouped(onset, person)
        self._since = since[np.argsort(onset, kind="stable")]
        self._who = column(stays.people, "person")
        self._day = stays.start.astype("datetime64[D]")

    def has(self, disease: str) -> np.ndarray:
        """True where the encounter is for it, or it is among its diagnoses, or began before."""
        number = self._known.index(disease)
        found: np.ndarray = self._reason == number
        found[self._at[self._by_disease[number] : self._by_disease[number + 1]]] = True
        some = slice(self._by_onset[number], self._by_onset[number + 1])
        if some.stop > some.start:
            at = found_at(self._person[some], self._who)
            found |= (at >= 0) & (self._since[some][np.maximum(at, 0)] <= self._day)
        return found

    def is_reason(self, disease: str) -> np.ndarray:
        """True where the encounter is for it."""
        return np.asarray(self._reason == self._known.index(disease))

    def _diagnosed(self, world: World, stays: Stays) -> tuple[Ints, Ints]:
        at = found_at(column(stays.encounters, "encounter"), column(world["diagnosis"], "encounter"))
        disease = indexes(world["diagnosis"], "disease", self._known)
        kept = (at >= 0) & (disease >= 0)
        return at[kept], disease[kept]

    def _onsets(self, world: World, stays: Stays) -> tuple[Ints, Ints, np.ndarray]:
        here = pc.is_in(world["onset"]["person"], value_set=pc.unique(stays.people["person"]))
        onset = world["onset"].filter(here)
        disease, person = indexes(onset, "disease", self._known), column(onset, "person")
        _, first = np.unique(np.stack([disease, person]), axis=1, return_index=True)
        kept = first[disease[first] >= 0]
        return person[kept], disease[kept], column(onset, "day")[kept].astype("datetime64[D]")

    def __len__(self) -> int:
        return self._count


def _grouped(disease: Ints, of: np.ndarray) -> tuple[np.ndarray, Ints]:
    """Rows by disease, and where each disease's begin."""
    order = np.argsort(disease, kind="stable")
    return of[order], np.searchsorted(disease[order], np.arange(len(keys("diseases")) + 1))
