"""What countings ask of the columns of a sum: conditions, strata, and what is added up; each said once

Here as portable SQL; over arrays `judged` and `strata` say the same. A stratum that is a column is its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol


class Condition:
    """True, false or, where a column that it asks is NULL, unknown: as SQL has it."""

    __slots__ = ()

    @property
    def sql(self) -> str:
        raise NotImplementedError

    def __and__(self, other: Condition) -> Condition:
        return AllOf((self, other))

    def __or__(self, other: Condition) -> Condition:
        return AnyOf((self, other))

    def __invert__(self) -> Condition:
        return Not(self)


@dataclass(frozen=True, slots=True)
class Is(Condition):
    """A column has this value."""

    column: str
    value: int

    @property
    def sql(self) -> str:
        return f"{self.column} = {self.value}"


@dataclass(frozen=True, slots=True)
class Holds(Condition):
    """A column of true and false says true."""

    column: str

    @property
    def sql(self) -> str:
        return self.column


@dataclass(frozen=True, slots=True)
class Known(Condition):
    """A column is not NULL."""

    column: str

    @property
    def sql(self) -> str:
        return f"{self.column} is not null"


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The other way round; what is unknown stays so."""

    of: Condition

    @property
    def sql(self) -> str:
        return f"not ({self.of.sql})"


@dataclass(frozen=True, slots=True)
class AllOf(Condition):
    """Every one of some."""

    of: tuple[Condition, ...]

    @property
    def sql(self) -> str:
        return " and ".join(f"({one.sql})" for one in self.of)


@dataclass(frozen=True, slots=True)
class AnyOf(Condition):
    """One of some at least."""

    of: tuple[Condition, ...]

    @property
    def sql(self) -> str:
        return " or ".join(f"({one.sql})" for one in self.of)


@dataclass(frozen=True, slots=True)
class Always:
    """A stratum that is the same text in every row."""

    text: str

    @property
    def sql(self) -> str:
        return f"'{self.text}'"


@dataclass(frozen=True, slots=True)
class Steps:
    """In which step of so many a column's number lies, counted from another column's, if there is one, or from 0."""

    column: str
    size: int
    since: str = ""

    @property
    def sql(self) -> str:
        number = f"({self.column} - {self.since})" if self.since else self.column
        return f"cast(floor({number} / {self.size}) as bigint)"


@dataclass(frozen=True, slots=True)
class AsMonth:
    """The number of a month, counted from January of year 0, as it is written: 202405."""

    column: str

    @property
    def sql(self) -> str:
        return f"cast(floor({self.column} / 12) as bigint) * 100 + {self.column} % 12 + 1"


@dataclass(frozen=True, slots=True)
class Named:
    """A name for each of some values of a column, another for whatever else it says, NULL too."""

    column: str
    names: Mapping[int, str] = field(hash=False)
    other: str

    @property
    def sql(self) -> str:
        told = " ".join(f"when {value} then '{name}'" for value, name in self.names.items())
        return f"case {self.column} {told} else '{self.other}' end"


Stratum = str | Always | Steps | AsMonth | Named


@dataclass(frozen=True, slots=True)
class Total:
    """What is added up of rows: measures, `times` a column if it is named, where `when` holds; 0 of no row."""

    of: tuple[str, ...]
    times: str = ""
    when: Condition | None = None

    @property
    def sql(self) -> str:
        added = " + ".join(self.of)
        told = f"({added}) * {self.times}" if self.times else added
        if self.when:
            told = f"case when {self.when.sql} then {told} else 0 end"
        return f"cast(round(coalesce(sum({told}), 0)) as bigint)"


@dataclass(frozen=True, slots=True)
class Own:
    """The value of one of the strata, which all rows of a group share."""

    column: str

    @property
    def sql(self) -> str:
        return f"max({self.column})"


@dataclass(frozen=True, slots=True)
class RowsOf:
    """How many rows a table of the lake has."""

    table: str

    @property
    def sql(self) -> str:
        return f"(select count(*) from {self.table})"


class Relation(Protocol):
    """What sums say when they are brought together first: a query, in which `{t}` stands for the table."""

    @property
    def sql(self) -> str: ...


Told = Total | Own | RowsOf
ROWS: Final = Total(("n",))  # of rows that were counted already
PEOPLE: Final = Total(("people",))


def rows_when(condition: Condition, times: str = "") -> Total:
    """Rows of which something holds."""
    return Total(("n",), times, condition)


def text_of(term: Stratum | Told) -> str:
    """As SQL has it."""
    return term if isinstance(term, str) else term.sql
