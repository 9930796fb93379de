"""The rows that one unit of a document gives, numbered, and how the unit ended"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from medark.standardise.formats.staged import Staged, UnitIssue

_WORST_LAST = ("excluded", "not_understood", "quarantined")


class Unit:
    """Files rows under one row_no. A unit has one outcome: the worst thing that happened to a part of it.

    A unit can both give rows and have an issue (a panel of which one result was cancelled): then the issue's place
    says which part did not load.
    """

    def __init__(self, staged: Staged, record_no: int, row_no: int) -> None:
        self._staged, self.record_no, self.row_no = staged, record_no, row_no
        self._parts: Counter[str] = Counter()
        self._issue: tuple[str, str, str] | None = None

    def add(self, make: Callable[..., tuple[Any, ...]], **columns: object) -> int:
        """File a row; its part_no comes back."""
        name = make.__name__
        part_no = self._parts[name]
        self._parts[name] += 1
        self._staged.add(make(self.record_no, self.row_no, part_no, **columns))
        return part_no

    def issue(self, outcome: str, reason: str, place: str) -> None:
        """A part of the unit did not load; of several, the first of the worst kind is told."""
        if self._issue is None or _WORST_LAST.index(outcome) > _WORST_LAST.index(self._issue[0]):
            self._issue = (outcome, reason, place)

    def close(self, place: str) -> None:
        """Write the unit's issue, if any. A unit that gave nothing at all was not understood."""
        if self._issue is None and not self._parts:
            self._issue = ("not_understood", "nothing in this entry has a rule", place)
        if self._issue is not None:
            self.issue_now(*self._issue)

    def issue_now(self, outcome: str, reason: str, place: str) -> None:
        """Write an issue for the whole unit."""
        self._staged.add(UnitIssue(self.record_no, self.row_no, 0, outcome=outcome, reason=reason, place=place))
