"""What is not called for: antibacterials and injections for colds, longer courses, by the clinics that do so"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from medark.synthetic.care.concepts import DISEASE, FIRST_CLINIC, ORGANISATIONS
from medark.synthetic.care.drugs import DRUG, given
from medark.synthetic.care.rows import Rows, joined
from medark.synthetic.chance import stream
from medark.synthetic.facts.read import by_key
from medark.synthetic.settings import Part

if TYPE_CHECKING:
    from medark.synthetic.city import City

_FOR: Final = ("urti", "bronchitis", "gastroenteritis", "fever", "influenza", "otitis_media", "back_pain", "headache")
_ANTIBACTERIALS: Final = ("amoxicillin", "azithromycin", "cefixime", "cefradine", "levofloxacin")
_INJECTIONS: Final = ("dexamethasone", "ceftriaxone", "cefuroxime")
_ELSEWHERE = 0.03  # of such visits to other clinics end with an antibacterial that is not called for: ours


def needless(city: City, part: Part, visits: Rows) -> Rows:
    """Prescriptions of facts/over_prescribing.csv's clinics, and the few of others."""
    chance = stream(city.settings.seed, "care/needless", part.number)
    sort = np.isin(visits["reason"], [DISEASE[key] for key in _FOR])
    at = np.flatnonzero(sort & (visits["place"] >= FIRST_CLINIC) & ~visits["cancelled"])
    share, injected, days = (_of_clinics(name, usual)[visits["place"][at]] for name, usual in
                             (("antibacterial", _ELSEWHERE), ("injection", 0.0), ("extra_days", 0.0)))  # fmt: skip
    return joined([
        _some(chance, at, days, _ANTIBACTERIALS, share, 0), _some(chance, at, days, _INJECTIONS, injected, 1),
    ])  # fmt: skip


def _of_clinics(name: str, usual: float) -> np.ndarray:
    known = by_key("over_prescribing")
    return np.array([float(known[key][name]) if key in known else usual for key in ORGANISATIONS])


def _some(
    chance: np.random.Generator, at: np.ndarray, days: np.ndarray, words: tuple[str, ...], share: np.ndarray, order: int
) -> Rows:
    some = chance.random(len(at)) < share
    drug = np.array([DRUG[key] for key in words])[chance.integers(0, len(words), len(at))]
    return given(at[some], drug[some], order, excessive=True, extra_days=days[some])
