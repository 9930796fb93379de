"""How a node stands by quality, freshness or sensitivity: a class with a colour, a shape and words"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from medark.messages import N_, _

GOOD, POOR = 0.95, 0.8  # shares of checks that passed: as the quality page has them
_DAY_MS: Final = 24 * 3600 * 1000


class Colour(StrEnum):
    """By what the picture is coloured."""

    QUALITY = "quality"
    FRESHNESS = "freshness"
    SENSITIVITY = "sensitivity"


@dataclass(frozen=True, slots=True)
class Mark:
    """One class. `told`: the value itself, as text ("98 %", "L4")."""

    name: str
    told: str = ""


UNKNOWN: Final = Mark("unknown")
SHAPES: Final = {
    "good": "dot", "fair": "triangle", "poor": "square", "day": "dot", "week": "ring", "month": "triangle",
    "older": "square", "unknown": "none", **{f"level-{level}": "number" for level in range(1, 6)},
}  # fmt: skip
LEGEND: Final = {
    Colour.QUALITY: {
        "good": N_("95 % of the checks passed, or more"), "fair": N_("80 to 95 %"), "poor": N_("less than 80 %"),
        "unknown": N_("not checked"),
    },
    Colour.FRESHNESS: {
        "day": N_("within a day"), "week": N_("within a week"), "month": N_("within 30 days"), "older": N_("older"),
        "unknown": N_("not known"),
    },
    Colour.SENSITIVITY: {
        "level-1": N_("level 1: public"), "level-2": N_("level 2: within the organisation"),
        "level-3": N_("level 3: of people, without who they are"), "level-4": N_("level 4: says who they are"),
        "level-5": N_("level 5: specially protected"), "unknown": N_("not judged"),
    },
}  # fmt: skip
TITLES: Final = {
    Colour.QUALITY: N_("Quality"), Colour.FRESHNESS: N_("Freshness"), Colour.SENSITIVITY: N_("Sensitivity"),
}  # fmt: skip


def quality_mark(share: float | None) -> Mark:
    """By the share of checks that passed, 0 to 1.

    >>> quality_mark(0.97), quality_mark(0.949).name, quality_mark(None).name
    (Mark(name='good', told='97 %'), 'fair', 'unknown')
    """
    if share is None:
        return UNKNOWN
    name = "good" if share >= GOOD else "fair" if share >= POOR else "poor"
    return Mark(name, f"{int(100 * share)} %")


def fresh_mark(at_ms: int | None, now_ms: int) -> Mark:
    """By when it came in or was made, in milliseconds since 1970.

    >>> fresh_mark(0, 3 * 24 * 3600 * 1000)
    Mark(name='week', told='3 d')
    """
    if at_ms is None:
        return UNKNOWN
    hours = max(0, now_ms - at_ms) / (_DAY_MS / 24)
    told = _told(hours)
    name = "day" if hours <= 24 else "week" if hours <= 24 * 7 else "month" if hours <= 24 * 30 else "older"
    return Mark(name, told)


def _told(hours: float) -> str:
    if hours < 1:
        return _("< 1 h")
    return _("{count} h", count=int(hours)) if hours < 24 else _("{count} d", count=int(hours / 24))


def level_mark(level: int) -> Mark:
    """By its level, 1 to 5 of GB/T 39725-2020; 0 where nobody judged."""
    return Mark(f"level-{level}", str(level)) if level else UNKNOWN
