"""Who works in the city's hospitals and clinics"""

from __future__ import annotations

from functools import cache

import pyarrow as pa

from medark.synthetic import facts
from medark.synthetic.chance import stream
from medark.synthetic.population import names, places
from medark.synthetic.settings import CitySettings

_TITLES = ("chief", "associate_chief", "attending", "attending", "resident")  # in turn of a department's doctors
_KINDS = ("tertiary", "county", "clinic")
_COLUMNS = ("key", "organisation", "department", "name_zh", "name_en", "title", "licence_no")


@cache
def doctors(organisation: str, department: str) -> tuple[str, ...]:
    """Keys of the doctors of a department, the most senior first; () where it has none.

    >>> doctors("county", "icu")
    ('county-icu-01', 'county-icu-02', 'county-icu-03', 'county-icu-04')
    """
    kind = facts.by_key("organisations")[organisation]["kind"]
    count = int(facts.by_key("departments")[department][f"doctors_{kind}"]) if kind in _KINDS else 0
    return tuple(f"{organisation}-{department}-{number:02d}" for number in range(1, count + 1))


def departments(organisation: str) -> tuple[str, ...]:
    """Keys of the departments an organisation has: those with a doctor."""
    return tuple(key for key in facts.keys("departments") if doctors(organisation, key))


def staff(settings: CitySettings) -> pa.Table:
    """Everybody on the staff: key, organisation, department, name_zh, name_en, title (a key), licence_no."""
    posts = [
        (key, organisation, department, _TITLES[place % len(_TITLES)])
        for organisation in places.organisations(settings)
        for department in departments(organisation)
        for place, key in enumerate(doctors(organisation, department))
    ]
    key, organisation, department, title = zip(*posts, strict=True)
    name_zh, name_en = names.of_staff(stream(settings.seed, "staff"), len(posts))
    licence_no = [f"110000000{number:06d}" for number in range(1, len(posts) + 1)]  # of no province
    columns = (key, organisation, department, name_zh, name_en, title, licence_no)
    return pa.table({name: pa.array(column, pa.string()) for name, column in zip(_COLUMNS, columns, strict=True)})
