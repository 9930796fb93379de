"""Which analyses there are: Achilles' numbers and strata, and what each counts, in our own words"""

from __future__ import annotations

import csv
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
        return f"{self.table}: {self.counts}" if self.table else self.counts


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
