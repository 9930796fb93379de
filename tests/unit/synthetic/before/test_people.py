"""The people: nobody twice, as many of each age as the census says, and steady when the city grows."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from itertools import islice

import pytest

from medark.synthetic.before.facts import problems, rows
from medark.synthetic.before.identity import check_character
from medark.synthetic.before.people import people

DAY = dt.date(2024, 1, 1)
MANY = 4000


@pytest.fixture(scope="module")
def crowd():
    return list(people(1, MANY, DAY))


def test_a_larger_city_has_the_same_people_and_more():
    assert list(people(5, 20, DAY)) == list(islice(people(5, 1000, DAY), 20))


def test_another_seed_is_another_city():
    assert list(people(1, 20, DAY)) != list(people(2, 20, DAY))


def test_identity_numbers_and_phones_are_one_persons(crowd):
    assert len({who.identity_no for who in crowd}) == MANY
    assert len({who.phone for who in crowd}) == MANY
    assert all(check_character(who.identity_no[:17]) == who.identity_no[17] for who in crowd)


def test_ages_are_those_of_the_census(crowd):
    for band in rows("ages"):
        share = sum(int(band["from_age"]) <= who.age_on(DAY) <= int(band["to_age"]) for who in crowd) / MANY
        assert abs(share - float(band["share"])) < 0.03, band["from_age"]


def test_disease_is_as_common_as_published(crowd):
    for row in rows("conditions"):
        of_age = [who for who in crowd if int(row["from_age"]) <= who.age_on(DAY) <= int(row["to_age"])]
        share = sum(row["key"] in who.chronic for who in of_age) / len(of_age)
        # Four standard errors of a share in a group of this size.
        expected = float(row["prevalence"])
        assert abs(share - expected) < 4 * (expected * (1 - expected) / len(of_age)) ** 0.5 + 0.001, row["key"]


def test_nobody_has_a_disease_twice_or_one_that_is_none(crowd):
    for who in crowd:
        assert max(Counter(who.chronic).values(), default=1) == 1
        assert all(problems()[key].chronic for key in who.chronic)


def test_a_name_is_no_word_of_a_text(crowd):
    assert {len(who.name_zh) for who in crowd} == {3}


def test_what_identifies_is_not_in_the_repr(crowd):
    for who in crowd[:50]:
        assert not any(word in repr(who) for word in (who.name_zh, who.identity_no, who.phone, who.address_zh))
