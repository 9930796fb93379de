"""FHIR data types, only the elements that are read: everything else is skipped by the parser, never decoded.

Source: HL7 FHIR R4 (4.0.1), data types. A number stays the text it was (`Raw`), so that 6.30 is not 6.3.
"""

from __future__ import annotations

from msgspec import UNSET, Raw, Struct, UnsetType

from medark.standardise.formats.fhir.issue import quarantined

NUMBER_LENGTH = 64  # no measurement has more digits; the JSON may (4,301 of them)
UCUM = "http://unitsofmeasure.org"


class Element(Struct, rename="camel", gc=False):
    """A data type or a backbone element."""


class Coding(Element):
    system: str | None = None
    code: str | None = None
    display: str | None = None
    user_selected: bool | None = None


class Concept(Element):
    """A CodeableConcept."""

    coding: list[Coding] | None = None
    text: str | None = None


class Identifier(Element):
    system: str | None = None
    value: str | None = None
    type: Concept | None = None


class Reference(Element):
    reference: str | None = None
    type: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class Link(Element):
    """A Reference of which only the target is wanted."""

    reference: str | None = None
    identifier: Identifier | None = None


class Period(Element):
    start: str | None = None
    end: str | None = None


def began(period: Period | None) -> str | None:
    """When a period began, if there is one and it says so."""
    return period.start if period is not None else None


class Quantity(Element):
    value: Raw | UnsetType = UNSET
    comparator: str | None = None
    unit: str | None = None
    system: str | None = None
    code: str | None = None


class Range(Element):
    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(Element):
    numerator: Quantity | None = None
    denominator: Quantity | None = None


class Money(Element):
    value: Raw | UnsetType = UNSET
    currency: str | None = None


class Address(Element):
    use: str | None = None
    type: str | None = None
    text: str | None = None
    line: list[str] | None = None
    city: str | None = None
    district: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None
    period: Period | None = None


class Attachment(Element):
    content_type: str | None = None
    language: str | None = None
    data: str | None = None
    url: str | None = None
    title: str | None = None


class Repeat(Element):
    bounds_period: Period | None = None


class Timing(Element):
    event: list[str] | None = None
    repeat: Repeat | None = None


class DoseAndRate(Element):
    dose_quantity: Quantity | None = None


class Dosage(Element):
    text: str | None = None
    timing: Timing | None = None
    route: Concept | None = None
    dose_and_rate: list[DoseAndRate] | None = None
    modifier_extension: list[Raw] | None = None


class Extension(Element):
    url: str | None = None
    extension: list[Extension] | None = None
    value_coding: Coding | None = None
    value_string: str | None = None
    value_code: str | None = None
    value_date_time: str | None = None


class Primitive(Element):
    """What hangs on a primitive element (`_birthDate`)."""

    extension: list[Extension] | None = None


class Resource(Element):
    """What every resource may have; a modifier extension or implicit rules change what the rest means."""

    id: str | None = None
    implicit_rules: str | None = None
    modifier_extension: list[Raw] | None = None


class Contained(Resource):
    """With the resources inside this one, decoded only if something refers to them."""

    contained: list[Raw] | None = None


def number(value: Raw | UnsetType, *place: str | int) -> str | None:
    """The digits of a JSON number as they were sent; None if missing, Issue if it is no number.

    The parts of `place` are put together only if it has to be told.

    >>> number(Raw(b"6.30"), "value"), number(UNSET, "item[", 3, "].value")
    ('6.30', None)
    """
    if value is UNSET:
        return None
    digits = bytes(value)
    if digits[:1] not in _DIGITS:
        if digits == b"null":
            return None
        raise quarantined("wrong type", "".join(map(str, place)))
    if len(digits) > NUMBER_LENGTH:
        raise quarantined("number too long", "".join(map(str, place)))
    return digits.decode()


_DIGITS = frozenset(b"-0123456789"[i : i + 1] for i in range(11))


def unit(quantity: Quantity) -> str | None:
    """The UCUM code where there is one, else the unit as a person would read it, else whatever code there is."""
    if quantity.code and (quantity.system == UCUM or not quantity.unit):
        return quantity.code
    return quantity.unit


def first_text(concept: Concept | None) -> str | None:
    """The code of a concept whose system is not kept (route, reason …): code, else its words."""
    if concept is None:
        return None
    for coding in concept.coding or ():
        if coding.code:
            return coding.code
    return concept.text


def words(concept: Concept | None) -> str | None:
    """What a concept says in words: its text, else the first display."""
    if concept is None:
        return None
    if concept.text:
        return concept.text
    return next((coding.display for coding in concept.coding or () if coding.display), None)
