"""When a card is a repeat: within the cooldown, saying nothing new, and not worse."""

from __future__ import annotations

import pytest

from medark.define import Card, Rule, drugs, hours, months
from medark.sdk.silence import Said, is_repeat, length_ms, said

HOUR = 3_600_000
WORDS = Card("血钾 {k}", "Potassium {k}")
RULE = Rule("high", drugs.exists(), WORDS, {"k": drugs.count()}, cooldown=hours(24))


def says(k: float, at: int = 0, severity: float | None = None) -> Said:
    return said(RULE, {"k": k} if severity is None else {"k": k, "severity": severity}, at)


@pytest.mark.parametrize(
    ("last", "now", "repeats"),
    [
        (None, says(6.8), False), (says(6.8), says(6.8, HOUR), True), (says(6.8), says(6.9, HOUR), False),
        (says(6.8), says(6.8, 24 * HOUR - 1), True), (says(6.8), says(6.8, 24 * HOUR), False),
        (says(6, severity=6), says(5, HOUR, severity=5), True), (says(6, severity=6), says(6, HOUR, severity=6), True),
        (says(6, severity=6), says(7, HOUR, severity=7), False),
    ],
)  # fmt: skip
def test_a_repeat(last: Said | None, now: Said, repeats: bool) -> None:
    assert is_repeat(RULE, last, now) is repeats


def test_a_rule_without_a_cooldown_repeats_never() -> None:
    rule = Rule("high", drugs.exists(), WORDS)
    assert not is_repeat(rule, says(6.8), says(6.8, 1))


def test_a_statement_tells_nobody() -> None:
    assert says(6.8).statement == said(RULE, {"k": 6.8, "other": 1}, 5).statement
    assert "6.8" not in says(6.8).statement
    assert length_ms(months(1)) == 31 * 24 * HOUR
