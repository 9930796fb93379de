"""What doctors write of a part of the people: imaging, pathology and notes"""

from __future__ import annotations

import pyarrow as pa

from medark.synthetic.city import City
from medark.synthetic.reports.imaging import imaging
from medark.synthetic.reports.notes import notes
from medark.synthetic.reports.pathology import pathology
from medark.synthetic.settings import Part
from medark.synthetic.world import World


def live(city: City, part: Part, world: World) -> dict[str, pa.Table]:
    """The tables imaging, pathology and note."""
    pictures = imaging(city, part, world)
    return {
        "imaging": pictures,
        "pathology": pathology(city, part, world),
        "note": notes(city, part, {**world, "imaging": pictures}),
    }
