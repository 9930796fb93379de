"""Each hospital's own lists of departments, drugs, tests, operations and fees."""

from __future__ import annotations

import pytest

from medark.synthetic.facts import keys, rows

LISTS = {"department": "departments", "disease": "diseases", "drug": "drugs", "procedure": "procedures",
         "fee_class": "fee_classes", "observation": "observations"}  # fmt: skip
HOSPITALS = ("north", "south", "county")


@pytest.mark.parametrize("hospital", HOSPITALS)
@pytest.mark.parametrize("kind", LISTS)
def test_every_key_has_a_code_and_a_name(hospital, kind):
    held = rows(f"local_{hospital}_{kind}")
    assert sorted(row["key"] for row in held) == sorted(keys(LISTS[kind]))
    assert all(row["code"] and row["name"] for row in held)


@pytest.mark.parametrize("hospital", ["north", "south"])
def test_everything_that_is_charged_has_a_code_of_its_own(hospital):
    held = rows(f"local_{hospital}_fee_item")
    assert {row["key"] for row in held} >= {*keys("fee_items"), *keys("drugs"), *keys("panels"), *keys("procedures")}
    assert len({row["code"] for row in held}) == len(held) == len({row["key"] for row in held})


@pytest.mark.parametrize("kind", ["department", "drug", "procedure"])
def test_a_code_means_one_thing_in_a_hospital_and_another_or_nothing_elsewhere(kind):
    codes = {hospital: {row["code"]: row["key"] for row in rows(f"local_{hospital}_{kind}")} for hospital in HOSPITALS}
    if kind != "procedure":
        assert all(len(codes[hospital]) == len(keys(LISTS[kind])) for hospital in HOSPITALS)
    assert not codes["north"].keys() & codes["south"].keys()


@pytest.mark.parametrize("kind", ["department", "drug", "disease", "observation"])
def test_hospitals_do_not_name_things_alike(kind):
    north, south = (
        {row["key"]: row["name"] for row in rows(f"local_{hospital}_{kind}")} for hospital in ("north", "south")
    )
    assert sum(north[key] != south[key] for key in north) >= 3


@pytest.mark.parametrize("hospital", HOSPITALS)
def test_lists_can_stand_in_any_file_as_they_are(hospital):
    kinds = (*LISTS, "word", *(["fee_item"] if hospital != "county" else []))
    texts = [row[name] for kind in kinds for row in rows(f"local_{hospital}_{kind}") for name in ("code", "name")]
    assert not [text for text in texts if set(text) & set(",\"'\t\n\\|^~&{}")]


def test_words_are_said_by_all_hospitals_alike():
    said = [{(row["subject"], row["key"]) for row in rows(f"local_{hospital}_word")} for hospital in HOSPITALS]
    assert said[0] == said[1] == said[2]
