"""Identity numbers, phones and addresses of people who do not exist

The numbers are formed as true ones are, so that what checks them can be tested; phones begin with 120, which no mobile
number of China does.
"""

from __future__ import annotations

import datetime as dt
from random import Random

# Source: GB 11643-1999, 4.3: weights of the 17 digits, and the check character of each remainder of 11.
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_STREETS_ZH = ("桂影", "云栖", "清泉", "望湖", "听松", "半山")
_STREETS_EN = ("Guiying", "Yunxi", "Qingquan", "Wanghu", "Tingsong", "Banshan")


def check_character(body: str) -> str:
    """The last character of an identity number whose first 17 digits are `body`.

    >>> check_character("11010519491231002")
    'X'
    """
    return _CHECK[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def identity_number(region: str, birth: dt.date, sex: str, sequence: int) -> str:
    """18 characters: region, day of birth, a sequence number (odd for men, even for women), check character."""
    order = 2 * (sequence % 499) + (1 if sex == "M" else 2)
    body = f"{region}{birth:%Y%m%d}{order:03d}"
    return body + check_character(body)


def phone(number: int) -> str:
    """Eleven digits that are nobody's phone."""
    return f"120{number % 100_000_000:08d}"


def address(chance: Random, district_zh: str, district_en: str) -> tuple[str, str]:
    """A street that is not there, in Chinese and in English."""
    street, house, flat = chance.randrange(len(_STREETS_ZH)), chance.randrange(1, 400), chance.randrange(101, 1900)
    return (
        f"{district_zh}{_STREETS_ZH[street]}路{house}号{flat}室",
        f"{house} {_STREETS_EN[street]} Road, Room {flat}, {district_en}",
    )
