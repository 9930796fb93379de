"""The people of a part of the city and its organisations' registrations of them"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from medark.synthetic import facts, world
from medark.synthetic.chance import pick, stream
from medark.synthetic.population import identity, names, places
from medark.synthetic.settings import Part

if TYPE_CHECKING:
    from medark.synthetic.city import City


def live(city: City, part: Part, world_: world.World) -> dict[str, pa.Table]:
    """Tables `person` and `registration`."""
    chance = stream(city.settings.seed, "people", part.number)
    n = part.count
    number = np.array(part.numbers)
    female = chance.random(n) < 0.488
    age = chance.integers(0, 90, n)
    birth = np.datetime64(city.settings.start, "D") - (age * 365.25 + chance.integers(1, 365, n)).astype("timedelta64[D]")
    town = pick(chance, facts.numbers("towns", "weight"), n)
    district_keys = facts.keys("districts")
    district = np.array([district_keys.index(row["district"]) for row in facts.rows("towns")])[town]
    named = names.names(chance, names.families(chance, n), female, birth.astype("datetime64[Y]").astype(np.int64) + 1970)
    ids = identity.numbers_of(part.number, facts.numbers("districts", "code").astype(np.int64)[district], birth, female)
    adult = age >= 18
    clinics, hospitals = places.of_kind("clinic"), city.settings.hospitals
    clinic = np.array([clinics.index(key) for key in places.nearest(clinics)])[town]
    shares = places.hospital_shares(hospitals)
    hospital = (np.cumsum(shares, axis=1)[town] < chance.random(n)[:, None]).sum(axis=1).clip(0, len(hospitals) - 1)
    occupations = facts.keys("occupations")
    occupation = np.where(age < 6, occupations.index("child_at_home"), np.where(age < 18, occupations.index("pupil"), np.where(age < 60, occupations.index("worker"), occupations.index("retired"))))
    address = pa.array([f"桂影路{i % 400 + 1}号" for i in number])
    person = world.table(
        "person", person=number, household=number, sex=(female.astype(int), ("M", "F")), birth=birth,
        district=(district, district_keys), town=(town, facts.keys("towns")),
        lon=facts.numbers("towns", "lon")[town], lat=facts.numbers("towns", "lat")[town],
        name_zh=named.full_zh, family_zh=named.family_zh, given_zh=named.given_zh,
        family_en=named.family_en, given_en=named.given_en, identity_no=ids, phone=identity.phones(number),
        address_zh=address, address_en=address, occupation=(occupation, occupations),
        marital=(np.where(adult, 1, 0), ("never", "married")), nation=(np.zeros(n, int), ("han",)),
        insurance=(np.where(adult & (age < 60), 0, 1), ("employee", "resident", "none")),
        smoker=adult & ~female & (chance.random(n) < 0.5), drinker=adult & ~female & (chance.random(n) < 0.33),
        height_cm=np.where(female, 158.0, 169.7), bmi=chance.normal(24, 3, n), blood_type=(chance.integers(0, 4, n), ("A+", "B+", "O+", "AB+")),
        clinic=(clinic, clinics), hospital=(hospital, hospitals),
    )
    known = np.concatenate((clinic, hospital + len(clinics)))
    who = np.concatenate((np.arange(n), np.arange(n)))
    registered = np.datetime64(city.settings.start, "s") - chance.integers(0, 3000 * 86400, 2 * n).astype("timedelta64[s]")
    registered = np.maximum(registered, birth[who].astype("datetime64[s]"))
    take = lambda name: person[name].take(pa.array(who))
    registration = world.table(
        "registration", person=number[who], organisation=(known, clinics + hospitals),
        patient_no=pa.array([f"{k:02d}{7 * i:09d}" for k, i in zip(known, number[who])]), registered=registered,
        name=take("name_zh"), sex=take("sex"), birth=take("birth"), identity_no=take("identity_no"), phone=take("phone"),
        address=take("address_zh"),
    )
    return {"person": person, "registration": registration}
