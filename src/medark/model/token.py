"""A token that opens the HTTP edge: whose it is, for what and until when; never the token itself"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """`token_id` names it (a JWT's jti or the public part of an opaque one). Times in milliseconds since 1970, UTC."""

    token_id: str
    user: str
    scopes: tuple[str, ...] = ()
    app: str = ""
    name: str = ""
    issued_ms: int = 0
    ends_ms: int | None = None
    revoked_ms: int | None = None

    def in_force(self, now_ms: int) -> bool:
        """Is it neither over nor taken back?"""
        return (self.ends_ms is None or now_ms < self.ends_ms) and (self.revoked_ms is None or now_ms < self.revoked_ms)
