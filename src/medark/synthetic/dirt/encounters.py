"""Visits that end before they begin"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from medark.synthetic.city import City
from medark.synthetic.dirt.chosen import chosen, note
from medark.synthetic.dirt.columns import with_column
from medark.synthetic.settings import Part
from medark.synthetic.world import World, column


def end_before_start(city: City, part: Part, world: World) -> tuple[dict[str, pa.Table], pa.Table]:
    """The year of the end is typed one too low; not of stays that others lead from."""
    of = world["encounter"]
    kept = ~column(of, "cancelled").astype(bool)
    one = chosen(city, part, "end_before_start", of.num_rows, kept)
    hit = of.take(one.places)
    written = pa.array(column(hit, "end") - np.timedelta64(365, "D"), pa.timestamp("s"))
    notes = note(one, hit, "encounter", "end", hit["end"].combine_chunks(), written)
    return {"encounter": with_column(of, "end", one.places, written)}, notes
