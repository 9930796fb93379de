"""Results of one test that came in several units, in the unit of the newest, where the units alone say how"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np

from medark.define.units.conversion import between
from medark.errors import DefinitionError
from medark.flows.timeline.names import Named
from medark.flows.timeline.rows import Floats, Longs, Rows


def in_one_unit(
    rows: Rows, concept: Longs, unit: Longs, pairs: Longs, at: Longs, named: Mapping[int, Named]
) -> tuple[Floats, Floats, Floats, Longs]:
    """Values, lower and upper bounds, and the unit of each row. What nothing leads between stays as it is.

    `pairs`: all that there are of concept and unit, in order, in one number each (concept * 2**32 + unit).
    """
    told = rows.floats("value_as_number"), rows.floats("range_low"), rows.floats("range_high")
    concepts = pairs >> 32
    several = np.unique(concepts[1:][concepts[1:] == concepts[:-1]])
    if not len(several):
        return *told, unit
    values, lows, highs = (one.copy() for one in told)
    unit = unit.copy()
    for one in several.tolist():
        mine = np.flatnonzero(concept == one)
        wanted = int(unit[mine[np.argmax(at[mine])]])
        for other in set(unit[mine].tolist()) - {wanted}:
            way = _way(named[other].code, named[wanted].code, named[one].en.split(" [")[0] if one in named else "")
            if way is not None:
                these = mine[unit[mine] == other]
                for cells in (values, lows, highs):
                    cells[these] = cells[these] * way[0] + way[1]
                unit[these] = wanted
    return values, lows, highs, unit


@lru_cache(4096)
def _way(given: str, wanted: str, analyte: str) -> tuple[float, float] | None:
    """The factor and offset that lead from one unit to another; None if nothing does.

    >>> _way("g/dL", "g/L", ""), _way("meq/L", "mmol/L", "Potassium"), _way("mg/dL", "", "")
    ((10.0, 0.0), (1.0, 0.0), None)
    """
    if not given or not wanted:
        return None
    for name in (None, analyte or None):
        try:
            line = between(given, wanted, name)
        except DefinitionError:
            continue
        return float(line.factor), float(line.offset)
    return None
