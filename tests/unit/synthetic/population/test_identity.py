"""Identity numbers: the standard's printed examples, and nobody's twice"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.synthetic.population import identity

# Source: GB 11643-1999, annex A: printed examples.
_PRINTED = ("11010519491231002X", "440524188001010014")


@pytest.mark.parametrize("number", _PRINTED)
def test_check_character_of_printed_examples(number: str) -> None:
    assert identity.check_character(number[:17]) == number[17]


def test_another_check_character_is_wrong() -> None:
    assert identity.check_character("11010519491231002") != "1"


@given(st.dates(dt.date(1900, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 124), st.booleans())
def test_a_number_says_where_when_and_which_sex(birth: dt.date, part: int, female: bool) -> None:
    (number,) = _numbers(part, [330106], [birth], [female])
    assert number[:14] == f"330106{birth:%Y%m%d}"
    assert int(number[16]) % 2 == (not female)
    assert identity.check_character(number[:17]) == number[17]


def test_nobody_has_the_number_of_another_even_if_born_the_same_day_in_another_part() -> None:
    births = [dt.date(1990, 5, 1)] * 6
    made = [number for part in (1, 2, 124) for number in _numbers(part, [330106] * 6, births, [False] * 6)]
    assert len(set(made)) == len(made)


def test_old_number_has_a_short_year_and_no_check_character() -> None:
    assert identity.of_15(pa.array(["11010519491231002X"])).to_pylist() == ["110105491231002"]


def test_impossible_numbers_are_not_valid() -> None:
    made = identity.impossible(np.random.default_rng(1), pa.array([_PRINTED[0]] * 50)).to_pylist()
    assert len(set(made)) == 4
    assert all(not _valid(number) for number in made)


def test_phones_are_nobodys_and_differ() -> None:
    made = identity.phones(np.arange(1, 5000)).to_pylist()
    assert len(set(made)) == len(made)
    assert all(phone.startswith("120") and len(phone) == 11 for phone in made)


def _numbers(part: int, regions: list[int], births: list[dt.date], female: list[bool]) -> list[str]:
    days = np.array(births, "datetime64[D]")
    return list(identity.numbers_of(part, np.array(regions), days, np.array(female)).to_pylist())


def _valid(number: str) -> bool:
    try:
        dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return len(number) == 18 and identity.check_character(number[:17]) == number[17]
