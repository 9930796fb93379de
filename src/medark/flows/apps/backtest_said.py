"""How the cards of an application ended where they were shown: accepted, or overridden and why, by card"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from medark.flows.apps.loaded import Loaded
from medark.flows.card_ids import rule_of
from medark.flows.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Outcome:
    """One card. `reasons`: how often it was overridden for each, as "system|code"; "" where none was given."""

    card: str
    accepted: int
    overridden: int
    override_rate: float
    reasons: dict[str, int]


def outcomes(workspace: Workspace, loaded: Loaded) -> Iterator[Outcome]:
    """By card, those that anybody said anything of."""
    rules = [card.name for card in loaded.app.cards]
    told: dict[str, Counter[tuple[str, str]]] = {}
    for one in workspace.ledger.feedback.all(service=loaded.name):
        told.setdefault(rule_of(one.card, loaded.name, rules), Counter())[one.outcome, one.override_reason] += 1
    for card in rules:
        if counts := told.get(card):
            yield _outcome(card, counts)


def _outcome(card: str, counts: Counter[tuple[str, str]]) -> Outcome:
    reasons = {reason: n for (outcome, reason), n in sorted(counts.items()) if outcome == "overridden"}
    overridden = sum(reasons.values())
    return Outcome(card, counts.total() - overridden, overridden, round(overridden / counts.total(), 3), reasons)
