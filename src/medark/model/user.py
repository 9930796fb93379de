"""People who use the platform: their roles, and what they did beyond the everyday"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in. `name` is what they type and what the audit says."""

    name: str
    display: str = ""
    organisation: str = ""
    roles: frozenset[str] = frozenset()
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """A record opened in an emergency, beyond the care relationship: with a reason, for a while, reviewed later.

    Times are milliseconds since 1970, UTC. `verdict` is "" until it was reviewed.
    """

    number: int
    user: str
    person_id: int = field(repr=False)
    reason: str
    at_ms: int
    ends_ms: int
    reviewed_by: str = ""
    reviewed_ms: int | None = None
    verdict: str = ""

    def in_force(self, now_ms: int) -> bool:
        """Is it open now?"""
        return self.at_ms <= now_ms < self.ends_ms


@dataclass(frozen=True, slots=True)
class ColumnOverride:
    """How sensitive a column is by the decision of a named person, in the place of the rule."""

    table: str
    column: str
    kind: str  # class C1 … C6
    level: int  # 1 … 5
    reason: str
    decided_by: str
    at_ms: int = 0
