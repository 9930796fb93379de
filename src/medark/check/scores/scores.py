"""Verdicts summed up: how many checks of each table and category passed"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from medark.check.judge import Outcome, Verdict
from medark.model.quality import Score, Scores


def scores(verdicts: Iterable[Verdict]) -> Scores:
    """Scores by table and category of Kahn; what had nothing to check counts nowhere."""
    found: dict[str, dict[str, Score]] = defaultdict(lambda: defaultdict(Score))
    for one in verdicts:
        if one.outcome is not Outcome.NOT_APPLICABLE:
            is_passed = one.outcome is Outcome.PASSED
            found[one.check.table][one.check.kind.category] += Score(int(is_passed), int(not is_passed))
    return {table: dict(of) for table, of in found.items()}
