"""Notes of stays: admission, progress, operation, discharge; they say what the charts hold"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic.chance import stream
from medark.synthetic.city import City
from medark.synthetic.reports.admission import admissions
from medark.synthetic.reports.charted import Drugs, Labs, vitals
from medark.synthetic.reports.context import HOSPITALS, Stays
from medark.synthetic.reports.discharge import discharges
from medark.synthetic.reports.frames import KINDS
from medark.synthetic.reports.operation_note import operations
from medark.synthetic.reports.pictured import impressions
from medark.synthetic.reports.progress import progress
from medark.synthetic.reports.said import together
from medark.synthetic.reports.stay_words import beginnings, stay_words
from medark.synthetic.reports.writing import Desk
from medark.synthetic.settings import Part
from medark.synthetic.world import World, table
from medark.synthetic.world import numbers as row_numbers


def notes(city: City, part: Part, world: World) -> pa.Table:
    """The table of notes, in the order of time."""
    chance = stream(city.settings.seed, "notes", part.number)
    stays = Stays.of(city, world, _stays(world))
    desk = Desk(
        chance, stays, stay_words(chance, world, stays), beginnings(stays), Labs(chance, world, stays),
        Drugs(world, stays), vitals(world, stays), impressions(world["imaging"], stays),
    )  # fmt: skip
    found = [admissions(desk), progress(desk), operations(desk, world), discharges(desk, world)]
    kind = np.repeat(np.arange(len(KINDS)), [len(each.stay) for each in found])
    stay, written = (np.concatenate([getattr(each, name) for each in found]) for name in ("stay", "written"))
    text = together([each.text for each in found])
    order = np.lexsort((kind, stay, written))
    text = text.take(order)
    of = stays.encounters.take(pa.array(stay[order]))
    return table(
        "note", note=row_numbers(part.number, len(order)),
        **{name: of[name] for name in ("encounter", "person", "organisation")},
        kind=(kind[order], KINDS), written=written[order],
        author=pa.concat_arrays([each.author for each in found]).take(pa.array(order)),
        language=(np.zeros(len(order), np.int64), [stays.language]), text=text.texts, spans=text.listed(),
    )  # fmt: skip


def _stays(world: World) -> pa.Table:
    encounters = world["encounter"]
    here = pc.is_in(encounters["organisation"].cast(pa.string()), value_set=pa.array(HOSPITALS))
    stay = pc.equal(encounters["kind"].cast(pa.string()), "inpatient")
    return encounters.filter(pc.and_not(pc.and_(here, stay), pc.fill_null(encounters["cancelled"], False)))
