"""How a resource ends when it does not simply load: an outcome, a fixed reason, and where it lies."""

from __future__ import annotations


class Issue(Exception):  # noqa: N818  a verdict on the input, not a failure of ours
    """Raised while a resource is read; `stage` files it. Reason and place are fixed words: never a value."""

    def __init__(self, outcome: str, reason: str, place: str | None = None) -> None:
        super().__init__(outcome, reason, place)
        self.outcome, self.reason, self.place = outcome, reason, place


def quarantined(reason: str, place: str | None = None) -> Issue:
    """Can't be right, or can't be placed: kept, and shown to a person."""
    return Issue("quarantined", reason, place)


def excluded(reason: str, place: str | None = None) -> Issue:
    """Understood, and by a stated rule not something that happened."""
    return Issue("excluded", reason, place)


def not_understood(reason: str, place: str | None = None) -> Issue:
    """Nothing here reads it: kept raw and listed."""
    return Issue("not_understood", reason, place)


# When one unit holds several resources, the unit ends as its worst one.
SEVERITY = {"excluded": 0, "not_understood": 1, "quarantined": 2}
