"""Risk by an equation of hazards: 1 - survival ** exp(sum - mean), between the ends of what is not known"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add, mul

from medark.define import Series, case, greatest, sum_of, when
from medark.define import least as smallest

from .facts import Coefficients, Term


@dataclass(frozen=True, slots=True)
class Between:
    """The lowest and the highest that it can be; equal where all is known, missing where too much is not."""

    least: Series
    most: Series


@dataclass(frozen=True, slots=True)
class Inputs:
    """Numbers that must be known, and truths: one that is not known makes a range.

    A truth that is the contrary of another is told under `contraries`: untreated → treated.
    """

    numbers: Mapping[str, Series]
    truths: Mapping[str, Series]
    contraries: Mapping[str, str]


def risk(equations: Mapping[str, Coefficients], group: Mapping[str, Series], inputs: Inputs) -> Between:
    """The risk by the equation of one's group, as a share from 0 to 1. `group`: who goes by which equation."""
    told = {name: _of_group(equations[name], inputs) for name in group}
    return Between(
        case(*((group[name], one.least) for name, one in told.items())),
        case(*((group[name], one.most) for name, one in told.items())),
    )


def _of_group(equation: Coefficients, inputs: Inputs) -> Between:
    """The sum is known but for the terms of truths, each of which is one of two numbers: the ends add up."""
    known = [_product(term, inputs) for term in equation.terms if not _truths(term, inputs)]
    by_truth: dict[str, list[Term]] = {}
    for term in equation.terms:
        for truth in _truths(term, inputs):
            by_truth.setdefault(inputs.contraries.get(truth, truth), []).append(term)
    ends = [_ends(truth, terms, inputs) for truth, terms in by_truth.items()]
    low = _sum([*known, *(one.least for one in ends)])
    high = _sum([*known, *(one.most for one in ends)])
    return Between(_share(equation, low), _share(equation, high))


def _ends(truth: str, terms: Iterable[Term], inputs: Inputs) -> Between:
    """What the terms of one truth add: known, or the lower and the higher of both cases."""
    if_true = [_product(term, inputs) for term in terms if truth in term.factors]
    if_not = [_product(term, inputs) for term in terms if truth not in term.factors]
    yes, no, told = _sum(if_true), _sum(if_not), inputs.truths[truth]
    known = when(told).then(yes).when(~told).then(no)
    return Between(known.otherwise(smallest(yes, no)), known.otherwise(greatest(yes, no)))


def _truths(term: Term, inputs: Inputs) -> list[str]:
    return [one for one in term.factors if one in inputs.truths or one in inputs.contraries]


def _product(term: Term, inputs: Inputs) -> Series:
    factors = [inputs.numbers[one] for one in term.factors if one in inputs.numbers]
    return reduce(mul, factors) * term.value if factors else _number(term.value)


def _sum(parts: list[Series]) -> Series:
    return reduce(add, parts) if parts else _number(0.0)


def _share(equation: Coefficients, total: Series) -> Series:
    hazard: Series = (total - equation.mean).exp()
    told: Series = 1 - _number(equation.survival) ** hazard
    return told


def _number(value: float) -> Series:
    return sum_of(value)
