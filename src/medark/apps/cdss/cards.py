"""All cards"""

from __future__ import annotations

from medark.sdk import CardRule, Settings


def cards(settings: Settings) -> tuple[CardRule, ...]:
    """Every card of the application."""
    return ()
