"""Which name, birth and sex a person goes by when their records say different things, and why"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from medark.standardise.identity.number import as_18, birth_of, sex_of
from medark.standardise.identity.record import NUMBER_KINDS, best_day, best_sex

NUMBER, MOST, ONLY = "identity number", "most records", "only one"
WHOLE_DAY: Final = 10  # characters of 1949-12-31


@dataclass(frozen=True, slots=True)
class Said:
    """What one record says: '' where it says nothing. `number`: a possible identity number of 18 characters."""

    number: str = ""
    name: str = ""
    birth: str = ""
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A value that a person goes by, and the rule that chose it ('' with an empty one)."""

    value: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """What a person goes by."""

    name: Chosen = Chosen()
    birth: Chosen = Chosen()
    sex: Chosen = Chosen()


def said(values: Mapping[str, Sequence[str]]) -> Said:
    """What one record says, from its values by kind as they were written."""
    numbers = (value for kind in (*sorted(NUMBER_KINDS), "MR") for value in values.get(kind, ()))
    names = values.get("name", ())
    return Said(
        number=min(filter(None, map(as_18, numbers)), default=""),
        name=max(names, default="", key=lambda name: (not name.isascii(), len(name), name)),
        birth=best_day(values.get("birth", ())) or "",
        sex=best_sex(values.get("sex", ())) or "",
    )


def surviving(records: Sequence[Said]) -> Person:
    """What a person of several records goes by; the order of the records does not matter.

    Birth and sex: what their identity number says, if it is one number and at least one record bears it out (a number
    may be another's); else what most records say, whole days before years; among equals the smaller. The name: what
    most records say; among equals the longer.

    >>> surviving([Said("11010519491231002X", "张伟", "1949-12-31", "F"), Said("", "张伟", "1949-12-30", "F")]).birth
    Chosen(value='1949-12-31', why='identity number')
    """
    numbers = {one.number for one in records if one.number}
    number = numbers.pop() if len(numbers) == 1 else ""
    births = [one.birth for one in records if one.birth]
    whole = [birth for birth in births if len(birth) == WHOLE_DAY]
    return Person(
        name=_most((one.name for one in records), longest=True),
        birth=_by_number(birth_of(number), births) if number and _is_borne_out(birth_of(number), births)
        else _most(whole or births),
        sex=_by_number(sex_of(number), [one.sex for one in records])
        if number and sex_of(number) in {one.sex for one in records}
        else _most(one.sex for one in records),
    )  # fmt: skip


def _is_borne_out(birth: str, said: Iterable[str]) -> bool:
    return any(birth.startswith(one) for one in said)


def _by_number(value: str, said: Sequence[str]) -> Chosen:
    return Chosen(value, NUMBER if len(set(filter(None, said))) > 1 else ONLY)


def _most(values: Iterable[str], *, longest: bool = False) -> Chosen:
    times = Counter(filter(None, values))
    if not times:
        return Chosen()
    best = min(times, key=lambda value: (-times[value], -len(value) if longest else 0, value))
    return Chosen(best, MOST if len(times) > 1 else ONLY)
