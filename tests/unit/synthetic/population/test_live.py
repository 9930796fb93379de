"""The people of a part: as many as asked, whole, and the same each time"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from medark.synthetic import facts, world
from medark.synthetic.population import identity
from medark.synthetic.population.live import people
from medark.synthetic.settings import CitySettings, Part, parts
from medark.synthetic.tables import TABLES

_MAY_BE_MISSING = {"school", "school_class", "drug_allergy", "twin_of", "moved_in", "moved_out"}
_FACTS = {
    "district": "districts", "town": "towns", "occupation": "occupations", "school": "schools", "marital": "marital",
    "nation": "nations", "insurance": "insurances", "blood_type": "blood_types", "drug_allergy": "allergies",
    "clinic": "organisations", "hospital": "organisations",
}  # fmt: skip


@pytest.mark.parametrize("count", [1, 2, 7, 60, 300])
def test_a_part_has_as_many_people_as_it_should(count: int) -> None:
    made = people(CitySettings(people=count), Part(1, 1, count))
    assert made["person"].to_pylist() == list(range(1, count + 1))
    assert made.schema == TABLES["person"]


def test_same_settings_same_people_another_seed_others() -> None:
    part = Part(1, 1, 200)
    assert people(CitySettings(people=200), part).equals(people(CitySettings(people=200), part))
    assert not people(CitySettings(people=200), part).equals(people(CitySettings(people=200, seed=2), part))


def test_nothing_is_missing_that_everybody_has(person: pa.Table) -> None:
    assert {name for name in person.column_names if person[name].null_count} <= _MAY_BE_MISSING


@pytest.mark.parametrize("column", _FACTS)
def test_words_are_keys_of_facts(person: pa.Table, column: str) -> None:
    found = set(person[column].cast(pa.string()).drop_null().to_pylist())
    assert found <= set(facts.keys(_FACTS[column]))


def test_identity_numbers_are_right_and_unique_over_parts() -> None:
    made = [people(CitySettings(people=30_000), Part(number, first, 300)) for number, first in ((1, 1), (2, 10_001))]
    numbers = [number for table in made for number in table["identity_no"].to_pylist()]
    assert len(set(numbers)) == len(numbers)
    assert all(identity.check_character(number[:17]) == number[17] for number in numbers)


def test_identity_number_agrees_with_birth_and_sex(person: pa.Table) -> None:
    for row in person.select(["identity_no", "birth", "sex"]).slice(0, 300).to_pylist():
        assert row["identity_no"][6:14] == f"{row['birth']:%Y%m%d}"
        assert int(row["identity_no"][16]) % 2 == (row["sex"] == "M")


def test_a_household_has_one_address_and_usual_places(person: pa.Table) -> None:
    columns = ["address_zh", "town", "clinic", "hospital", "lon", "moved_in"]
    for name in columns:
        text = person.select(["household"]).append_column(name, person[name].cast(pa.string()))
        assert (
            pc.max(text.group_by("household").aggregate([(name, "count_distinct")])[f"{name}_count_distinct"]).as_py()
            == 1
        )


def test_most_children_bear_the_name_of_a_man_of_the_household(settings: CitySettings, person: pa.Table) -> None:
    child = world.column(person, "birth") > np.datetime64(settings.start) - np.timedelta64(12 * 365, "D")
    fathers = set(
        zip(
            *(
                person.filter(pa.array(~child & (world.column(person, "sex") == "M")))[c].to_pylist()
                for c in ("household", "family_zh")
            ),
            strict=True,
        )
    )
    children = person.filter(pa.array(child))
    named = [
        pair in fathers
        for pair in zip(children["household"].to_pylist(), children["family_zh"].to_pylist(), strict=True)
    ]
    assert sum(named) > 0.75 * len(named)


def test_names_are_family_and_given_name(person: pa.Table) -> None:
    joined = pc.binary_join_element_wise(person["family_zh"], person["given_zh"], "")
    assert joined.equals(person["name_zh"])
    assert pc.all(pc.is_in(person["family_zh"], value_set=pa.array(facts.keys("surnames")))).as_py()
    assert set(pc.utf8_length(person["given_zh"]).to_pylist()) == {1, 2}


def test_twins_are_of_a_household_born_the_same_day() -> None:
    made = people(CitySettings(people=10_000), Part(1, 1, 10_000))
    rows = {row["person"]: row for row in made.select(["person", "twin_of", "birth", "household"]).to_pylist()}
    pairs = [(row, rows[row["twin_of"]]) for row in rows.values() if row["twin_of"]]
    assert len(pairs) > 10
    assert all(b["twin_of"] == a["person"] and a["birth"] == b["birth"] for a, b in pairs)
    assert all(a["household"] == b["household"] and a["person"] != b["person"] for a, b in pairs)


def test_some_are_born_in_the_citys_time_to_a_mother_at_home(settings: CitySettings, person: pa.Table) -> None:
    birth, start = world.column(person, "birth"), np.datetime64(settings.start, "D")
    born = birth >= start
    assert 0.01 < born.mean() < 0.04
    assert (birth < np.datetime64(settings.end, "D")).all()
    age = (start - birth).astype(int) / 365.25
    mothers = set(world.column(person, "household")[(world.column(person, "sex") == "F") & (age >= 17) & (age < 51)])
    assert set(world.column(person, "household")[born]) <= mothers


def test_husbands_and_wives_are_of_age(settings: CitySettings, person: pa.Table) -> None:
    age = (np.datetime64(settings.end, "D") - world.column(person, "birth")).astype(int) / 365.25
    married = world.column(person, "marital") == "married"
    assert age[married].min() >= 20


def test_nobody_leaves_before_coming_or_is_born_elsewhere(person: pa.Table) -> None:
    came, left = world.column(person, "moved_in"), world.column(person, "moved_out")
    assert not (left <= came).any()
    assert not (world.column(person, "birth") > came).any()
    assert 0.05 < (~np.isnat(came)).mean() < 0.15


def test_pupils_have_a_class_others_none(person: pa.Table) -> None:
    assert person["school"].is_valid().equals(person["school_class"].is_valid())
    pupil = pc.is_in(person["occupation"].cast(pa.string()), value_set=pa.array(["pupil", "kindergartner"]))
    assert pc.all(pc.or_(pupil, person["school"].is_null())).as_py()


def test_a_class_is_of_one_school_and_has_several_of_a_part() -> None:
    made = people(CitySettings(people=10_000), Part(1, 1, 10_000)).filter(pc.field("school_class").is_valid())
    text = pa.table({name: made[name].cast(pa.string()) for name in ("school", "school_class", "district")})
    sizes = text.group_by(["school", "school_class"]).aggregate([([], "count_all")])["count_all"]
    assert pc.mean(sizes).as_py() > 6
    assert made["school_class"].to_pylist()


def test_children_are_unmarried_and_neither_smoke_nor_drink(settings: CitySettings, person: pa.Table) -> None:
    young = person.filter(
        pa.array(world.column(person, "birth") > np.datetime64(settings.end) - np.timedelta64(14 * 365, "D"))
    )
    assert set(young["marital"].cast(pa.string()).to_pylist()) == {"never"}
    assert not pc.any(young["smoker"]).as_py()
    assert not pc.any(young["drinker"]).as_py()


def test_city_without_hospitals_has_people() -> None:
    made = people(CitySettings(people=50, hospitals=()), Part(1, 1, 50))
    assert made["hospital"].null_count == 50


def test_parts_do_not_share_households() -> None:
    settings = CitySettings(people=20_000)
    first, second = (
        set(people(settings, Part(part.number, part.first, 100))["household"].to_pylist()) for part in parts(settings)
    )
    assert not first & second
