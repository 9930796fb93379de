"""What was decided that the numbers of a test are measured in, whatever its source writes beside them"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitDecision:
    """Numbers of `code` beside which `source` writes the unit `said` ("": none) are in the unit `ucum`.

    `low`, `high`: only numbers from `low` to under `high` are; None has no end. `concept_id` 0: what is said is right,
    and nobody is asked again. `probability`: what the rule found; None where a person chose another. `rule`: the
    version of the rule that found it. `evidence`: in words of the rule, of the day it was decided. `decided_ms`:
    milliseconds since 1970, UTC.
    """

    source: str
    code: str
    said: str
    ucum: str
    concept_id: int
    low: float | None = None
    high: float | None = None
    probability: float | None = None
    rule: str = ""
    evidence: str = ""
    decided_by: str = ""
    decided_ms: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is known by: one decision for each unit that a source writes beside a code."""
        return self.source, self.code, self.said
