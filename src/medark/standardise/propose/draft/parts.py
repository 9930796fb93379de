"""The parts of a proposed map of one table"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sqlglot import exp, parse_one
from sqlglot.errors import SqlglotError

from medark.messages import N_

SAID, KNOWN = N_("a person said so"), N_("the word is known")  # why a value is read so


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a target: a staging column and the expression over the row. `columns`: of the source, that it reads;
    `chance`: that it is right; `why`: what speaks for it, for people.
    """

    field: str
    expression: str
    columns: tuple[str, ...]
    chance: float
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetDraft:
    """One row of a staging table that a row gives."""

    staging: str
    lines: tuple[Line, ...]
    fixed: Mapping[str, str] = field(default_factory=dict)
    where: str = ""

    @property
    def columns(self) -> frozenset[str]:
        """The source's columns that it reads."""
        return frozenset(column for line in self.lines for column in line.columns)


@dataclass(frozen=True, slots=True)
class JoinDraft:
    """Another table of the source, looked into by its key."""

    name: str
    table: str
    key: str
    column: str
    reads: tuple[str, ...]
    where: Mapping[str, str] = field(default_factory=dict)  # of its columns that say which of its lists, the list


@dataclass(frozen=True, slots=True)
class ValueRead:
    """One value of a column. `means`: what it is read as, "" where nobody knows; `why`: who or what says so."""

    value: str
    rows: int
    means: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class ValueMap:
    """What the values of a column are read as. `field`: `STATE` or the staging column; `others`: rows with values that
    may not be kept; `is_read`: rows go by it; `must`: a value that nobody knows is a question.
    """

    column: str
    field: str
    values: tuple[ValueRead, ...]
    others: int = 0
    is_read: bool = True
    must: bool = False

    @property
    def asks(self) -> tuple[str, ...]:
        """Values that somebody has to explain."""
        return tuple(one.value for one in self.values if not one.means) if self.must else ()


@dataclass(frozen=True, slots=True)
class IssueDraft:
    """Rows that give nothing, and why."""

    when: str
    outcome: str
    reason: str
    place: str
    chance: float = 1.0


@dataclass(frozen=True, slots=True)
class Draft:
    """A table's proposal. `unsure`: columns that are something, but not surely enough to be read; `nothing`: those of
    which nothing is made; `missing`: what a person must say before rows can be made; `looked_up`: columns that other
    tables read here; `read`: what values are read as, for people.
    """

    table: str
    kind: str
    kind_chance: float
    columns: tuple[str, ...]
    targets: tuple[TargetDraft, ...] = ()
    joins: tuple[JoinDraft, ...] = ()
    issues: tuple[IssueDraft, ...] = ()
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    unsure: tuple[str, ...] = ()
    nothing: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    every_row: str = ""
    looked_up: tuple[str, ...] = ()
    read: tuple[ValueMap, ...] = ()

    @property
    def chance(self) -> float:
        """That the whole of it is right where it must be: the kind, and the least sure of its lines."""
        return min([self.kind_chance, *(line.chance for t in self.targets for line in t.lines)])

    @property
    def asks(self) -> tuple[tuple[str, str], ...]:
        """Columns and their values that somebody has to explain."""
        return tuple((one.column, value) for one in self.read for value in one.asks)

    def made_of(self, column: str) -> frozenset[str]:
        """The `staging.column` places that a source's column fills."""
        here = {f"{t.staging}.{line.field}" for t in self.targets for line in t.lines if column in line.columns}
        here |= {"join.on" for join in self.joins if join.column == column}
        return frozenset(here | {"issue.when" for issue in self.issues if issue.place == column})


@lru_cache(maxsize=4096)
def quoted(column: str) -> str:
    """A column's name in an expression, in quotes where SQL would read it otherwise."""
    low = column.lower()
    try:
        plain = low.isidentifier() and isinstance(parse_one(low, read="duckdb"), exp.Column)
    except SqlglotError:
        plain = False
    return low if plain else '"' + low.replace('"', '""') + '"'
