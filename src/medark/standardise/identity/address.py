"""Addresses made comparable: one spelling, the town, the road with its number"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_LONGEST: Final = 200  # characters of an address that are looked at
# Province and city come first and are often left out; then district or county, town, road, number.
_UPPER: Final = re.compile(r"^(?:[^省]{2,8}?(?:省|自治区))?(?:[^市区县]{2,8}?市)?")
_AREA: Final = re.compile(r"^([^区县市]{1,7}(?:新区|区|县|市))")
_TOWN: Final = re.compile(r"^([^路街道巷弄号]{1,7}?(?:街道|镇|乡))")
_ROAD: Final = re.compile(r"^(.{1,16}?\d+号)")


@dataclass(frozen=True, slots=True)
class Address:
    """`text`: all of it in one spelling; `town`: district and town; `road`: road and number. '' where not told."""

    text: str
    town: str
    road: str


@lru_cache(maxsize=1 << 16)
def address_of(written: str) -> Address | None:
    """An address as it is compared; None where nothing of one is left.

    >>> address_of("浙江省杭州市富阳区鹿山街道望湖路133号5单元1101室")
    Address(text='富阳区鹿山街道望湖路133号5单元1101室', town='富阳区鹿山街道', road='望湖路133号')
    >>> address_of("Flat 2, 12 High Street, Leeds").road
    '12 high'
    """
    plain = unicodedata.normalize("NFKC", written[: 2 * _LONGEST]).casefold()
    words = "".join(c if c.isalnum() else " " for c in plain).split()
    text = " ".join(words)[:_LONGEST]
    if not text:
        return None
    return _chinese(text.replace(" ", "")) if any("一" <= c <= "鿿" for c in text) else _latin(text)


def _chinese(text: str) -> Address:
    rest = _UPPER.sub("", text) or text
    whole, parts = rest, []
    for part in (_AREA, _TOWN):
        if found := part.match(rest):
            parts.append(found[1])
            rest = rest[found.end() :]
    road = _ROAD.match(rest)
    return Address(whole, "".join(parts), road[1] if road else rest[:16])


def _latin(text: str) -> Address:
    words = text.split()
    at = max((n for n, word in enumerate(words[:-1]) if word.isdigit() and n < 4), default=0)
    return Address(text, words[-1], " ".join(words[at : at + 2]))
