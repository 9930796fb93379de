"""Claims of the insured: one an encounter, its total the sum of the fees, shared by the fund and the person"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from medark.synthetic.care.concepts import FIRST_CLINIC, INPATIENT, ORGANISATIONS
from medark.synthetic.care.items import ITEMS
from medark.synthetic.care.lives import INSURANCES, Lives
from medark.synthetic.care.rows import DAY, Rows, as_times
from medark.synthetic.chance import stream
from medark.synthetic.facts.read import by_key, rows
from medark.synthetic.settings import Part
from medark.synthetic.world import numbers, table

if TYPE_CHECKING:
    from medark.synthetic.city import City

_UNCOVERED: Final = np.isin(ITEMS, [row["key"] for row in rows("fee_items") if row["coverage"] == "C"])
_LEVELS: Final = ("tertiary", "county", "clinic")
_LEVEL: Final = np.array([0, 0, 1] + [2] * (len(ORGANISATIONS) - FIRST_CLINIC))  # of organisations
_CARE: Final = ("outpatient", "inpatient")


def _rule(column: str) -> np.ndarray:
    """By insurance, care and level; nothing is pooled without insurance."""
    known = by_key("reimbursement")
    return np.array([
        [[float(known.get(f"{one}-{care}-{level}", {}).get(column, 0)) for level in _LEVELS] for care in _CARE]
        for one in INSURANCES
    ])  # fmt: skip


_SHARE: Final = _rule("share")
_DEDUCTIBLE: Final = _rule("deductible_fen")


def claims(city: City, part: Part, people: Lives, visits: Rows, found: Rows) -> pa.Table:
    """Claims by encounter: outpatients' of the same day, of stays within two weeks of discharge."""
    chance = stream(city.settings.seed, "care/claims", part.number)
    count = len(visits["key"])
    total = np.bincount(found["at"], found["amount"], count).astype(np.int64)
    own_only = np.bincount(found["at"], np.where(_UNCOVERED[found["item"]], found["amount"], 0), count).astype(np.int64)
    insurance = people.insurance[visits["row"]]
    at = np.flatnonzero((total > 0) & (insurance >= 0) & (insurance < 2))
    stay = (visits["kind"][at] == INPATIENT).astype(np.int64)
    which = (insurance[at], stay, _LEVEL[visits["place"][at]])
    pooled = np.maximum(0, total[at] - own_only[at] - _DEDUCTIBLE[which]) * _SHARE[which]
    pooled = np.round(pooled).astype(np.int64)
    wait = np.where(stay > 0, chance.integers(DAY // 2, 14 * DAY, len(at)), chance.integers(300, 3 * 3600, len(at)))
    return table(
        "claim", claim=numbers(part.number, len(at)), encounter=visits["key"][at],
        person=people.person[visits["row"][at]],
        organisation=(visits["place"][at], ORGANISATIONS), insurance=(insurance[at], INSURANCES),
        submitted=as_times(visits["end"][at] + wait), total=total[at], pooled=pooled, own=total[at] - pooled,
    )  # fmt: skip
