"""What was recorded: the city's tables with the errors of those who keyed them in and of the machines that sent them"""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from medark.synthetic.city import City
from medark.synthetic.dirt import diagnoses, encounters, registrations, results
from medark.synthetic.settings import Part
from medark.synthetic.world import World, empty

Soiled = tuple[dict[str, pa.Table], pa.Table]  # the tables that changed, and rows of truth/planted
Soil = Callable[[City, Part, World], Soiled]

SOILS: tuple[Soil, ...] = (
    registrations.noted, results.without_value, results.impossible, results.in_other_unit, results.skewed,
    results.late, diagnoses.wrong_codes, encounters.end_before_start,
)  # fmt: skip


def soil(city: City, part: Part, world: World) -> dict[str, pa.Table]:
    """The tables as systems recorded them, with `planted`: each error, what is true and what was written."""
    recorded, planted = dict(world), [empty("planted")]
    for one in SOILS:
        changed, notes = one(city, part, recorded)
        recorded |= changed
        planted.append(notes)
    return {**recorded, "planted": pa.concat_tables(planted).unify_dictionaries()}
