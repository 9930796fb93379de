"""One line of the audit: what was done and when, never to whom"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An action with counts and names of things (never of people, never a value of theirs)."""

    entry_no: int
    at_ms: int  # since 1970, UTC
    action: str
    detail: Mapping[str, str | int]
