"""What moves a measured value: facts of diseases, of drugs and of age, by the test or vital sign that they bear on"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from medark.synthetic.chance import Floats
from medark.synthetic.facts.read import keys, rows
from medark.synthetic.health.patients import acting
from medark.synthetic.health.risks import chronic


@dataclass(frozen=True, slots=True)
class Move:
    """`by` is where the disease or drug stands among chronic(), acting() or keys("diseases").

    A factor is kept as its logarithm. A treatment comes on within `days` (63 % of it); what an acute disease does grows
    from `lead` hours before the encounter to `peak` hours after its beginning and then falls by half in `half` days.
    """

    cause: str
    by: int
    factor: bool
    size: float
    days: float = 0.0
    lead: float = 0.0
    peak: float = 0.0
    half: float = 0.0


@dataclass(frozen=True, slots=True)
class Moves:
    """All that bears on one test or vital sign."""

    chronic: tuple[Move, ...]
    acute: tuple[Move, ...]
    drugs: tuple[Move, ...]
    ages: Floats  # years, with
    factors: Floats  # the factor at each


@cache
def moves(of: str) -> Moves:
    """The moves of a key of tests.csv or vitals.csv."""
    diseases = [row for row in rows("lab_effects") if row["test"] == of]
    drugs = [row for row in rows("effects") if row["outcome"] == of and row["cause"] in acting()]
    ages = [row for row in rows("lab_age") if row["test"] == of]
    return Moves(
        chronic=tuple(_of_disease(row, chronic().index(row["disease"])) for row in diseases if not row["half_days"]),
        acute=tuple(_of_disease(row, keys("diseases").index(row["disease"])) for row in diseases if row["half_days"]),
        drugs=tuple(
            Move(row["cause"], acting().index(row["cause"]), *_size(row), days=float(row["days"])) for row in drugs
        ),
        ages=np.array([float(row["age"]) for row in ages] or [0.0]),
        factors=np.array([float(row["factor"]) for row in ages] or [1.0]),
    )


def _of_disease(row: Mapping[str, str], by: int) -> Move:
    course = (float(row[name] or 0) for name in ("lead_hours", "peak_hours", "half_days"))
    return Move(row["disease"], by, *_size(row), 0.0, *course)


def _size(row: Mapping[str, str]) -> tuple[bool, float]:
    size = float(row["size"])
    return (True, float(np.log(size))) if row["measure"] == "factor" else (False, size)
