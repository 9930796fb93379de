"""The id of a card: half of it says which rule made it, half is chance; feedback finds its rule"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Iterable, Sequence
from functools import lru_cache

_HALF = (1 << 60) - 1


def card_id(service: str, rule: str) -> str:
    """A new id for a card of a rule: a UUID of version 8 (RFC 9562, 5.8), whose bits are its maker's own."""
    return card_ids(service, [rule])[0]


def card_ids(service: str, rules: Sequence[str]) -> list[str]:
    """One for a card of each rule; the machine is asked for chance once."""
    chance = secrets.token_bytes(8 * len(rules))
    return [_id(_of(service, rule), chance[8 * at : 8 * at + 8]) for at, rule in enumerate(rules)]


def _id(told: int, chance: bytes) -> str:
    high = (told >> 12) << 16 | 0x8000 | (told & 0xFFF)
    low = 0b10 << 62 | int.from_bytes(chance, "big") >> 2
    return str(uuid.UUID(int=high << 64 | low))


def rule_of(card: str, service: str, rules: Iterable[str]) -> str:
    """Which of a service's rules made a card; "" for none of them.

    >>> rule_of(card_id("potassium_card", "high"), "potassium_card", ["low", "high"])
    'high'
    """
    try:
        high = uuid.UUID(card).int >> 64
    except ValueError:
        return ""
    told = (high >> 16) << 12 | high & 0xFFF
    return next((rule for rule in rules if _of(service, rule) == told), "")


@lru_cache(10_000)
def _of(service: str, rule: str) -> int:
    return int.from_bytes(hashlib.sha256(f"{service}\n{rule}".encode()).digest()[:8], "big") & _HALF
