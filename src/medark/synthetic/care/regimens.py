"""Long-term treatment as the table exposure has it, written at visits and given on in stays"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medark.synthetic.care.concepts import CHECKUP, INPATIENT
from medark.synthetic.care.drugs import DRUGS, LONG_TERM, given
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.rows import DAY, Rows, seconds, steps, taken
from medark.synthetic.chance import stream
from medark.synthetic.settings import Part
from medark.synthetic.world import World, column, indexes

if TYPE_CHECKING:
    from medark.synthetic.city import City

_FOR_REASON, _BESIDES, _IN_STAY = (
    0.96,
    0.25,
    0.9,
)  # shares of treatments written at a visit for it, for else, in stays: ours
_FOREVER = np.iinfo(np.int32).max


def regimens(people: Lives, world: World) -> Rows:
    """Who takes which drug from when to when (days): `row`, `drug`, `from`, `to`, by row."""
    held = world["exposure"]
    to = seconds(column(held, "end"))
    found = {
        "row": people.rows_of(column(held, "person")), "drug": indexes(held, "kind", DRUGS),
        "from": seconds(column(held, "start")) // DAY, "to": np.where(to < -(1 << 60), _FOREVER, to // DAY),
    }  # fmt: skip
    found = taken(found, found["drug"] >= 0)
    return taken(found, np.argsort(found["row"], kind="stable"))


def continued(city: City, part: Part, visits: Rows, taking: Rows) -> Rows:
    """Prescriptions of what is being taken: for the reason of the visit nearly always, for else now and then."""
    chance = stream(city.settings.seed, "care/regimens", part.number)
    first = np.searchsorted(visits["row"], taking["row"])
    many = np.searchsorted(visits["row"], taking["row"], side="right") - first
    of, number = steps(many)
    at = first[of] + number
    day = visits["start"][at] // DAY
    drug = taking["drug"][of]
    now = (
        (taking["from"][of] <= day)
        & (day <= taking["to"][of])
        & ~visits["cancelled"][at]
        & (visits["kind"][at] != CHECKUP)
    )
    own = LONG_TERM[visits["reason"][at], drug]
    share = np.where(visits["kind"][at] == INPATIENT, _IN_STAY, np.where(own, _FOR_REASON, _BESIDES))
    some = now & (chance.random(len(at)) < share)
    return given(at[some], drug[some], np.where(own[some], 0, 5))
