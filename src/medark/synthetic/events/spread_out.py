"""After care: infections of wards, the city's other channels, and claims that should not be"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from medark.synthetic.events.calls import ems_calls
from medark.synthetic.events.cards import report_cards
from medark.synthetic.events.devices import device_readings
from medark.synthetic.events.fraud import false_claims
from medark.synthetic.events.pharmacy import pharmacy_sales
from medark.synthetic.events.scene import scene
from medark.synthetic.events.swabs import nucleic_tests
from medark.synthetic.events.wards import ward_cluster
from medark.synthetic.settings import Part
from medark.synthetic.world import World

if TYPE_CHECKING:
    from medark.synthetic.city import City


def spread_out(city: City, part: Part, world: World) -> dict[str, pa.Table]:
    """The tables of the channels; and infection, diagnosis, encounter, fee and claim with what came to them."""
    seen = scene(city, part, world)
    infected = ward_cluster(seen)
    return {
        "ems_call": ems_calls(seen),
        "nucleic_test": nucleic_tests(seen),
        "pharmacy_sale": pharmacy_sales(seen),
        "report_card": report_cards(seen),
        "device_reading": device_readings(seen),
        **infected,
        **false_claims(seen, {**world, **infected}),
    }
