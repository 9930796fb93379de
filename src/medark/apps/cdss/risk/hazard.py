"""Risk by an equation of hazards: 1 - survival ** exp(sum - mean), between the ends of what is not known

Worked out of one person's inputs as they are shown, and not over everyone: an engine that takes apart each step of so
deep a sum does twice the work a step.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from .facts import Coefficients, Term

Ends = tuple[float, float]  # the lowest and the highest that it can be; equal where all is known
CONTRARY: Final = {"untreated": "treated"}  # a truth that is the contrary of another


def risk(equation: Coefficients, numbers: Mapping[str, float | None], truths: Mapping[str, bool | None]) -> Ends | None:
    """The share from 0 to 1, by logarithms of `numbers` and by `truths`; None where a number is not known.

    A truth that is not known makes a range: the sum is known but for its terms, and is lower with one of both.

    >>> told = Coefficients(0.9, 2.0, (Term(("ln_age",), 0.5), Term(("smoker",), 1.0)))
    >>> risk(told, {"ln_age": 4.0}, {"smoker": True}) == (1 - 0.9 ** math.e,) * 2
    True
    """
    low = high = -equation.mean
    by_truth: dict[str, list[Term]] = {}
    for term in equation.terms:
        names = [CONTRARY.get(one, one) for one in term.factors if CONTRARY.get(one, one) in truths]
        if names:
            by_truth.setdefault(names[0], []).append(term)
            continue
        value = _product(term, numbers)
        if value is None:
            return None
        low, high = low + value, high + value
    for name, terms in by_truth.items():
        ends = [_adds(name, terms, numbers, is_so) for is_so in (True, False) if truths[name] in (is_so, None)]
        if None in ends:
            return None
        known = [one for one in ends if one is not None]
        low, high = low + min(known), high + max(known)
    return _share(equation, low), _share(equation, high)


def _adds(name: str, terms: list[Term], numbers: Mapping[str, float | None], is_so: bool) -> float | None:
    """What the terms of a truth add where it is so, or is not."""
    values = [_product(term, numbers) for term in terms if (name in term.factors) is is_so]
    return None if None in values else sum(value for value in values if value is not None)


def _product(term: Term, numbers: Mapping[str, float | None]) -> float | None:
    value = term.value
    for name in term.factors:
        if name in numbers:
            factor = numbers[name]
            if factor is None:
                return None
            value *= factor
    return value


def _share(equation: Coefficients, total: float) -> float:
    return float(1 - equation.survival ** math.exp(total))
