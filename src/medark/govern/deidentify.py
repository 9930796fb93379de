"""Rows about people as they may leave for research: other ids, moved dates, no rare combination of what others know"""

from __future__ import annotations

import csv
import datetime as dt
import hmac
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any, Final

from medark.model.access import Purpose

_DECADE: Final = 10
_WEEK: Final = 7


class Role(StrEnum):
    """What a column says of somebody, as far as it can lead to them."""

    KEY = "key"  # a number of a person or of one of their records
    DAY = "day"  # a date or moment of theirs
    BIRTH = "birth"  # the year of birth
    AGE = "age"
    QUASI = "quasi"  # what others may know of them, too: sex, where they go to hospital
    NAME = "name"  # leads to them by itself
    OTHER = "other"


class Level(StrEnum):
    """How far people can be told in what leaves."""

    IDENTIFIED = "identified"  # as it is: those who treat, run the house or must report work with people
    DEIDENTIFIED = "deidentified"


# Source: GB/T 39725-2020, chapter 11 (situations of use); which level each purpose has is ours.
BY_PURPOSE: Final[Mapping[Purpose, Level]] = {
    Purpose.CARE: Level.IDENTIFIED,
    Purpose.PUBLIC_HEALTH: Level.IDENTIFIED,
    Purpose.OPERATIONS: Level.IDENTIFIED,
    Purpose.PAYMENT: Level.IDENTIFIED,
    Purpose.RESEARCH: Level.DEIDENTIFIED,
}
_KNOWN_TO_OTHERS: Final = (Role.BIRTH, Role.AGE, Role.QUASI)


@dataclass(frozen=True, slots=True)
class Rules:
    """The figures of deidentification.csv."""

    k: int
    date_shift: int
    oldest: int
    names_from: int


@dataclass(frozen=True, slots=True)
class Deidentified:
    """Columns as they may leave. `hidden`: people whose combination was too rare, so that others can't know it."""

    columns: Mapping[str, list[Any]] = field(repr=False)
    hidden: int
    rules: Rules


@cache
def rules() -> Rules:
    """The figures, each with its source in the file."""
    text = files(__package__).joinpath("deidentification.csv").read_text(encoding="utf-8")
    return Rules(**{row["rule"]: int(row["value"]) for row in csv.DictReader(text.splitlines())})


def deidentified(
    columns: Mapping[str, Sequence[Any]], roles: Mapping[str, Role], person: str, secret: bytes, today: dt.date
) -> Deidentified:
    """Columns of rows about people, each treated by its role. `person`: the column that says whose row it is.

    The same `secret` gives the same ids and shifts, so that tables that leave for one purpose can be joined. Dates of
    one person are moved together: the time between them stays. Combinations of what others may know of fewer than k
    people are told by decade of birth; those that are still as rare are not told.
    """
    found, whose = rules(), columns[person]
    told = {name: list(map(_plain(roles[name], secret, found, today), values)) for name, values in columns.items()}
    shifts = {one: _shift(secret, one, found.date_shift) for one in set(whose)}
    for name, role in roles.items():
        if role is Role.DAY:
            told[name] = [_moved(day, shifts[one]) for day, one in zip(columns[name], whose, strict=True)]
    quasi = [name for name, role in roles.items() if role in _KNOWN_TO_OTHERS]
    for name in (one for one in quasi if roles[one] is not Role.QUASI):
        _by_decade(told, name, quasi, whose, found.k)
    hidden = _rare(told, quasi, whose, found.k)
    for name in quasi:
        told[name] = [None if one in hidden else value for value, one in zip(told[name], whose, strict=True)]
    return Deidentified(told, len(hidden), found)


def pseudonym(secret: bytes, key: Any) -> int | None:
    """Another number for a number: the same for the same secret, leading back for nobody without it.

    >>> pseudonym(b"a", 7) == pseudonym(b"a", 7), pseudonym(b"a", 7) == pseudonym(b"b", 7), pseudonym(b"a", None)
    (True, False, None)
    """
    if key is None:
        return None
    return int.from_bytes(hmac.digest(secret, b"id " + str(key).encode(), "sha256")[:8], "big") >> 1


def _plain(role: Role, secret: bytes, found: Rules, today: dt.date) -> Callable[[Any], Any]:
    match role:
        case Role.KEY:
            return lambda key: pseudonym(secret, key)
        case Role.NAME:
            return lambda _: None
        case Role.BIRTH:
            return lambda year: None if year is None else max(year, today.year - found.oldest - 1)
        case Role.AGE:
            return lambda age: None if age is None else min(age, found.oldest + 1)
    return lambda value: value


def _shift(secret: bytes, person: Any, most: int) -> int:
    """Days that the dates of a person are moved by: whole weeks, so that weekdays stay; never none."""
    weeks = most // _WEEK
    drawn = int.from_bytes(hmac.digest(secret, b"days " + str(person).encode(), "sha256")[:8], "big") % (2 * weeks)
    return _WEEK * (drawn - weeks if drawn < weeks else drawn - weeks + 1)


def _moved(day: Any, by: int) -> Any:
    return None if day is None else day + dt.timedelta(days=by)


def _by_decade(told: dict[str, list[Any]], name: str, quasi: Sequence[str], whose: Sequence[Any], least: int) -> None:
    """Years of those who are rare, by decade."""
    rare = _rare(told, quasi, whose, least)
    told[name] = [
        value - value % _DECADE if one in rare and value is not None else value
        for value, one in zip(told[name], whose, strict=True)
    ]


def _rare(told: Mapping[str, list[Any]], quasi: Sequence[str], whose: Sequence[Any], least: int) -> frozenset[Any]:
    """The people of whose combination of values there are fewer than so many."""
    if not quasi:
        return frozenset()
    combined = set(zip(whose, *(told[name] for name in quasi), strict=True))
    counted = Counter(one[1:] for one in combined)
    return frozenset(one[0] for one in combined if counted[one[1:]] < least)
