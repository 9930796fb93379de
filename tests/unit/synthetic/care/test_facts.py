"""Care's facts name what is there"""

import pytest

from medark.synthetic.care.concepts import DEPARTMENTS
from medark.synthetic.facts.read import by_key, keys, rows


def test_every_disease_has_its_path():
    assert set(keys("reasons")) == set(keys("diseases"))


@pytest.mark.parametrize("row", rows("procedures"), ids=lambda row: row["key"])
def test_procedures_name_diseases_and_departments(row):
    shares = [word.split(":") for word in row["reasons"].split()]
    assert {disease for disease, _ in shares} <= set(keys("diseases"))
    assert all(0 < float(share) <= 1 for _, share in shares)
    assert row["department"] in DEPARTMENTS and row["level"] in "1234"


def test_operations_of_a_disease_are_one_of_several():
    shares: dict[str, float] = {}
    for row in rows("procedures"):
        for word in row["reasons"].split() if row["operative"] == "1" else ():
            disease, share = word.split(":")
            shares[disease] = shares.get(disease, 0) + float(share)
    assert max(shares.values()) <= 1.0001


def test_panels_and_drugs_of_diseases_are_there():
    for row in rows("diseases"):
        assert set(row["panels"].split()) <= set(keys("panels")), row["key"]
        assert set(row["drugs"].split()) <= set(keys("drugs")), row["key"]


def test_fee_items_are_of_a_class_and_words_of_fees_are_of_one_table():
    assert {row["fee_class"] for row in rows("fee_items")} <= set(keys("fee_classes"))
    assert all(not row["part_of"] or row["part_of"] in keys("fee_classes") for row in rows("fee_classes"))
    words = [*keys("fee_items"), *keys("panels"), *keys("drugs"), *keys("procedures")]
    assert len(words) == len(set(words))


def test_clinics_that_give_too_much_are_clinics():
    assert all(by_key("organisations")[key]["kind"] == "clinic" for key in keys("over_prescribing"))


def test_examinations_and_treatments_name_what_is_there():
    for row in rows("examinations"):
        assert row["key"] in keys("fee_items") and set(row["reasons"].split()) <= set(keys("diseases"))
    for row in rows("treatments"):
        assert row["drug"] in keys("drugs") and (not row["disease"] or row["disease"] in keys("diseases"))
    for row in rows("complications"):
        assert row["disease"] in keys("diseases") and bool(row["reason"]) != bool(row["trait"])
    assert set(keys("wards")) <= set(DEPARTMENTS)
