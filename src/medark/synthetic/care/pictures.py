"""Which pictures the radiologists will report on, so that they are charged: drawn as reports.imaging draws them"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from medark.synthetic.care.rows import Rows, seconds
from medark.synthetic.chance import stream
from medark.synthetic.facts.read import rows
from medark.synthetic.reports.context import Stays
from medark.synthetic.reports.studies import asked_for, pictured
from medark.synthetic.settings import Part
from medark.synthetic.world import World, column

if TYPE_CHECKING:
    from medark.synthetic.city import City


def pictures(city: City, part: Part, world: World, encounters: pa.Table) -> Rows:
    """The studies of a part's encounters: `at` (row of the encounter), `modality`, `time`."""
    # Sex is all that they ask of the person: names and addresses need not be looked up.
    world = {"encounter": encounters, "person": world["person"].select(["person", "sex"])}
    seen = pictured(world)
    studies = asked_for(stream(city.settings.seed, "imaging", part.number), Stays.of(city, world, seen))
    at = np.searchsorted(column(encounters, "encounter"), column(seen, "encounter"))
    modality = np.array([row["modality"] for row in rows("studies")])
    return {"at": at[studies.stay], "modality": modality[studies.study], "time": seconds(studies.performed)}
