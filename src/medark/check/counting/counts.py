"""What was counted: of each check, how many violate it and of how many; of each table and column, how many there are"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many violate a check."""

    violating: int
    of: int


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of a version of the lake: by check id; rows by table; values by table and column."""

    checks: Mapping[str, Count] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def __or__(self, other: Counts) -> Counts:
        """Both; where both say, the other."""
        return Counts({**self.checks, **other.checks}, {**self.rows, **other.rows}, {**self.values, **other.values})
