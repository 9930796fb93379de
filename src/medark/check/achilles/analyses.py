"""Which analyses there are: Achilles' numbers and strata, and what each counts, in our own words"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

STRATA = tuple(f"stratum_{n}" for n in range(1, 6))


@dataclass(frozen=True, slots=True)
class Analysis:
    """One analysis. `table`: what it is about, "" for many; `counts`: what is counted; `strata`: what each of its
    strata is; `is_distribution`: its results are distributions, not counts; `is_default`: Achilles runs it unasked.
    """

    analysis_id: int
    table: str
    counts: str
    is_distribution: bool
    is_default: bool
    strata: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called: `measurement: people by concept`."""
        return self.in_("en")

    def in_(self, language: str) -> str:
        """The same in a language: "en" or "zh"."""
        counts = _in_chinese()[self.counts] if language == "zh" else self.counts
        return f"{self.table}: {counts}" if self.table else counts


@cache
def analyses() -> tuple[Analysis, ...]:
    """All of them, in the order of their numbers.

    >>> len(analyses()), analyses()[1].name
    (289, 'person: people')
    """
    text = files(__package__).joinpath("facts", "analyses.csv").read_text(encoding="utf-8")
    return tuple(
        Analysis(
            int(row["analysis_id"]), row["table"], row["counts"], row["is_distribution"] == "1",
            row["is_default"] == "1", tuple(row[name] for name in STRATA if row[name]),
        )
        for row in csv.DictReader(text.splitlines())
    )  # fmt: skip


@cache
def _in_chinese() -> Mapping[str, str]:
    """What is counted, in Chinese."""
    text = files(__package__).joinpath("facts", "kinds.csv").read_text(encoding="utf-8")
    return {row["counts"]: row["zh"] for row in csv.DictReader(text.splitlines())}
