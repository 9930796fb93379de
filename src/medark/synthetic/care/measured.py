"""Values of tests (a first form: centre, person, disease)"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from medark.synthetic.care.lives import Lives
from medark.synthetic.care.rows import Rows
from medark.synthetic.chance import spread, stream
from medark.synthetic.city import City
from medark.synthetic.facts.read import keys, numbers, rows
from medark.synthetic.settings import Part

TESTS: Final = keys("tests")
_NUMBER: Final = np.array([row["kind"] == "quantitative" for row in rows("tests")])


def measured(
    city: City, part: Part, people: Lives, visits: Rows, asked: Rows, arisen: Rows
) -> tuple[np.ndarray, pa.Array]:
    """Values in SI units (NaN for tests that answer in words), and the words."""
    chance = stream(city.settings.seed, "care/measured", part.number)
    centre = np.where(
        people.female[asked["row"]],
        numbers("tests", "centre_f")[asked["test"]],
        numbers("tests", "centre_m")[asked["test"]],
    )
    value = centre * spread(chance, np.nan_to_num(numbers("tests", "cvi"), nan=5)[asked["test"]] * 1.5, len(centre))
    quantity = _NUMBER[asked["test"]]
    negative = [row["negative"] or "阴性" for row in rows("tests")]
    words = pa.DictionaryArray.from_arrays(pa.array(asked["test"].astype(np.int32), mask=quantity), pa.array(negative))
    return np.where(quantity, value, np.nan), words.cast(pa.string())


def flags(people: Lives, asked: Rows, value: np.ndarray, text: pa.Array) -> np.ndarray:
    """Places in N L H LL HH A: against the range of the sex."""
    female = people.female[asked["row"]]
    low, high = (
        np.where(female, numbers("tests", f"{end}_f")[asked["test"]], numbers("tests", f"{end}_m")[asked["test"]])
        for end in ("low", "high")
    )
    return np.where(value < low, 1, np.where(value > high, 2, 0))


def observed(city: City, part: Part, people: Lives, visits: Rows, seen: Rows, arisen: Rows) -> np.ndarray:
    """Values of observations (a first form)."""
    return np.zeros(len(seen["at"]))
