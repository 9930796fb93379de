"""Chances: everything that is drawn, is drawn by one of these"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Chance:
    """Draws from what it is offered; the same seed gives the same draws, on every machine."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def falls(self, share: float) -> bool:
        """True in this share of the draws."""
        return self._random.random() < share

    def share(self) -> float:
        """A number from 0 to 1."""
        return self._random.random()

    def number(self, least: int, most: int) -> int:
        """A whole number from the least to the most, both included."""
        return self._random.randint(least, most)

    def one(self, options: Sequence[T]) -> T:
        """One of them, each as likely as the others."""
        return options[self._random.randrange(len(options))]

    def some(self, options: Sequence[T], most: int) -> list[T]:
        """Different ones of them, so many or as many as there are."""
        return self._random.sample(options, k=min(most, len(options)))
