"""Drugs of a person now: found by name, by the hospital's own code, and where a vocabulary is loaded by concept"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from medark.define import Frame, Series, case, codes, days, drugs, index
from medark.sdk.own_codes import own_codes

from .facts import begins, drug_names, table

day = index.start_date
_LATELY: Final = days(1)  # an order of yesterday still acts today; ours
_LONGEST: Final = days(366)  # an order that began before it was renewed since; ours

Rows = Any  # what has the columns of drug_exposure
Marks = Mapping[str, int]  # by code of ATC


@cache
def active() -> Frame:
    """Orders that act today, but for those that act only where they are put."""
    topical = _written(drugs).code_of({row["word"]: 1 for row in table("topical")})
    begun = drugs.where(drugs.start_date <= day, drugs.start_date >= day - _LONGEST)
    return begun.where(drugs.end_date >= day - _LATELY, topical.is_missing())


@dataclass(frozen=True, slots=True)
class Drugs:
    """How drugs are recognised here. `own`: the hospital's codes in small letters, and their codes of ATC."""

    names: Mapping[str, str]
    own: Mapping[str, str]
    has_vocabulary: bool = False

    def atcs(self) -> tuple[str, ...]:
        """Every code of ATC that a name or an own code can tell."""
        return tuple(sorted({*self.names.values(), *self.own.values()}))

    def mark(self, marks: Marks, of: Rows = drugs) -> Series:
        """Of each row of `drugs` (or side of a pair of them): the mark of what it is; missing for all others."""
        written = _written(of)
        found = written.code_of({name: marks[atc] for name, atc in self.names.items() if atc in marks})
        if own := {code: marks[atc] for code, atc in self.own.items() if atc in marks}:
            found = found.if_missing(case(*((written.is_in(codes), mark) for mark, codes in _together(own).items())))
        return found.if_missing(_by_concept(marks, of)) if self.has_vocabulary else found

    def in_class(self, prefixes: str, of: Rows = drugs) -> Series:
        """Is a row of one of these classes of ATC, such as `B01A|M01AE01`?"""
        return self.mark({atc: 1 for atc in self.atcs() if begins(atc, prefixes)}, of).is_known()


def _written(of: Rows) -> Series:
    return of.drug_source_value.lower()


def _by_concept(marks: Marks, of: Rows) -> Series:
    sets = {mark: codes(f"drugs {', '.join(atcs[:3])}", "ATC", *atcs) for mark, atcs in _together(marks).items()}
    return case(*((of.concept.is_in(found), mark) for mark, found in sets.items()))


def _together(marks: Marks) -> dict[int, list[str]]:
    """The codes of each mark."""
    found: dict[int, list[str]] = {}
    for code, mark in marks.items():
        found.setdefault(mark, []).append(code)
    return found


def recognised(own: str, has_vocabulary: bool) -> Drugs:
    """The drugs of a place. `own`: CODE=ATC with blanks between."""
    return Drugs(drug_names(), own_codes(own), has_vocabulary)


@dataclass(frozen=True, slots=True)
class Met:
    """Pairs of orders that act now, the groups of both sides, whether they are of two drugs, and of which."""

    rows: Frame
    left: Series
    right: Series
    differ: Series
    which: Series


def of_pair(here: Drugs, lefts: Frame, rights: Frame, left: Marks, right: Marks) -> Met:
    """Pairs of orders of which each has a mark on its side."""
    found = lefts.where(here.mark(left).is_known()).paired_with(
        rights.where(here.mark(right).is_known()), within=_LONGEST, order="any"
    )
    which = {atc: place for place, atc in enumerate(sorted({*left, *right}), 1)}
    one, other = here.mark(which, found.left), here.mark(which, found.right)
    return Met(found, here.mark(left, found.left), here.mark(right, found.right), one != other, one * 10_000 + other)
