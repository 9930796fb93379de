"""Diagnosis codes that no code system has"""

from __future__ import annotations

import pyarrow as pa

from medark.synthetic.city import City
from medark.synthetic.dirt.chosen import chosen, note
from medark.synthetic.dirt.columns import with_column
from medark.synthetic.settings import Part
from medark.synthetic.world import World

_CODES = ("U99.900", "Z00.999X", "9999", "ZZZ", "I0X.100")  # in none of ICD-10 of WHO, China or the United States


def wrong_codes(city: City, part: Part, world: World) -> tuple[dict[str, pa.Table], pa.Table]:
    """A code that does not exist in the place of the right one."""
    of = world["diagnosis"]
    one = chosen(city, part, "wrong_code", of.num_rows)
    codes = pa.array([_CODES[n] for n in one.chance.integers(0, len(_CODES), len(one.places))], pa.string())
    hit = of.take(one.places)
    notes = note(one, hit, "encounter", "code", hit["disease"].combine_chunks(), codes)
    return {"diagnosis": with_column(of, "written_code", one.places, codes)}, notes
