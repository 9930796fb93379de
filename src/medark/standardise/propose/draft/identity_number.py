"""Birth and sex by a resident identity number, of rows that give the number and no birth"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from medark.standardise.identity.number import CHECK, WEIGHTS
from medark.standardise.propose.draft.filled import Choice, Filled
from medark.standardise.propose.draft.parts import Line, quoted

_MOSTLY: Final = 0.8  # of a column's values, from which on its numbers tell births
_SAYS: Final = "its identity numbers, by their check characters, say it"


def _checked() -> str:
    """That the last of 18 characters is the check character of the digits before it."""
    terms = (f"{weight} * try_cast(substr(:number, {n}, 1) as integer)" for n, weight in enumerate(WEIGHTS, start=1))
    return f"substr('{CHECK}', ({' + '.join(terms)}) % 11 + 1, 1) = upper(substr(:number, 18, 1))"


def _by_form(long: str, short: str) -> str:
    """One of two expressions, by which form a possible number has; nothing for one that cannot be."""
    is_long = f"length(:number) = 18 and {_checked()} and try_cast({_LONG_DAY} as date) is not null"
    is_short = (
        "length(:number) = 15 and try_cast(:number as bigint) is not null"
        f" and try_cast({_SHORT_DAY} as date) is not null"
    )
    return f"case when {is_long} then {long} when {is_short} then {short} end"


def _day(year: str, place: int) -> str:
    return f"{year} || '-' || substr(:number, {place}, 2) || '-' || substr(:number, {place + 2}, 2)"


def _sex(place: int) -> str:
    return f"case when try_cast(substr(:number, {place}, 1) as integer) % 2 = 1 then 'M' else 'F' end"


_LONG_DAY: Final = _day("substr(:number, 7, 4)", 11)
_SHORT_DAY: Final = _day("'19' || substr(:number, 7, 2)", 9)
# Functions that a map of such a source gets.
FUNCTIONS: Final[Mapping[str, tuple[str, str]]] = {
    "birth_by_number": ("The day of birth that a resident identity number says.", _by_form(_LONG_DAY, _SHORT_DAY)),
    "sex_by_number": ("M or F, as a resident identity number says.", _by_form(_sex(17), _sex(15))),
}


def identity_number(table: Filled) -> Choice | None:
    """The column of people's resident identity numbers."""
    found = (choice for choice in table.all("id") if choice.slot == "id:NI")
    return next((choice for choice in found if choice.column.share("id_cn") >= _MOSTLY), None)


def by_number(table: Filled) -> Iterator[Line]:
    """Birth and sex, by the column of identity numbers."""
    if choice := identity_number(table):
        line = Line("birth_time", quoted(choice.column.name), (choice.column.name,), choice.chance, (_SAYS,))
        for field, name in (("birth_time", "birth_by_number"), ("gender", "sex_by_number")):
            yield replace(line, field=field, expression=f"{name}({line.expression})")
