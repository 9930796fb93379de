"""Those who die of an infection: their deaths, and what would have happened to them later taken back"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints, stream
from medark.synthetic.events import severity
from medark.synthetic.events.cases import Found, times
from medark.synthetic.events.rows import with_values
from medark.synthetic.events.town import Town
from medark.synthetic.settings import Part
from medark.synthetic.world import World, column, empty, table

if TYPE_CHECKING:
    from medark.synthetic.city import City

_IN_HOSPITAL = 0.9  # ours: those who die of an acute infection mostly die in hospital
_LATER = (("onset", "day"), ("exposure", "start"))  # what begins on a day and can't after death


def with_deaths(city: City, part: Part, world: World, people: Town, found: Found) -> tuple[Found, dict[str, pa.Table]]:
    """The cases, and death, onset and exposure anew. Who catches something else later, or moves away, does not die."""
    chance = stream(city.settings.seed, "deaths of infection", part.number)
    dying = np.flatnonzero(found.severity == severity.FATAL)
    day = found.onset[dying] + severity.to_death(chance, len(dying))
    last = np.zeros(len(people.person))
    np.maximum.at(last, found.person, found.onset)
    _, first_of_person = np.unique(found.person[dying], return_index=True)
    once = np.isin(np.arange(len(dying)), first_of_person)
    dies = once & (last[found.person[dying]] <= found.onset[dying]) & (day < people.here_until[found.person[dying]])
    ill = found.severity.copy()
    ill[dying[~dies]] = severity.FATAL - 1
    dies &= day < city.settings.days
    found = replace(found, severity=ill)
    if not dies.any() or "death" not in world:
        return found, {}
    return found, _replaced(city, world, people, found, dying[dies], day[dies], chance)


def _replaced(
    city: City, world: World, people: Town, found: Found, dying: Ints, day: Floats, chance: np.random.Generator
) -> dict[str, pa.Table]:
    person, first = people.person[found.person[dying]], np.datetime64(city.settings.start, "D")
    diseases = tuple(row["disease"] for row in facts.rows("events"))
    in_hospital = chance.random(len(dying)) < _IN_HOSPITAL
    new = table(
        "death", person=person, time=times(first, day), cause=(found.event[dying], diseases), in_hospital=in_hospital
    )
    kept = world["death"].filter(pc.invert(pc.is_in(world["death"]["person"], value_set=pa.array(person))))
    deaths = pa.concat_tables([kept.unify_dictionaries(), new]).unify_dictionaries().sort_by("person").combine_chunks()
    changed = {name: _until(world.get(name, empty(name)), by, new) for name, by in _LATER}
    changed["exposure"] = _ended(changed["exposure"], new)
    return {"death": deaths, **{name: held for name, held in changed.items() if name in world}}


def _until(held: pa.Table, by: str, deaths: pa.Table) -> pa.Table:
    """Rows of those who die that begin no later than the day of death, and all rows of others."""
    if not held.num_rows:
        return held
    return held.filter(pa.array(~(column(held, by).astype("datetime64[D]") > _died(held, deaths))))


def _ended(exposure: pa.Table, deaths: pa.Table) -> pa.Table:
    """What the dead were exposed to ends with them."""
    if not exposure.num_rows:
        return exposure
    died, end = _died(exposure, deaths), column(exposure, "end").astype("datetime64[D]")
    return with_values(
        exposure, end=np.where(np.isnat(died), end, np.where(np.isnat(end), died, np.minimum(end, died)))
    )


def _died(held: pa.Table, deaths: pa.Table) -> np.ndarray:
    """Of each row's person the day of death; not a time where they are not among `deaths`."""
    order = np.argsort(column(deaths, "person"))
    person, died = column(deaths, "person")[order], column(deaths, "time").astype("datetime64[D]")[order]
    owner = column(held, "person").astype(np.int64)
    place = np.minimum(np.searchsorted(person, owner), len(person) - 1)
    return np.where(person[place] == owner, died[place], np.datetime64("NaT", "D"))
