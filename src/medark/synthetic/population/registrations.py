"""How organisations know people: the numbers they give them and what they wrote when they did"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
import pyarrow as pa

from medark.synthetic import facts, world
from medark.synthetic.chance import Ints, stream
from medark.synthetic.population import again, mistakes, patient_numbers
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

    def take(self, rows: Ints) -> Self:
        """These registrations."""
        return type(self)(self.person[rows], self.organisation[rows], self.registered[rows])


def first_registrations(settings: CitySettings, part: Part, person: pa.Table) -> pa.Table:
    """Table `registration` of the organisations where people usually go, and of other hospitals that know them."""
    chance = stream(settings.seed, "registrations", part.number)
    return mistakes.made(settings, chance, person, _clean(person, _usual(chance, settings, person)))


def newcomers(city: City, part: Part, so_far: world.World) -> dict[str, pa.Table]:
    """Table `registration` with rows for those who came where nobody knew them, or where they were not found.

    A stage after care: people are registered at the beginning of such a visit.
    """
    settings, person, known = city.settings, so_far["person"], so_far["registration"]
    keys, chance = facts.keys("organisations"), stream(settings.seed, "newcomers", part.number)
    visits, kept, emergency = _visits(person, so_far["encounter"])
    at = visits.person * len(keys) + visits.organisation
    known_at = np.searchsorted(world.column(person, "person"), world.column(known, "person")) * len(keys)
    first = _first_of_each(at, ~np.isin(at, known_at + world.indexes(known, "organisation", keys)))
    kept[first] = False
    more = [mistakes.made(settings, chance, person, _clean(person, visits.take(first)))]
    for kind in again.KINDS:
        allowed = kept & emergency if kind == "second_number" else kept
        rows = _first_of_each(at, allowed & mistakes.hit(settings, chance, kind, len(at)))
        kept[rows] = False
        more.append(again.registered_again(settings, chance, kind, _clean(person, visits.take(rows))))
    return {"registration": pa.concat_tables([known, *more]).unify_dictionaries().combine_chunks()}


def _visits(person: pa.Table, encounter: pa.Table) -> tuple[Known, np.ndarray, np.ndarray]:
    """Visits in the order in which they began; which were kept, and which were emergencies."""
    start = world.column(encounter, "start").astype("datetime64[s]")
    order = np.lexsort((world.column(encounter, "encounter"), start))
    rows = np.searchsorted(world.column(person, "person"), world.column(encounter, "person"))
    organisation = world.indexes(encounter, "organisation", facts.keys("organisations"))
    kept = ~encounter["cancelled"].fill_null(False).to_numpy(zero_copy_only=False)
    emergency = world.indexes(encounter, "kind", ("emergency",)) == 0
    return Known(rows[order], organisation[order], start[order]), kept[order], emergency[order]


def _first_of_each(at: Ints, allowed: np.ndarray) -> Ints:
    """Of those allowed the first row of each value."""
    places = np.flatnonzero(allowed)
    return np.sort(places[np.unique(at[places], return_index=True)[1]])


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
    return Known(rows, organisation, _since(chance, settings, person, rows))


def _since(chance: np.random.Generator, settings: CitySettings, person: pa.Table, rows: Ints) -> np.ndarray:
    """When people were registered: years before the city's first day, or when they were born or came."""
    start = np.datetime64(settings.start, "s")
    birth, came = (world.column(person, name).astype("datetime64[s]")[rows] for name in ("birth", "moved_in"))
    old = (start - birth).astype(np.int64) > _OLD * 365 * _DAY
    most = np.where(old, _YEARS_KNOWN_OLD, _YEARS_KNOWN) * 365
    days = (chance.random(len(rows)) * most).astype(np.int64) + 1
    time = start - (days * _DAY - chance.integers(8 * 3600, 17 * 3600, len(rows))).astype("timedelta64[s]")
    return np.where(np.isnat(came), np.maximum(time, birth), came)


def _clean(person: pa.Table, known: Known) -> pa.Table:
    """Table `registration` as it ought to be."""
    rows, number = pa.array(known.person), world.column(person, "person")[known.person]
    columns = {
        "person": number,
        "organisation": (known.organisation, facts.keys("organisations")),
        "patient_no": patient_numbers.main(known.organisation, number),
        "registered": known.registered,
        "name": person["name_zh"].take(rows),
        "phone": person["phone"].take(rows),
        "address": person["address_zh"].take(rows),
        **{name: person[name].take(rows) for name in ("sex", "birth", "identity_no")},
    }
    return world.table("registration", **columns)
