"""How the cards of an application ended, counted by rule, outcome and reason; of nobody in particular"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from medark.flows.workspace import Workspace


@dataclass(frozen=True, slots=True)
class CardEnd:
    """So many cards of a rule ended so. `outcome`: shown, silenced, accepted, overridden; `reason`: why overridden."""

    rule: str
    outcome: str
    reason: str
    count: int

    def plain(self) -> dict[str, Any]:
        """As a row."""
        return {"rule": self.rule, "outcome": self.outcome, "reason": self.reason, "count": self.count}


def card_ends(workspace: Workspace, app: str) -> Iterator[CardEnd]:
    """Every end that there was, in the order of rules: first what was shown and silenced, then what was said of it."""
    for (card, outcome), count in workspace.ledger.cards_seen.counts.of(app).items():
        yield CardEnd(card, outcome, "", count)
    outcomes = workspace.ledger.feedback.outcomes(app)
    for (service, outcome, reason), count in sorted(outcomes.items()):
        yield CardEnd(service.partition("/")[2], outcome, reason, count)
