"""What the desk must be told of each warning system"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Texts = Mapping[str, str]  # by language


@dataclass(frozen=True, slots=True)
class System:
    """One warning system. `signals`: the names of those that it watches; `due_hours`: in which they are answered."""

    path: str
    title: Texts
    about: Texts
    source: str
    signals: tuple[str, ...]
    due_hours: float


def system_of(systems: tuple[System, ...], signal: str) -> System | None:
    """The system that a signal is of."""
    return next((one for one in systems if signal in one.signals), None)
