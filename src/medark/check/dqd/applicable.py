"""Which checks have nothing to check, as the dashboard has it"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from medark.check.checks import Check
from medark.check.counting import Counts

_OF_ANY_TABLE: Final = ("cdmTable", "cdmField", "measurePersonCompleteness", "measureConditionEraCompleteness")


def applicable(counts: Counts, checks: Sequence[Check]) -> Counts:
    """Counts without those of checks of an empty table, or of a column of nothing (but to a check of how many values
    there are). Who has no row or no era in a table is asked of an empty table too.
    """
    gone = {check.id for check in checks if _has_nothing(counts, check)}
    return replace(counts, checks={name: count for name, count in counts.checks.items() if name not in gone})


def _has_nothing(counts: Counts, check: Check) -> bool:
    if check.kind.name in _OF_ANY_TABLE:
        return False
    if not counts.rows.get(check.table):
        return True
    is_of_values = bool(check.column) and check.kind.name != "measureValueCompleteness"
    return is_of_values and not counts.values[check.table].get(check.column)
