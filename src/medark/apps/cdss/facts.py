"""The facts of the cards, as the .csv files under facts/ say them, each row with its source"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from medark.define import attached

_FOLDER: Final = "facts/"
Row = Mapping[str, str]


def table(name: str) -> list[dict[str, str]]:
    """The rows of one file of facts."""
    return attached.table_file(f"{_FOLDER}{name}.csv")


def drug_names() -> dict[str, str]:
    """Names of drugs in small letters, and their codes of ATC; a code is a name of its own."""
    told = {row["name"]: row["atc"] for row in table("drugs")}
    return {**{atc.lower(): atc for atc in told.values()}, **told}


def begins(atc: str, prefixes: str) -> bool:
    """Does a code of ATC lie in one of these classes, such as `B01A|M01AE01`?

    >>> begins("B01AA03", "M01A|B01A"), begins("B01AA03", "B01AA04")
    (True, False)
    """
    return atc.startswith(tuple(prefixes.split("|")))


def numbered(rows: list[dict[str, str]]) -> Iterator[tuple[int, Row]]:
    """Rows by their own number: of several that hold, the one with the highest is shown."""
    return ((int(row["number"]), row) for row in rows)


@cache
def number(text: str) -> float:
    """A number of a fact."""
    return float(text)
