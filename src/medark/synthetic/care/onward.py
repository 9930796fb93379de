"""From hospital to hospital: the gravest of the county hospital's patients go on to a tertiary one"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from medark.synthetic.care.candidates import Chain
from medark.synthetic.care.concepts import MOVED, ORGANISATIONS, TRANSFER
from medark.synthetic.care.rows import Rows, joined, taken

if TYPE_CHECKING:
    from medark.synthetic.city import City

_COUNTY = ORGANISATIONS.index("county")
_GOES_ON = 0.35  # of the county's stays that need intensive care: ours
_HOUR = 3600


def onward(chance: np.random.Generator, city: City, chain: Chain, stays: Rows) -> Rows:
    """The stays, where some of the county's end within a day or so in a transfer, and the stays that follow these."""
    tertiary = [ORGANISATIONS.index(key) for key in city.settings.hospitals if key != "county"]
    if not tertiary:
        return stays
    grave = (stays["place"] == _COUNTY) & stays["icu"] & (stays["priority"] > 0)
    grave &= chance.random(len(grave)) < _GOES_ON
    first, count = taken(stays, grave), int(grave.sum())
    brief = chance.integers(6, 30, count) * _HOUR
    after = first | {
        "start": first["start"] + brief + chance.integers(_HOUR, 3 * _HOUR, count), "cause": first["chain"],
        "place": np.array(tertiary)[chance.integers(0, len(tertiary), count)], "arrival": np.full(count, TRANSFER),
        "chain": chain.numbers(count), "urgent": np.ones(count, bool),
    }  # fmt: skip
    first |= {"length": brief, "discharge": np.full(count, MOVED), "icu": np.zeros(count, bool)}
    return joined([taken(stays, ~grave), first, after])
