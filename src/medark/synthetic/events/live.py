"""Who catches what: the cases of all events but those of the wards, and those who die of them"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from medark.synthetic.settings import Part
from medark.synthetic.world import World, empty

if TYPE_CHECKING:
    from medark.synthetic.city import City


def live(city: City, part: Part, world: World) -> dict[str, pa.Table]:
    """The table infection."""
    return {"infection": empty("infection")}
