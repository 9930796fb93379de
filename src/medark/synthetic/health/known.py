"""Who has been told: the share of people with a disease whose doctors know of it, as published"""

from __future__ import annotations

from functools import cache

import numpy as np

from medark.synthetic.chance import Ints
from medark.synthetic.facts.read import rows
from medark.synthetic.health.own import uniform


def known(seed: int, disease: str, person: Ints) -> np.ndarray:
    """Whether these people, should they have the disease, are known to have it (a mask; the same at each call).

    Source: column `aware` of diseases.csv. Only they come for it and are treated for it.
    """
    return uniform(seed, f"known/{disease}", person) < _shares()[disease]


@cache
def _shares() -> dict[str, float]:
    return {row["key"]: float(row["aware"] or 1.0) for row in rows("diseases")}
