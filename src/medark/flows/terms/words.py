"""What speaks for a concept and against it, in words: one line a fact, with whether it is good or bad"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from medark.flows.terms.learnt import DECIDED
from medark.messages import _
from medark.standardise.terms import Candidate

Speaks = Literal["good", "bad", ""]
_WHOLE, _FEW, _USUAL = 0.995, 0.3, 0.5


def reasons(one: Candidate) -> list[tuple[str, Speaks]]:
    """All of it, what matters most first."""
    return list(_reasons({name: float(value) for name, value in one.evidence.items()}))


def _reasons(told: dict[str, float]) -> Iterator[tuple[str, Speaks]]:
    if share := told.get(DECIDED):
        yield _("decided so for this name elsewhere ({share})", share=f"{share:.0%}"), "good"
    yield from _names(told)
    if (unit := told.get("unit", 0.0)) > 0:
        yield _("the unit fits"), "good"
    elif unit < 0:
        yield _("numbers of another unit"), "bad"
    if (specimen := told.get("specimen", 0.0)) >= 1:
        yield _("the specimen fits"), "good"
    elif specimen < 0:
        yield _("of another specimen"), "bad"
    if (method := told.get("method", 0.0)) > 0:
        yield _("the method fits"), "good"
    elif method < 0 and told.get("usual", 1.0) < _USUAL:
        yield _("by a method that the name does not speak of"), "bad"


def _names(told: dict[str, float]) -> Iterator[tuple[str, Speaks]]:
    words, own = told.get("told", 0.0), told.get("meant", 0.0)
    if told.get("equal", 0.0) >= 1:
        yield _("called the same"), "good"
    elif words >= _WHOLE:
        yield _("has all words of the name"), "good"
    elif words > 0:
        yield _("has {share} of the words of the name", share=f"{words:.0%}"), ""
    elif told.get("letters", 0.0) >= _FEW:
        yield _("spelt alike"), ""
    if 0 < own < _WHOLE and told.get("equal", 0.0) < 1:
        yield _("{share} of its own words are in the name", share=f"{own:.0%}"), ""
