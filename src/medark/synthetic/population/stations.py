"""People's stations in life: school and class, work, marriage, insurance"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from medark.synthetic import facts
from medark.synthetic.chance import Floats, Ints

_PENSION = (60, 55)  # years of age of men and of women
_FARMS_UNTIL = 75  # ours: farmers have no day on which they retire
_GRADES = {
    "kindergarten": "小{}班 中{}班 大{}班",
    "primary": "一({})班 二({})班 三({})班 四({})班 五({})班 六({})班",
    "junior": "初一({})班 初二({})班 初三({})班",
    "senior": "高一({})班 高二({})班 高三({})班",
    "university": "大一{}班 大二{}班 大三{}班 大四{}班",
}
# Of each occupation's people those in each scheme, where it is not that of residents: ours.
_EMPLOYEE_SHARE = {"retired": 0.72, "freelance": 0.45, "self_employed": 0.45, "service_worker": 0.8, "food_worker": 0.7,
                   "migrant_worker": 0.6, "worker": 0.88}  # fmt: skip
_RESIDENTS = ("kindergartner", "child_at_home", "pupil", "farmer", "unemployed")
_UNINSURED = 0.03  # ours: about 95 % and more are insured


def schools(chance: np.random.Generator, part: int, age: Ints, district: Ints) -> tuple[Ints, pa.Array]:
    """The school of each person (place in facts/schools.csv, -1 for none) and the class there.

    Pupils of a district and level who are in the same part of the city go to the same school, so that a class is met.
    `age`: on 1 September of the school year.
    """
    found = np.full(len(age), -1)
    label = np.zeros(len(age), np.int64)
    texts: list[str] = [""]
    attends = chance.random(len(age))
    for kind, of_district, first, last, share in _levels():
        who = np.flatnonzero((age >= first) & (age <= last) & (attends < share))
        several = of_district.shape[1]
        found[who] = of_district[district[who], (part - 1) % several]
        label[who] = len(texts) + age[who] - first
        texts += [grade.format((part - 1) // several + 1) for grade in _GRADES[kind].split()]
    classes = pa.array(texts).take(pa.array(label))
    return found, pc.if_else(pa.array(found >= 0), classes, pa.scalar(None, pa.string()))


@cache
def _levels() -> tuple[tuple[str, Ints, int, int, float], ...]:
    """Of each level: its schools (a row a district), ages and the share of them who go."""
    levels = []
    for kind in _GRADES:
        ours = [(place, row) for place, row in enumerate(facts.rows("schools")) if row["kind"] == kind]
        table = np.array(
            [[place for place, row in ours if row["district"] in ("", key)] for key in facts.keys("districts")]
        )
        row = ours[0][1]
        levels.append((kind, table, int(row["from_age"]), int(row["to_age"]), float(row["share"])))
    return tuple(levels)


def occupations(
    chance: np.random.Generator, age: Ints, female: np.ndarray, at_school: np.ndarray, rural: Floats
) -> Ints:
    """Places in facts/occupations.csv; `rural`: of the people of the district, those in the country."""
    keys = facts.keys("occupations")
    country = chance.random(len(age)) < rural
    found, luck = np.zeros(len(age), np.int64), chance.random(len(age))
    for of_sex, sex in enumerate("mf"):
        for place in (False, True):
            weights = facts.numbers("occupations", f"{'country' if place else 'town'}_{sex}")
            edges = np.cumsum(weights) / weights.sum()
            who = (female == bool(of_sex)) & (country == place)
            found[who] = np.searchsorted(edges, luck[who], side="right")
    pension = np.where(female, _PENSION[1], _PENSION[0])
    farms = country & (age < _FARMS_UNTIL) & (found == keys.index("farmer"))
    found[(age >= pension) & ~farms] = keys.index("retired")
    found[(age < 16) | at_school] = keys.index("pupil")
    found[age < 7] = np.where(at_school, keys.index("kindergartner"), keys.index("child_at_home"))[age < 7]
    found[(age >= 6) & (age < 7) & at_school] = keys.index("pupil")
    return found


def marriages(
    chance: np.random.Generator, age: Ints, female: np.ndarray, coupled: np.ndarray, parent: np.ndarray
) -> Ints:
    """Places in facts/marital.csv. `coupled`: who lives with a spouse; `parent`: who brings up children alone."""
    keys, rows = facts.keys("marital"), facts.rows("alone")
    found, luck = np.full(len(age), keys.index("married")), chance.random(len(age))
    for row in rows:
        who = ~coupled & (female == (row["sex"] == "F")) & (age >= int(row["from_age"])) & (age <= int(row["to_age"]))
        edges = np.cumsum([float(row[key]) for key in keys])
        found[who] = np.minimum(np.searchsorted(edges / edges[-1], luck[who], side="right"), len(keys) - 1)
    found[parent & (found == keys.index("never"))] = keys.index("divorced")
    return found


def insurances(chance: np.random.Generator, occupation: Ints) -> Ints:
    """Places in facts/insurances.csv: employee, resident, none."""
    share = np.array(
        [0.0 if key in _RESIDENTS else _EMPLOYEE_SHARE.get(key, 0.95) for key in facts.keys("occupations")]
    )
    scheme = np.where(chance.random(len(occupation)) < share[occupation], 0, 1)
    return np.where(chance.random(len(occupation)) < _UNINSURED, 2, scheme)
