"""What radiologists and pathologists will report on, so that it is charged: drawn as the stage of reports draws it"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from medark.synthetic.care.rows import Rows, seconds
from medark.synthetic.chance import stream
from medark.synthetic.facts.read import rows
from medark.synthetic.reports.context import Stays
from medark.synthetic.reports.specimens import taken
from medark.synthetic.reports.studies import asked_for, pictured
from medark.synthetic.settings import Part
from medark.synthetic.world import World, column

if TYPE_CHECKING:
    from medark.synthetic.city import City

_ITEM = {"CR": "xray", "DX": "xray", "CT": "ct", "MR": "mr", "US": "ultrasound"}  # of facts/fee_items.csv by modality


def reported(city: City, part: Part, world: World, encounters: pa.Table, operations: pa.Table) -> Rows:
    """Pictures and specimens of a part: `at` (row of the encounter), `item` (a word of facts/fee_items.csv), `time`."""
    # Sex is all that they ask of the person: names and addresses need not be looked up.
    world = {"encounter": encounters, "operation": operations, "person": world["person"].select(["person", "sex"])}
    seen = pictured(world)
    studies = asked_for(stream(city.settings.seed, "imaging", part.number), Stays.of(city, world, seen))
    specimens = taken(stream(city.settings.seed, "pathology", part.number), world, seen)
    item = np.array([_ITEM[row["modality"]] for row in rows("studies")])[studies.study]
    at = np.searchsorted(column(encounters, "encounter"), column(seen, "encounter"))
    return {
        "at": at[np.concatenate([studies.stay, specimens.encounter])],
        "item": np.concatenate([item, np.full(len(specimens.fact), "pathology_exam")]),
        "time": np.concatenate([seconds(studies.performed), seconds(specimens.collected)]),
    }
