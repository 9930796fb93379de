"""Resident identity numbers: are they possible, in one form, and what they say of birth and sex"""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Final

# Source: GB 11643-1999, 4.3: weights of the 17 digits, and the check character of each remainder of 11.
WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK: Final = "10X98765432"
_SHORT, _LONG = 15, 18


@cache
def _spaces() -> dict[int, None]:
    return dict.fromkeys(map(ord, " \t\r\n-　"))


def is_day(digits: str) -> bool:
    """Do eight digits name a day that exists, of a year from 1880 to 2250?"""
    try:
        return 1880 <= dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).year <= 2250
    except ValueError:
        return False


def is_number(value: str) -> bool:
    """A resident identity number as it stands: 18 characters with their check character, or 15 with a day that exists.

    >>> is_number("11010519491231002X"), is_number("110105194912310021")
    (True, False)
    """
    if len(value) == _SHORT and value.isdigit():
        return is_day("19" + value[6:12])
    if len(value) != _LONG or not value[:17].isdigit() or not is_day(value[6:14]):
        return False
    return _check_character(value[:17]) == value[17].upper()


def as_18(value: str) -> str | None:
    """A possible identity number in its form of 18 characters; None for one that cannot be.

    Numbers of 15 digits, as they were until 1999, get their century and check character.

    >>> as_18("110105491231002"), as_18("11010519491231002x"), as_18("111111111111111111")
    ('11010519491231002X', '11010519491231002X', None)
    """
    plain = value.translate(_spaces()).upper() if len(value) <= 2 * _LONG else ""
    if len(plain) not in (_SHORT, _LONG) or not plain.isascii() or not is_number(plain):
        return None
    return plain if len(plain) == _LONG else _lengthened(plain)


def birth_of(number: str) -> str:
    """The day of birth that a number of 18 characters says, as 1949-12-31."""
    return f"{number[6:10]}-{number[10:12]}-{number[12:14]}"


def sex_of(number: str) -> str:
    """M or F, as the last digit of the sequence is odd or even. Source: GB 11643-1999, 4.2.3.

    >>> sex_of("11010519491231002X")
    'F'
    """
    return "M" if int(number[16]) % 2 else "F"


def _lengthened(short: str) -> str:
    body = f"{short[:6]}19{short[6:]}"
    return body + _check_character(body)


def _check_character(body: str) -> str:
    return CHECK[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]
