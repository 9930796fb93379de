"""Mentions that were found held against mentions that are true: by kind, to the letter and where they meet"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

At = tuple[int, int, str]  # start, end, kind


@dataclass(slots=True)
class Scores:
    """Counts by kind. Strict: the same letters and kind. Relaxed: of one kind, sharing a letter."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, true: Iterable[At], found: Iterable[At]) -> None:
        """The mentions of one text."""
        true, found = set(true), set(found)
        for kind in {kind for *_, kind in true | found}:
            t, f = ({one[:2] for one in some if one[2] == kind} for some in (true, found))
            self.counts[kind].update(
                true=len(t), found=len(f), both=len(t & f), true_met=_met(t, f), found_met=_met(f, t)
            )

    def lines(self) -> list[str]:
        """A line a kind, then all of them."""
        total: Counter[str] = Counter()
        for counts in self.counts.values():
            total.update(counts)
        named = [*sorted(self.counts.items()), ("all", total)]
        return [f"  {kind:10} {_told(counts)}" for kind, counts in named if counts["true"]]


def _told(n: Counter[str]) -> str:
    strict = rates(n["both"], n["found"], n["both"], n["true"])
    relaxed = rates(n["found_met"], n["found"], n["true_met"], n["true"])
    return f"n {n['true']:6,}  strict {strict}  relaxed {relaxed}"


def rates(right: int, found: int, met: int, true: int) -> str:
    """Precision, recall and F1."""
    precision, recall = right / max(1, found), met / max(1, true)
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f}"


def _met(some: set[tuple[int, int]], others: set[tuple[int, int]]) -> int:
    return sum(any(a < y and x < b for x, y in others) for a, b in some)
