"""How organisations know people: the numbers they give them and what they wrote when they did"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from medark.synthetic import facts, world
from medark.synthetic.chance import Ints, stream
from medark.synthetic.population import mistakes, patient_numbers
from medark.synthetic.settings import CitySettings, Part

if TYPE_CHECKING:
    from medark.synthetic.city import City

_OTHER_HOSPITAL = 0.15  # of people who are known to a hospital where they don't usually go: ours
_YEARS_KNOWN, _YEARS_KNOWN_OLD, _OLD = 8, 20, 50  # ours: for how long, at most
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Known:
    """Who is known where since when: a row a registration. `person` is the row of table person."""

    person: Ints
    organisation: Ints  # place in facts/organisations.csv
    registered: np.ndarray


def first_registrations(settings: CitySettings, part: Part, person: pa.Table) -> pa.Table:
    """Table `registration` of the organisations where people usually go, and of other hospitals that know them."""
    chance = stream(settings.seed, "registrations", part.number)
    return _written(settings, chance, part, person, _usual(chance, settings, person))


def newcomers(city: City, part: Part, so_far: world.World) -> dict[str, pa.Table]:
    """Table `registration` with one more row for each organisation that met a person whom it did not know.

    A stage after care: people are registered where they go for the first time, on that day.
    """
    keys, known, encounter = facts.keys("organisations"), so_far["registration"], so_far["encounter"]
    seen = pa.table(
        {
            "person": encounter["person"],
            "place": world.indexes(encounter, "organisation", keys),
            "start": encounter["start"],
        }
    )
    first = seen.group_by(["person", "place"], use_threads=False).aggregate([("start", "min")])
    of_known = world.column(known, "person") * len(keys) + world.indexes(known, "organisation", keys)
    of_seen = world.column(first, "person") * len(keys) + world.column(first, "place")
    order = np.argsort(of_seen, kind="stable")
    new = order[~np.isin(of_seen[order], of_known) & (world.column(first, "place")[order] >= 0)]
    rows = np.searchsorted(world.column(so_far["person"], "person"), world.column(first, "person")[new])
    there = Known(
        rows, world.column(first, "place")[new], world.column(first, "start_min")[new].astype("datetime64[s]")
    )
    chance = stream(city.settings.seed, "newcomers", part.number)
    return {"registration": pa.concat_tables([known, _written(city.settings, chance, part, so_far["person"], there)])}


def _usual(chance: np.random.Generator, settings: CitySettings, person: pa.Table) -> Known:
    """The clinic and the hospital of each person, and another hospital of some; since a day before the first."""
    keys = facts.keys("organisations")
    clinic, hospital = world.indexes(person, "clinic", keys), world.indexes(person, "hospital", keys)
    others = np.array([keys.index(key) for key in settings.hospitals] or [-1])
    second = others[chance.integers(0, len(others), len(hospital))]
    second[(second == hospital) | (chance.random(len(second)) > _OTHER_HOSPITAL)] = -1
    rows = np.tile(np.arange(len(clinic)), 3)
    organisation = np.concatenate((clinic, hospital, second))
    rows, organisation = rows[organisation >= 0], organisation[organisation >= 0]
    return Known(rows, organisation, _since(chance, settings, person)(rows))


def _since(chance: np.random.Generator, settings: CitySettings, person: pa.Table):  # type: ignore[no-untyped-def]
    """When people were registered: years before the city's first day, or when they were born or came."""
    start = np.datetime64(settings.start, "s")
    birth, came = (world.column(person, name).astype("datetime64[s]") for name in ("birth", "moved_in"))
    old = (start - birth).astype(np.int64) > _OLD * 365 * _DAY
    most = np.where(old, _YEARS_KNOWN_OLD, _YEARS_KNOWN) * 365

    def since(rows: Ints) -> np.ndarray:
        days = (chance.random(len(rows)) * most[rows]).astype(np.int64) + 1
        time = start - (days * _DAY - chance.integers(8 * 3600, 17 * 3600, len(rows))).astype("timedelta64[s]")
        return np.where(np.isnat(came[rows]), np.maximum(time, birth[rows]), came[rows])

    return since


def _written(
    settings: CitySettings, chance: np.random.Generator, part: Part, person: pa.Table, known: Known
) -> pa.Table:
    keys, rows = facts.keys("organisations"), pa.array(known.person)
    number = world.column(person, "person")[known.person]
    columns = {
        "person": number,
        "patient_no": patient_numbers.main(known.organisation, number),
        "registered": known.registered,
        "name": person["name_zh"].take(rows),
        "phone": person["phone"].take(rows),
        "address": person["address_zh"].take(rows),
        "organisation": (known.organisation, keys),
        **{name: person[name].take(rows) for name in ("sex", "birth", "identity_no")},
    }
    clean = world.table("registration", **columns)
    return mistakes.made(settings, chance, person, clean) if clean.num_rows else clean
