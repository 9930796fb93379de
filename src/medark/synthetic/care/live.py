"""The stage: from lives and illness to encounters, and from those to everything that is recorded of them"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from medark.synthetic.care.acute import acute
from medark.synthetic.care.births import births
from medark.synthetic.care.candidates import Chain
from medark.synthetic.care.chronic import chronic
from medark.synthetic.care.deaths import deaths
from medark.synthetic.care.diagnoses import diagnoses
from medark.synthetic.care.encounters import encounters, kept
from medark.synthetic.care.epidemics import epidemics
from medark.synthetic.care.lives import Lives, lives
from medark.synthetic.care.orders import lab_orders, order_table
from medark.synthetic.care.prescriptions import prescription_table, prescriptions
from medark.synthetic.care.results import lab_results
from medark.synthetic.care.rows import Rows
from medark.synthetic.care.staff import staff_of
from medark.synthetic.settings import Part
from medark.synthetic.world import World

if TYPE_CHECKING:
    from medark.synthetic.city import City


def live(city: City, part: Part, world: World) -> dict[str, pa.Table]:
    """The care of a part's people, from its tables person, onset, death, exposure and infection."""
    people, staff = lives(city, world), staff_of(city.staff)
    table, visits = encounters(city, part, people, staff, kept(people, _wished(city, part, people, world)))
    nothing = np.zeros(0, np.int64)
    arisen = {"at": nothing, "disease": nothing, "time": nothing}
    icu = {"at": nothing, "start": nothing, "end": nothing}
    orders = lab_orders(city, part, people, visits, icu, nothing, arisen)
    given = prescriptions(city, part, people, visits, [])
    return {
        "encounter": table, "diagnosis": diagnoses(city, part, people, visits, arisen),
        "lab_order": order_table(people, visits, orders),
        "lab_result": lab_results(city, part, people, visits, orders, arisen),
        "prescription": prescription_table(people, visits, given),
    }  # fmt: skip


def _wished(city: City, part: Part, people: Lives, world: World) -> list[Rows]:
    """All that may come about."""
    chain = Chain()
    ill = epidemics(city, part, people, chain, world)
    told = np.unique(np.concatenate([rows["row"][rows["priority"] == 0] for rows in ill]))
    return [
        *ill, *deaths(city, part, people, chain, told), *births(city, part, people, chain),
        *chronic(city, part, people, chain), *acute(city, part, people, chain),
    ]  # fmt: skip
