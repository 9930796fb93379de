"""Who is likely at fault: where more rows violate a check than the rows of everybody else let expect"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from medark.check.counting import Count


@dataclass(frozen=True, slots=True)
class Suspect:
    """Rows of one source in one form (a format, or a table of its map), beside those of all others.

    `elsewhere`: the share that violates among the others, None where there are none; `excess`: how many violate beyond
    that share; `likelihood`: its part of all such excess, 0 to 1.
    """

    source: str
    form: str
    violating: int
    of: int
    elsewhere: float | None
    excess: float
    likelihood: float

    @property
    def share(self) -> float:
        """The share of its rows that violates, 0 to 1."""
        return self.violating / self.of if self.of else 0.0


def suspects(counted: Mapping[tuple[str, str], Count]) -> list[Suspect]:
    """Whoever has rows that violate, the likeliest first. Where all violate alike nobody is likely: look further on,
    at what they have in common (the vocabulary, the platform).

    >>> found = suspects({("a", "csv"): Count(50, 100), ("b", "hl7v2"): Count(5, 100), ("c", "csv"): Count(0, 9)})
    >>> [(one.source, round(one.excess, 1), round(one.likelihood, 2)) for one in found]
    [('a', 45.4, 1.0), ('b', -40.9, 0.0)]
    """
    found = list(_beside_others(counted))
    beyond = sum(max(0.0, one.excess) for one in found)
    ranked = (_with_likelihood(one, beyond) for one in found if one.violating)
    return sorted(ranked, key=lambda one: (-one.excess, -one.violating, one.source, one.form))


def told_apart(counted: Mapping[tuple[str, str], Count]) -> float:
    """How well whoever has the rows tells apart those that violate: the likelihood ratio of their shares and of one
    share of all (G of Woolf 1957), 0 where all violate alike.

    >>> round(told_apart({("a", ""): Count(5, 10), ("b", ""): Count(5, 10)}), 1)
    0.0
    >>> round(told_apart({("a", ""): Count(10, 10), ("b", ""): Count(0, 10)}), 1)
    27.7
    """
    violating, rows = (sum(getattr(one, name) for one in counted.values()) for name in ("violating", "of"))
    parts = ((one.violating, one.of, violating) for one in counted.values())
    others = ((one.of - one.violating, one.of, rows - violating) for one in counted.values())
    return 2 * sum(n * math.log(n * rows / (of * whole)) for n, of, whole in (*parts, *others) if n)


def _beside_others(counted: Mapping[tuple[str, str], Count]) -> Iterator[Suspect]:
    violating, rows = (sum(getattr(one, name) for one in counted.values()) for name in ("violating", "of"))
    for (source, form), count in counted.items():
        others, theirs = rows - count.of, violating - count.violating
        elsewhere = theirs / others if others else None
        # Divided last: where all violate alike it is exactly 0.
        excess = (count.violating * others - count.of * theirs) / others if others else float(count.violating)
        yield Suspect(source, form, count.violating, count.of, elsewhere, excess, 0.0)


def _with_likelihood(one: Suspect, beyond: float) -> Suspect:
    likelihood = max(0.0, one.excess) / beyond if beyond > 0 else 0.0
    return Suspect(one.source, one.form, one.violating, one.of, one.elsewhere, one.excess, likelihood)
