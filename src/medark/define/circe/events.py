"""An event of a criterion while it is being narrowed down: its rows, and when each starts and ends"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from medark.define.circe.concept_sets import ConceptSets
from medark.define.circe.format import DateAdjustment
from medark.define.language.durations import days
from medark.define.language.frames import Frame
from medark.define.language.series import Series
from medark.define.nodes import Table


@dataclass(frozen=True, slots=True, eq=False)
class Events:
    """Rows of a table as events: `start` and `end` are days. `told`: the attributes of the criterion, as written."""

    frame: Frame
    start: Series
    end: Series
    told: Mapping[str, Any]
    sets: ConceptSets

    @property
    def visit(self) -> Series | None:
        """The visit that an event belongs to; None for a table whose events belong to none."""
        root = self.frame.node.root
        return self.frame.visit if isinstance(root, Table) and root.spec.visit else None

    def where(self, *conditions: Series) -> Events:
        """Those for which all conditions are true; all of them for no condition."""
        return replace(self, frame=self.frame.where(*conditions)) if conditions else self

    def first(self) -> Events:
        """The first of the person, by the day it was written down for, then by key."""
        rows = self.frame
        return self.where(rows.key == rows.first_by(rows.start_date).key)

    def adjusted(self, told: DateAdjustment) -> Events:
        """The events on other days; those that would end before they start are left out."""
        start = shifted(self.start if told.start_with == "START_DATE" else self.end, told.start_offset)
        end = shifted(self.start if told.end_with == "START_DATE" else self.end, told.end_offset)
        return replace(self, start=start, end=end).where(end >= start)


def shifted(day: Series, by: int) -> Series:
    """So many days later; earlier where `by` is negative."""
    return day + days(by) if by else day
