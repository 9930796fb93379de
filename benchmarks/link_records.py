"""Made-up registrations for linkage: families with twins among them, registered once to four times, with errors"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from medark.synthetic.population.addresses import addresses
from medark.synthetic.population.identity import numbers_of
from medark.synthetic.population.names import families, names
from medark.synthetic.settings import CitySettings

Rows = list[tuple[int, dict[str, list[str]]]]
# Shares of registrations, as docs/reference/city.md has them at the usual level of dirt.
TYPO, OTHER_PHONE, OTHER_GIVEN, WRONG_BIRTH, OLD_NUMBER, NO_NUMBER = 0.015, 0.02, 0.006, 0.004, 0.03, 0.03
TWINS, MIXED = 0.012, 0.35  # of people; of registrations of twins
NO_HOME, MOVED = 0.2, 0.05  # registers that don't ask; homes that changed in between: ours
_REGISTERED = (0.35, 0.35, 0.2, 0.1)  # once, twice … : ours
_FAMILY = 3


@dataclass(frozen=True, slots=True)
class Registered:
    """One registration, as linkage reads it."""

    key_no: int
    own_id: int
    said: dict[str, list[str]] = field(repr=False)


def registered(rows: Rows) -> list[Registered]:
    """Rows as records."""
    return [Registered(number, number, said) for number, said in rows]


def made_records(count: int, chance: np.random.Generator) -> tuple[Rows, dict[int, int]]:
    """So many registrations (number, what was said), and whose each is."""
    people = _people(int(count / 2.05) + 1, chance)
    times = np.repeat(np.arange(len(people)), chance.choice(4, len(people), p=_REGISTERED) + 1)[:count]
    chance.shuffle(times)
    luck = chance.random((len(times), 8))
    rows = [(n, _registration(people, int(who), luck[n - 1], chance)) for n, who in enumerate(times, 1)]
    return rows, {number: int(who) for number, who in enumerate(times, 1)}


def _people(count: int, chance: np.random.Generator) -> list[dict[str, Any]]:
    """People in families of three who share name and home; of some a twin follows."""
    family = np.arange(count) // _FAMILY
    of_family = families(chance, family[-1] + 1)[family]
    home = addresses(chance, CitySettings(), int(family[-1]) + 1).zh.to_pylist()
    female, born = chance.random(count) < 0.49, chance.integers(-11_000, 19_000, count)
    twin = np.flatnonzero((chance.random(count) < TWINS / 2) & (family == np.roll(family, -1)))
    born[twin + 1], female[twin + 1] = born[twin], female[twin]
    days = born.astype("datetime64[D]")
    called = names(chance, of_family, female, days.astype("datetime64[Y]").astype(int) + 1970).full_zh.to_pylist()
    numbers = _numbers(days, female)
    phones = (12_000_000_000 + chance.permutation(count * 3)[:count]).tolist()
    twin_of = dict(zip(twin.tolist(), (twin + 1).tolist(), strict=True))
    twin_of |= {other: one for one, other in twin_of.items()}
    return [
        {"name": called[n], "birth": str(days[n]), "sex": "F" if female[n] else "M", "NI": numbers[n],
         "phone": str(phones[n]), "address": home[family[n]], "twin": twin_of.get(n, -1)}
        for n in range(count)
    ]  # fmt: skip


def _numbers(days: np.ndarray, female: np.ndarray) -> list[str]:
    """Identity numbers by parts, as the city has them, so that no two are the same."""
    size, found = 10_000, []
    for part, first in enumerate(range(0, len(days), size), 1):
        some = slice(first, first + size)
        region = np.full(len(days[some]), 330_102 + part % 9)
        found += numbers_of(part, region, days[some], female[some]).to_pylist()
    return found


def _registration(
    people: list[dict[str, Any]], who: int, luck: np.ndarray, chance: np.random.Generator
) -> dict[str, list[str]]:
    """How somebody was registered once, errors and all."""
    one = people[who]
    said = {kind: one[kind] for kind in ("name", "birth", "sex", "NI", "phone", "address")}
    stranger = people[int(chance.integers(0, len(people)))]
    if luck[0] < TYPO:
        said["name"] = said["name"][:-1] + stranger["name"][-1]
    if luck[1] < OTHER_PHONE:
        said["phone"] = people[(who // _FAMILY) * _FAMILY]["phone"]
    if luck[2] < OTHER_GIVEN:
        said["name"] = said["name"][0] + stranger["name"][1:]
    if luck[3] < WRONG_BIRTH:
        said["birth"] = said["birth"][:-1] + str((int(said["birth"][-1]) + 1) % 10)
    if one["twin"] >= 0 and luck[4] < MIXED:
        said["NI"] = people[one["twin"]]["NI"]
    if luck[5] < NO_NUMBER:
        said["NI"] = ""
    elif luck[5] < NO_NUMBER + OLD_NUMBER and said["birth"] < "1985":
        said["NI"] = said["NI"][:6] + said["NI"][8:17]
    if luck[6] < NO_HOME:
        said["address"] = ""
    elif luck[6] < NO_HOME + MOVED:
        said["address"] = stranger["address"]
    return {kind: [value] for kind, value in said.items() if value}
