"""The account of a demonstration: what was made, what the lake holds, which planted errors were found"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from medark.model.account import IngestAccount, UnitAccount
from medark.synthetic.before import Planted


@dataclass(frozen=True, slots=True)
class Finding:
    """An error that was planted, and whether it ended where it must."""

    planted: Planted
    found: bool


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """`people` were made up; `persons` are in the lake: somebody known at two places is two, until they are linked."""

    people: int
    persons: int
    merged: int  # patient numbers that turned out to be another's
    accounts: tuple[IngestAccount, ...]
    rows: Mapping[str, int]  # by OMOP table, in its order
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def units(self) -> UnitAccount:
        """How every message, resource, document and row ended."""
        return sum((account.total for account in self.accounts), UnitAccount())

    @property
    def found(self) -> int:
        """How many of the planted errors were found."""
        return sum(finding.found for finding in self.findings)

    @property
    def adds_up(self) -> bool:
        """Every sum of every account adds up, and no planted error was missed."""
        return all(account.adds_up for account in self.accounts) and self.found == len(self.findings)
