"""One query of a run, and what its answer says"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from medark.check.counting.counts import Counts
from medark.sql.query import parse

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scan:
    """A portable query, what it is about, and how to take its rows. Its one parameter, if any, is `:today`."""

    name: str
    sql: str
    take: Callable[[Iterable[Row]], Counts]

    @property
    def reads(self) -> frozenset[str]:
        """The tables of the lake and the vocabulary that it reads."""
        return parse(self.sql).tables
