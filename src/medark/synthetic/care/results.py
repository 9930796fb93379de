"""Laboratory results: every test of an order's panel, of a person with what they have at that time"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from medark.synthetic.care.concepts import ORGANISATIONS
from medark.synthetic.care.lives import Lives
from medark.synthetic.care.measured import FLAGS, TESTS, measured, observed
from medark.synthetic.care.nursing import KINDS
from medark.synthetic.care.rows import Rows, as_times, steps, taken
from medark.synthetic.chance import stream
from medark.synthetic.facts.read import rows as fact_rows
from medark.synthetic.health.patients import Patients
from medark.synthetic.settings import Part
from medark.synthetic.world import numbers, table

if TYPE_CHECKING:
    from medark.synthetic.city import City

_OF_PANEL: Final = tuple(
    tuple(TESTS.index(t) for t in row["tests"].split() if t in TESTS) for row in fact_rows("panels")
)
_FIRST: Final = np.cumsum([0, *map(len, _OF_PANEL)])
_FLAT: Final = np.array([test for tests in _OF_PANEL for test in tests])


def lab_results(
    city: City, part: Part, people: Lives, patients: Patients, visits: Rows, orders: Rows, arisen: Rows
) -> pa.Table:
    """The table of results, by order; corrected orders have a test whose first value was another."""
    chance = stream(city.settings.seed, "care/results", part.number)
    done = taken(orders, orders["status"] != 2)
    of, number = steps(np.diff(_FIRST)[done["panel"]])
    test = _FLAT[_FIRST[done["panel"]][of] + number]
    at = done["at"][of]
    asked = {"test": test, "time": done["collected"][of], "at": at}
    value, text, flag = measured(patients, people, visits, asked, arisen)
    corrected = (done["status"][of] == 1) & (number == 0) & ~np.isnan(value)
    first = np.where(corrected, value * (1.4 + chance.random(len(value))), np.nan)
    return table(
        "lab_result", lab_result=numbers(part.number, len(of)), lab_order=done["key"][of], encounter=visits["key"][at],
        person=people.person[visits["row"][at]], organisation=(visits["place"][at], ORGANISATIONS), test=(test, TESTS),
        collected=as_times(asked["time"]), value=value, text=text, first_value=first,
        flag=(flag, FLAGS),
    )  # fmt: skip


def observation_table(people: Lives, patients: Patients, visits: Rows, seen: Rows, arisen: Rows) -> pa.Table:
    """The table of observations."""
    return table(
        "observation", encounter=visits["key"][seen["at"]], person=people.person[visits["row"][seen["at"]]],
        time=as_times(seen["time"]), kind=(seen["kind"], KINDS), value=observed(patients, people, visits, seen, arisen),
    )  # fmt: skip
