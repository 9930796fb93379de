"""Identity numbers that check, phones that nobody has."""

from __future__ import annotations

import csv
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.synthetic.before.facts import rows
from medark.synthetic.before.identity import check_character, identity_number, phone

WEIGHTS = [2**place % 11 for place in range(17, 0, -1)]  # GB 11643: the weight of a place is a power of two, modulo 11


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_printed_examples_of_the_standard(number):
    assert check_character(number[:17]) == number[17]


@given(st.dates(dt.date(1900, 1, 1), dt.date(2025, 12, 31)), st.sampled_from("MF"), st.integers(0, 10**7))
def test_a_number_holds_region_birth_sex_and_checks(birth, sex, sequence):
    number = identity_number("330106", birth, sex, sequence)
    assert len(number) == 18
    assert number[:14] == f"330106{birth:%Y%m%d}"
    assert int(number[16]) % 2 == (sex == "M")
    digits = [int(digit) for digit in number[:17]] + [10 if number[17] == "X" else int(number[17])]
    assert sum(d * w for d, w in zip(digits, [*WEIGHTS, 1], strict=True)) % 11 == 1


def test_a_wrong_digit_is_noticed():
    good = identity_number("330106", dt.date(1980, 5, 6), "F", 7)
    for place in range(17):
        other = good[:place] + str((int(good[place]) + 1) % 10) + good[place + 1 : 17]
        assert check_character(other) != good[17]


def test_regions_are_counties_that_there_are(shared_reference):
    with (shared_reference / "14_terminology" / "cn_admin_divisions.csv").open(encoding="utf-8", newline="") as file:
        counties = {row["code"]: row["name"] for row in csv.DictReader(file) if row["level"] == "county"}
    for district in rows("districts"):
        assert counties[district["region_code"]] == district["name_zh"]


@given(st.integers(0, 99_999_999))
def test_phones_are_of_no_network(number):
    assert len(phone(number)) == 11
    assert phone(number).startswith("120")
