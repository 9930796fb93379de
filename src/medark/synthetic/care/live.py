"""The stage: from lives and illness to encounters, and from those to everything that is recorded of them"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from medark.synthetic.care import operations as theatre
from medark.synthetic.care.acute import acute
from medark.synthetic.care.arising import complications, thromboses
from medark.synthetic.care.births import births
from medark.synthetic.care.candidates import Chain
from medark.synthetic.care.chronic import chronic
from medark.synthetic.care.claims import claims
from medark.synthetic.care.deaths import deaths
from medark.synthetic.care.diagnoses import diagnoses
from medark.synthetic.care.drugs import OWN, given
from medark.synthetic.care.encounters import encounters, kept
from medark.synthetic.care.epidemics import epidemics
from medark.synthetic.care.fees import fee_table, fees
from medark.synthetic.care.lives import Lives, lives
from medark.synthetic.care.nursing import rounds
from medark.synthetic.care.orders import lab_orders, order_table
from medark.synthetic.care.prescriptions import prescription_table, prescriptions
from medark.synthetic.care.regimens import regimens
from medark.synthetic.care.reported import reported
from medark.synthetic.care.results import lab_results, observation_table
from medark.synthetic.care.rows import Rows, joined
from medark.synthetic.care.staff import staff_of
from medark.synthetic.care.wards import intensive, transfers
from medark.synthetic.health.acute import acute_risks
from medark.synthetic.health.patients import patients
from medark.synthetic.settings import Part
from medark.synthetic.world import World

if TYPE_CHECKING:
    from medark.synthetic.city import City


def live(city: City, part: Part, world: World) -> dict[str, pa.Table]:
    """The care of a part's people, from its tables person, onset, death, exposure and infection."""
    people, staff, measured = lives(city, world), staff_of(city.staff), patients(city.settings, world)
    visits = kept(people, _wished(city, part, people, world))
    done = theatre.planned(city, part, people, visits)
    visits |= {"department": theatre.departments(visits, done)}
    table, visits = encounters(city, part, people, staff, visits)
    icu = intensive(city, part, visits)
    done = theatre.operations(city, part, visits, staff, done, icu)
    clots, prophylaxis = thromboses(people, measured, visits, done)
    arisen = complications(city, part, people, visits, icu, done, clots)
    orders = lab_orders(city, part, people, visits, icu, np.unique(done["at"]), arisen)
    given = prescriptions(
        city, part, people, visits, done, regimens(people, world), joined([prophylaxis, _treated(arisen)])
    )
    operations = theatre.operation_table(part, people, visits, staff, done)
    charged = fees(visits, icu, orders, given, done, reported(city, part, world, table, operations))
    return {
        "encounter": table, "diagnosis": diagnoses(city, part, people, visits, arisen),
        "lab_order": order_table(people, visits, orders),
        "lab_result": lab_results(city, part, people, measured, visits, orders, arisen),
        "prescription": prescription_table(people, visits, given),
        "operation": operations,
        "transfer": transfers(city, part, people, visits, icu),
        "observation": observation_table(people, measured, visits, rounds(city, part, visits, icu, done), arisen),
        "fee": fee_table(part, people, visits, charged), "claim": claims(city, part, people, visits, charged),
    }  # fmt: skip


def _wished(city: City, part: Part, people: Lives, world: World) -> list[Rows]:
    """All that may come about."""
    chain = Chain()
    ill = epidemics(city, part, people, chain, world)
    told = np.unique(np.concatenate([rows["row"][rows["priority"] == 0] for rows in ill]))
    risks = acute_risks(city.settings, world)
    return [
        *ill, *deaths(city, part, people, chain, told), *births(city, part, people, chain),
        *chronic(city, part, people, chain), *acute(city, part, people, chain, risks),
    ]  # fmt: skip


def _treated(arisen: Rows) -> Rows:
    """The first two drugs for what arose in a stay, from then on."""
    return joined([
        given(arisen["at"][some], drug[some], 2, start=arisen["time"][some] + 3600)
        for place in range(2)
        for drug in (OWN[arisen["disease"], place],)
        for some in (drug >= 0,)
    ])  # fmt: skip
