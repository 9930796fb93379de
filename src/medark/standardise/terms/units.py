"""A unit as it was written, in UCUM's spelling where that is known"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from medark.standardise.lookups.data import unit_synonym
from medark.text import folded

_POWER = re.compile(r"^[x*]?10(?:\^|\*\*|\*|e|ˆ)?(\d+)")


@cache
def ucum(unit: str) -> str:
    """The unit's UCUM code; what nobody knows stays as it is.

    >>> ucum("×10^9/L"), ucum("K/uL"), ucum("mmol/L")
    ('10*9/L', '10*3/uL', 'mmol/L')
    """
    tidy = folded(unit).replace(" ", "").replace("×", "x").replace("μ", "u")
    powered = _POWER.sub(r"10*\1", tidy)
    known = _synonyms().get(tidy) or _synonyms().get(powered)
    return known or (unit if powered == tidy else powered.replace("/l", "/L"))


@cache
def _synonyms() -> Mapping[str, str]:
    told = unit_synonym().to_pylist()
    return {row["unit"]: row["ucum_code"] for row in reversed(told)}
