"""What was measured or answered: value[x], its unit, bounds and flag, as an observation or a component has them."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import UNSET, Raw, UnsetType

from medark.standardise.formats.fhir.codes import codes
from medark.standardise.formats.fhir.elements import (
    Concept,
    Element,
    Period,
    Quantity,
    Range,
    Ratio,
    Resource,
    first_text,
    number,
    unit,
)


class ReferenceRange(Element):
    low: Quantity | None = None
    high: Quantity | None = None
    applies_to: list[Concept] | None = None


class Valued(Resource):
    """The elements that Observation and Observation.component share."""

    code: Concept | None = None
    value_quantity: Quantity | None = None
    value_codeable_concept: Concept | None = None
    value_string: str | None = None
    value_boolean: bool | None = None
    value_integer: Raw | UnsetType = UNSET
    value_range: Range | None = None
    value_ratio: Ratio | None = None
    value_time: str | None = None
    value_date_time: str | None = None
    value_period: Period | None = None
    data_absent_reason: Concept | None = None
    interpretation: list[Concept] | None = None
    reference_range: list[ReferenceRange] | None = None


class Value(NamedTuple):
    """A value as VALUE_COLUMNS of staging."""

    value: str | None = None
    operator: str | None = None
    unit: str | None = None
    code: str | None = None
    system: str | None = None
    text: str | None = None


VALUE_COLUMNS = "value operator unit value_code value_system value_text"  # of staging, as in Value
NO_VALUE = Value()


def value_of(said: Valued, path: str = "") -> Value:
    """The value; where it is absent, the reason why is the answer (`asked-declined`, `unknown` …)."""
    quantity = said.value_quantity
    if quantity is not None:
        digits = number(quantity.value, path, "valueQuantity.value")
        return Value(digits, quantity.comparator if digits else None, unit(quantity))
    if said.value_codeable_concept is not None:
        return _coded(said.value_codeable_concept)
    if said.value_string is not None:
        return Value(said.value_string)
    return _rarer(said, path)


def _rarer(said: Valued, path: str) -> Value:
    if said.value_boolean is not None:
        return Value("true" if said.value_boolean else "false")
    if said.value_integer is not UNSET:
        return Value(number(said.value_integer, f"{path}valueInteger"))
    if said.value_range is not None:
        return _between(said.value_range, f"{path}valueRange")
    if said.value_ratio is not None:
        return _ratio(said.value_ratio, f"{path}valueRatio")
    moment = said.value_date_time or said.value_time
    if moment is None and said.value_period is not None:
        moment = "/".join(filter(None, (said.value_period.start, said.value_period.end)))
    if moment:
        return Value(moment)
    return _coded(said.data_absent_reason) if said.data_absent_reason else NO_VALUE


def _coded(concept: Concept) -> Value:
    code, system, text, *_ = codes(concept, "observation")
    return Value(code=code, system=system, text=text)


def _between(value: Range, place: str) -> Value:
    low = number(value.low.value, f"{place}.low") if value.low else None
    high = number(value.high.value, f"{place}.high") if value.high else None
    measured = value.low or value.high
    return Value(f"{low or ''}-{high or ''}", unit=unit(measured) if measured else None)


def _ratio(value: Ratio, place: str) -> Value:
    """A titre such as 1:128 is kept whole; it is no number."""
    over = number(value.numerator.value, f"{place}.numerator") if value.numerator else None
    under = number(value.denominator.value, f"{place}.denominator") if value.denominator else None
    return Value(f"{over or ''}:{under or ''}", unit=unit(value.numerator) if value.numerator else None)


def range_of(said: Valued, path: str = "") -> tuple[str | None, str | None]:
    """Low and high of the first range that is for everyone, else of the first."""
    ranges = said.reference_range
    if not ranges:
        return None, None
    chosen = next((r for r in ranges if not r.applies_to), ranges[0])
    low = number(chosen.low.value, path, "referenceRange.low") if chosen.low else None
    high = number(chosen.high.value, path, "referenceRange.high") if chosen.high else None
    return low, high


def flag(said: Valued) -> str | None:
    """The interpretation: H, L, POS …"""
    return first_text(said.interpretation[0]) if said.interpretation else None
