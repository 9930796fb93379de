"""Counts against thresholds, at the time of reading: another threshold needs no new count"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from medark.check.dqd.counts import Counts
from medark.check.dqd.instances import Instance


class Outcome(StrEnum):
    """How a check ends."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one check ends: `violated` of `of` violate it, `threshold` per cent may."""

    instance: Instance
    outcome: Outcome
    violated: int
    of: int
    threshold: float

    @property
    def share(self) -> float:
        """The share that violates it, 0 to 1."""
        return self.violated / self.of if self.of else 0.0


def judged(
    counts: Counts, checks: Sequence[Instance], thresholds: Mapping[str, float] | None = None
) -> Iterator[Verdict]:
    """Each check's verdict. `thresholds`, per cent by check id, go before the published ones.

    Not applicable, as the dashboard has it: nothing in the table; nothing in the column (but to a check of how many
    values there are); no row of the concept.
    """
    for check in checks:
        count = counts.checks.get(check.id)
        threshold = (thresholds or {}).get(check.id, check.threshold)
        if count is None or _has_nothing(counts, check):
            yield Verdict(check, Outcome.NOT_APPLICABLE, 0, 0, threshold)
        else:
            is_over = count.violated * 100 > threshold * count.of
            outcome = Outcome.FAILED if is_over else Outcome.PASSED
            yield Verdict(check, outcome, count.violated, count.of, threshold)


def _has_nothing(counts: Counts, check: Instance) -> bool:
    if check.check in ("cdmTable", "cdmField"):
        return False
    if not counts.rows.get(check.table):
        return True
    if check.check == "measureValueCompleteness":
        return False
    return (bool(check.field) and not counts.values[check.table].get(check.field)) or not counts.checks[check.id].of
