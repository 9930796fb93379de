"""How people were registered wrongly: done when they were (population), noted here"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.city import City
from medark.synthetic.settings import Part
from medark.synthetic.world import World, table


def noted(_city: City, _part: Part, world: World) -> tuple[dict[str, pa.Table], pa.Table]:
    """A note of each registration with `dirt`; its patient_no is the written value."""
    of = world["registration"]
    hit = of.filter(pc.is_valid(of["dirt"]))
    count = hit.num_rows
    notes = table(
        "planted",
        kind=hit["dirt"].cast(pa.string()),
        of=["registration"] * count,
        key=hit["person"],
        person=hit["person"],
        organisation=hit["organisation"].cast(pa.string()),
        column=["patient_no"] * count,
        written_value=hit["patient_no"],
        expected=["linked"] * count,
    )
    return {}, notes
