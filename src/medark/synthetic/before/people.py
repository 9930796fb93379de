"""The people of the city: age, sex, home, names and numbers, and the chronic diseases they live with"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

from medark.synthetic.before.chance import picked, stream
from medark.synthetic.before.facts import rows
from medark.synthetic.before.identity import address, identity_number, phone

_MALE_SHARE = 0.5124  # Source: Seventh National Population Census 2020, bulletin 4


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist. What would identify them is not in the repr."""

    number: int  # from 1
    sex: str  # M or F
    birth: dt.date
    region_code: str
    district_zh: str
    district_en: str
    chronic: tuple[str, ...]  # keys of problems
    name_zh: str = field(repr=False)
    family_en: str = field(repr=False)
    given_en: str = field(repr=False)
    identity_no: str = field(repr=False)
    phone: str = field(repr=False)
    address_zh: str = field(repr=False)
    address_en: str = field(repr=False)

    def age_on(self, day: dt.date) -> int:
        """Completed years."""
        return day.year - self.birth.year - ((day.month, day.day) < (self.birth.month, self.birth.day))


def people(seed: int, count: int, census: dt.date) -> Iterator[Person]:
    """So many people as they are on a day, one after another."""
    for number in range(1, count + 1):
        yield _person(seed, number, census)


def _person(seed: int, number: int, census: dt.date) -> Person:
    who = stream(seed, "people", number)
    sex = "M" if who.random() < _MALE_SHARE else "F"
    age, birth = _born(who, census)
    home = picked(who, rows("districts"), [float(row["share"]) for row in rows("districts")])
    name_zh, family_en, given_en = _name(stream(seed, "names", number), sex)
    address_zh, address_en = address(who, home["name_zh"], home["name_en"])
    return Person(
        number=number,
        sex=sex,
        birth=birth,
        region_code=home["region_code"],
        district_zh=home["name_zh"],
        district_en=home["name_en"],
        chronic=_chronic(stream(seed, "chronic", number), age),
        name_zh=name_zh,
        family_en=family_en,
        given_en=given_en,
        identity_no=identity_number(home["region_code"], birth, sex, number),
        phone=phone(number),
        address_zh=address_zh,
        address_en=address_en,
    )


def _born(chance: Random, census: dt.date) -> tuple[int, dt.date]:
    band = picked(chance, rows("ages"), [float(row["share"]) for row in rows("ages")])
    age = chance.randint(int(band["from_age"]), int(band["to_age"]))
    return age, census - dt.timedelta(days=int(age * 365.25) + chance.randrange(1, 365))


def _name(chance: Random, sex: str) -> tuple[str, str, str]:
    """A name of three characters, so that no word of a text is one by accident; and its reading."""
    family = picked(chance, rows("surnames"), [float(row["weight"]) for row in rows("surnames")])
    given = chance.sample([row for row in rows("given_names") if row["sex"] in ("", sex)], 2)
    return (
        family["zh"] + "".join(row["zh"] for row in given),
        family["pinyin"],
        "".join(row["pinyin"] for row in given).capitalize(),
    )


def _chronic(chance: Random, age: int) -> tuple[str, ...]:
    return tuple(
        row["key"]
        for row in rows("conditions")
        if int(row["from_age"]) <= age <= int(row["to_age"]) and chance.random() < float(row["prevalence"])
    )
