"""When a card that was shown already is not shown again: within its rule's cooldown, unless it says more than before"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from medark.define import Rule
from medark.define.language.durations import Duration
from medark.sdk.finding import filled

SEVERITY: Final = "severity"  # a rule's value of this name tells how bad it is: more is worse
_UNIT_MS: Final = {"seconds": 1_000, "days": 86_400_000, "months": 31 * 86_400_000}


@dataclass(frozen=True, slots=True)
class Said:
    """What a card said at a moment (milliseconds since 1970). `statement`: a digest of its summary: it tells nobody."""

    at_ms: int
    statement: str
    severity: float | None = None


def said(rule: Rule, values: Mapping[str, Any], at_ms: int) -> Said:
    """What the card of a rule says of its values: its summary in English, whatever language it is read in."""
    statement = hashlib.sha256(filled(rule.card.summary_en, values).encode()).hexdigest()[:16]
    severity = values.get(SEVERITY)
    return Said(at_ms, statement, None if severity is None else float(severity))


def is_repeat(rule: Rule, last: Said | None, now: Said) -> bool:
    """Was it shown within the cooldown, and says nothing new now?

    Nothing new: the same summary; of a rule that tells a severity, the same or a lesser one.
    """
    if last is None or rule.cooldown is None or now.at_ms - last.at_ms >= length_ms(rule.cooldown):
        return False
    if now.severity is not None and last.severity is not None:
        return now.severity <= last.severity
    return now.statement == last.statement


def length_ms(duration: Duration) -> int:
    """Milliseconds of a duration; a month has 31 days."""
    return duration.fixed() * _UNIT_MS[duration.unit]
