"""How good the data was found to be, at one time"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Score:
    """So many checks passed, and so many failed."""

    passed: int = 0
    failed: int = 0

    @property
    def share(self) -> float | None:
        """The share that passed, 0 to 1; None if nothing was checked."""
        return self.passed / (self.passed + self.failed) if self.passed + self.failed else None

    def __add__(self, other: Score) -> Score:
        """Both together."""
        return Score(self.passed + other.passed, self.failed + other.failed)


Scores = Mapping[str, Mapping[str, Score]]  # by table, then by category: conformance, completeness, plausibility


Failing = Mapping[str, tuple[int, int]]  # check id to how many violate it, and of how many


@dataclass(frozen=True, slots=True)
class SourceQuality:
    """The rows that came from one source, judged by themselves. `rows`: how many there are, by table."""

    rows: Mapping[str, int] = field(default_factory=dict)
    scores: Scores = field(default_factory=dict)
    failing: Failing = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class QualityRun:
    """A version of the lake, judged. `sources`: the same of the rows of each source."""

    at_ms: int
    version: int
    vocabulary: str
    scores: Scores = field(default_factory=dict)
    failing: Failing = field(default_factory=dict)
    sources: Mapping[str, SourceQuality] = field(default_factory=dict)


def total(scores: Scores, category: str = "", table: str = "") -> Score:
    """One score of many: of a category, of a table, or of all.

    >>> total({"note": {"conformance": Score(2, 1), "plausibility": Score(3)}})
    Score(passed=5, failed=1)
    """
    found = (
        score
        for name, of in scores.items() if table in ("", name)
        for kind, score in of.items() if category in ("", kind)
    )  # fmt: skip
    return sum(found, Score())


@dataclass(frozen=True, slots=True)
class QualityChange:
    """What is otherwise than in the run before: checks that fail since, that no longer do, and that fail for more."""

    fails: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()


def changed(before: QualityRun, after: QualityRun) -> QualityChange:
    """What changed from one run to another. Worse: the share that violates grew by a tenth of itself or more.

    >>> first, second = {"a": (1, 9), "b": (1, 9)}, {"b": (2, 9)}
    >>> changed(QualityRun(0, 1, "", {}, first), QualityRun(9, 2, "", {}, second))
    QualityChange(fails=(), mended=('a',), worse=('b',))
    """
    return turned(before.failing, after.failing)


def turned(old: Failing, new: Failing) -> QualityChange:
    """The same, of what failed and what fails."""
    return QualityChange(
        tuple(sorted(new.keys() - old.keys())),
        tuple(sorted(old.keys() - new.keys())),
        tuple(sorted(name for name in new.keys() & old.keys() if _is_worse(old[name], new[name]))),
    )


def _is_worse(old: tuple[int, int], new: tuple[int, int]) -> bool:
    return 10 * new[0] * old[1] >= 11 * old[0] * new[1]
