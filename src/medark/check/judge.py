"""Counts against thresholds, at the time of reading: another threshold needs no new count"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from medark.check.checks import Check
from medark.check.counting import Counts


class Outcome(StrEnum):
    """How a check ends."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one check ends: `violating` of `of` violate it, `threshold` per cent may."""

    check: Check
    outcome: Outcome
    violating: int
    of: int
    threshold: float

    @property
    def share(self) -> float:
        """The share that violates it, 0 to 1."""
        return self.violating / self.of if self.of else 0.0


def judged(counts: Counts, checks: Sequence[Check], thresholds: Mapping[str, float] | None = None) -> Iterator[Verdict]:
    """Each check's verdict: not applicable where nothing was counted.

    `thresholds` of the site, per cent, by a check's id or its kind's name, go before the published ones.
    """
    for check in checks:
        count, threshold = counts.checks.get(check.id), threshold_of(check, thresholds or {})
        if count is None or not count.of:
            yield Verdict(check, Outcome.NOT_APPLICABLE, 0, 0, threshold)
        else:
            is_over = count.violating * 100 > threshold * count.of
            outcome = Outcome.FAILED if is_over else Outcome.PASSED
            yield Verdict(check, outcome, count.violating, count.of, threshold)


def threshold_of(check: Check, thresholds: Mapping[str, float]) -> float:
    """So many per cent may violate it: what the site says of the check, else of its kind, else what is published."""
    return thresholds.get(check.id, thresholds.get(check.kind.name, check.threshold))
