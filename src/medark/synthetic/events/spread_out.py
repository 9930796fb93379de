"""Channels of the city beside its hospitals: 120, swabs, pharmacies, report cards, devices at home"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from medark.synthetic.settings import Part
from medark.synthetic.world import World, empty

if TYPE_CHECKING:
    from medark.synthetic.city import City

_TABLES = ("ems_call", "nucleic_test", "pharmacy_sale", "report_card", "device_reading")


def spread_out(city: City, part: Part, world: World) -> dict[str, pa.Table]:
    """The tables of the channels."""
    return {name: empty(name) for name in _TABLES}
