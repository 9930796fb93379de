"""The people of a part of the city, and how organisations know them"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from medark.synthetic import facts, world
from medark.synthetic.chance import Floats, Ints, stream
from medark.synthetic.population import identity, kin, places, stations, traits
from medark.synthetic.population.addresses import Addresses, addresses
from medark.synthetic.population.families import Homes, homes
from medark.synthetic.population.names import names
from medark.synthetic.population.pool import ADULTS, CHILDREN, ELDERS, NOBODY
from medark.synthetic.population.registrations import first_registrations
from medark.synthetic.settings import CitySettings, Part

if TYPE_CHECKING:
    from medark.synthetic.city import City

_OWN_PHONE_FROM = 13  # years of age: ours
_OLD, _OLD_WITHOUT_PHONE = 80, 0.4  # ours


def live(city: City, part: Part, _world: world.World) -> dict[str, pa.Table]:
    """Tables `person` and `registration`."""
    person = people(city.settings, part)
    return {"person": person, "registration": first_registrations(city.settings, part, person)}


def people(settings: CitySettings, part: Part) -> pa.Table:
    """Table `person`: a row a person, family by family."""
    made = homes(settings, part)
    where = addresses(stream(settings.seed, "addresses", part.number), settings, len(made.families.kind))
    home, _ = np.nonzero(made.present)
    columns = {
        "person": np.array(part.numbers),
        "household": world.numbers(part.number, len(made.families.kind))[home],
        "sex": (made.families.female[made.present].astype(np.int64), ("M", "F")),
        "birth": made.birth[made.present],
        "moved_in": made.moved_in[home],
        "moved_out": made.moved_out[home],
    }
    columns |= _dwelling(settings, where, home) | _papers(settings, part, made, where)
    return world.table("person", **columns, **_lives(settings, part, made, where))


def _dwelling(settings: CitySettings, where: Addresses, home: Ints) -> dict[str, Any]:
    rows = pa.array(home)
    return {
        "district": (where.district[home], facts.keys("districts")),
        "town": (where.town[home], facts.keys("towns")),
        "lon": where.lon[home],
        "lat": where.lat[home],
        "address_zh": where.zh.take(rows),
        "address_en": where.en.take(rows),
        "clinic": (where.clinic[home], places.of_kind("clinic")),
        "hospital": (where.hospital[home], settings.hospitals),
    }


def _papers(settings: CitySettings, part: Part, made: Homes, where: Addresses) -> dict[str, Any]:
    """Names, identity numbers, phones; and who is whose twin."""
    chance, present = stream(settings.seed, "papers", part.number), made.present
    birth, female = made.birth[present], made.families.female[present]
    years = made.birth.astype("datetime64[Y]").astype(np.int64) + 1970
    named = names(chance, kin.surnames(chance, made)[present], female, years[present])
    regions = kin.regions(chance, made, where.district, years)[present]
    number = np.zeros(present.shape, np.int64)
    number[present] = part.numbers
    first, second = kin.twins(made, number)
    twin_of = np.zeros(part.first + part.count, np.int64)
    twin_of[first], twin_of[second] = second, first
    twin = twin_of[part.first :]
    return {
        "name_zh": named.full_zh, "family_zh": named.family_zh, "given_zh": named.given_zh,
        "family_en": named.family_en, "given_en": named.given_en,
        "identity_no": identity.numbers_of(part.number, regions, birth, female),
        "phone": identity.phones(_phone_owners(chance, made, number)[present]),
        "twin_of": pa.array(twin, mask=twin == 0),
    }  # fmt: skip


def _phone_owners(chance: np.random.Generator, made: Homes, number: Ints) -> Ints:
    """Whose phone is a person's: of children their mother's, of some of the old that of who they live with."""
    age = made.families.age
    guardian = np.where(age[:, 1] > NOBODY, number[:, 1], number[:, 0])[:, None]
    reached = np.where(age < _OWN_PHONE_FROM, guardian, number)
    reached[:, ADULTS] = number[:, ADULTS]
    old = (age[:, ELDERS] >= _OLD) & (chance.random(age[:, ELDERS].shape) < _OLD_WITHOUT_PHONE)
    reached[:, ELDERS] = np.where(old, number[:, :1], number[:, ELDERS])
    return reached


def _lives(settings: CitySettings, part: Part, made: Homes, where: Addresses) -> dict[str, Any]:
    """What people do and are like, as in the middle of the city's time."""
    chance, present = stream(settings.seed, "lives", part.number), made.present
    home, place = np.nonzero(present)
    female, middle = made.families.female[present], np.datetime64(settings.start, "D") + settings.days // 2
    age = _years(made.birth[present], middle)
    whole = np.floor(age).astype(np.int64)
    in_autumn = np.floor(_years(made.birth[present], _first_of_september(middle))).astype(np.int64)
    school, school_class = stations.schools(chance, part.number, in_autumn, where.district[home])
    rural = facts.numbers("districts", "rural")[where.district[home]]
    occupation = stations.occupations(chance, whole, female, school >= 0, rural)
    coupled, alone = _couples(made)
    height, bmi = traits.bodies(chance, age, female)
    smoker, drinker = traits.habits(chance, age, female)
    marital = stations.marriages(chance, whole, female, coupled[home, place], alone[home, place])
    return {
        "occupation": (occupation, facts.keys("occupations")),
        "school": (school, facts.keys("schools")), "school_class": school_class,
        "marital": (marital, facts.keys("marital")),
        "nation": (traits.nations(chance, home), facts.keys("nations")),
        "insurance": (stations.insurances(chance, occupation), facts.keys("insurances")),
        "smoker": smoker, "drinker": drinker, "height_cm": height, "bmi": bmi,
        "blood_type": (kin.blood(chance, made)[present], facts.keys("blood_types")),
        "drug_allergy": (traits.allergies(chance, age), facts.keys("allergies")),
    }  # fmt: skip


def _couples(made: Homes) -> tuple[np.ndarray, np.ndarray]:
    """Places of those who live with a spouse, and of those who bring up children alone."""
    there = made.families.age > NOBODY
    coupled, alone = np.zeros_like(there), np.zeros_like(there)
    coupled[:, ADULTS] = there[:, ADULTS].all(axis=1, keepdims=True)
    coupled[:, ELDERS] = there[:, ELDERS].all(axis=1, keepdims=True)
    alone[:, 0] = ~there[:, 1] & there[:, CHILDREN].any(axis=1)
    return coupled, alone


def _years(birth: np.ndarray, day: np.datetime64) -> Floats:
    """Age on a day; 0 before birth."""
    return np.maximum((day - birth).astype(np.float64) / 365.25, 0.0)


def _first_of_september(day: np.datetime64) -> np.datetime64:
    """The day on which the school year of a day began."""
    year = day.astype("datetime64[Y]")
    this = year.astype("datetime64[M]") + np.timedelta64(8, "M")
    return np.datetime64(this if day >= this else this - np.timedelta64(12, "M"), "D")
