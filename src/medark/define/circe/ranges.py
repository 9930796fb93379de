"""What a value must be: between numbers or dates, one of some concepts, a text with certain letters"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from medark.define.circe.concept_sets import ConceptSets
from medark.define.circe.format import Concept, ConceptSetSelection, DateRange, NumericRange, TextFilter
from medark.define.language.series import Series, call
from medark.errors import DefinitionError

_COMPARISONS = {"lt": "less", "lte": "at_most", "eq": "equal", "!eq": "not_equal", "gt": "greater", "gte": "at_least"}
_TEXTS: Mapping[str, Callable[[Series, str], Series]] = {
    "startsWith": Series.starts_with,
    "contains": Series.contains,
}


def in_range(value: Series, told: NumericRange | DateRange, *, whole: bool = False) -> Series:
    """Does the value lie in the range? `whole`: bounds are cut to whole numbers first, as Circe does for counts."""
    low, high = (int(one) if whole and isinstance(one, float) else one for one in (told.value, told.extent))
    if told.op in ("bt", "!bt"):
        _check(told, low, high)
        between = call("and", call("at_least", value, low), call("at_most", value, high))
        return ~between if told.op == "!bt" else between
    _check(told, low)
    if told.op not in _COMPARISONS:
        raise DefinitionError(
            f"Circe: the comparison {told.op!r} is not known", fix=", ".join((*_COMPARISONS, "bt, !bt"))
        )
    return call(_COMPARISONS[told.op], value, low)


def has_text(value: Series, told: TextFilter) -> Series:
    """Does the text begin with, or contain, what is asked? Letters count as they are; % and _ are letters."""
    name = told.op.removeprefix("!")
    if name not in _TEXTS:
        raise DefinitionError(f"Circe: the text filter {told.op!r} is not read", fix=", ".join(_TEXTS))
    found = _TEXTS[name](value, told.text)
    return ~found if told.op.startswith("!") else found


def one_of(value: Series, told: Sequence[Concept], *, exclude: bool = False) -> Series:
    """Is the concept one of these (`exclude`: none of these)?"""
    found = value.is_in([one.concept_id for one in told])
    return ~found if exclude else found


def selected(value: Series, told: ConceptSetSelection, sets: ConceptSets) -> Series:
    """Is the concept in the set that is selected, or (`is_exclusion`) not in it? Without a set: is there one at all?"""
    found = value.is_known() if told.codeset_id is None else sets.holds(value, told.codeset_id)
    return ~found if told.is_exclusion else found


def _check(told: NumericRange | DateRange, *bounds: object) -> None:
    if None in bounds:
        raise DefinitionError(f"Circe: the comparison {told.op!r} has no value", fix="give Value, and Extent for bt")
