"""One table of a source, as a map declares it: what a row of it means in staging terms"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from medark.standardise.maps.expression import Expression


@dataclass(frozen=True, slots=True)
class Join:
    """A dictionary or parent table of the source, read by name; one row a key, so that it never multiplies rows."""

    name: str
    table: str
    on: Mapping[str, Expression]  # its column = an expression over our row


@dataclass(frozen=True, slots=True)
class Issue:
    """Rows that give nothing, and why: `outcome` is excluded, quarantined or not_understood."""

    when: Expression
    outcome: str
    reason: str
    place: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """What one row gives in one staging table; `part_no` tells several of one table apart."""

    staging: str
    part_no: int
    columns: Mapping[str, Expression]
    where: Expression | None = None


@dataclass(frozen=True, slots=True)
class TableMap:
    """One table of a source.

    A file is this table when it has every column of `needs` and none of `lacks`. Columns of `may_have` are read when
    they are there. `not_read`: known columns that nothing is made of, with the reason.
    """

    name: str
    about: str
    needs: frozenset[str]
    may_have: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    not_read: Mapping[str, str] = field(default_factory=dict)
    joins: Mapping[str, Join] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    targets: tuple[Target, ...] = ()

    @property
    def readable(self) -> frozenset[str]:
        """Columns that expressions may name."""
        return self.needs | self.may_have

    @property
    def known(self) -> frozenset[str]:
        """Every column that says this is the table."""
        return self.readable | self.not_read.keys()

    @property
    def expressions(self) -> Iterator[Expression]:
        """Every expression over a row of this table, but for those that joins are made by."""
        yield from (issue.when for issue in self.issues)
        for target in self.targets:
            yield from target.columns.values()
            if target.where is not None:
                yield target.where

    @property
    def whole_outcome(self) -> Issue | None:
        """The issue that every row of the table has, or None: a table of which nothing is made."""
        return self.issues[0] if self.issues and self.issues[0].when.is_true else None
