"""What a path finds: JSON's values, and values whose FHIR type is known because their element's name says it"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Typed:
    """A value with the name of its FHIR type."""

    value: Any
    type: str


_PRIMITIVES: Final = (
    "base64Binary", "boolean", "canonical", "code", "date", "dateTime", "decimal", "id", "instant", "integer",
    "integer64", "markdown", "oid", "positiveInt", "string", "time", "unsignedInt", "uri", "url", "uuid",
)  # fmt: skip
_COMPLEX: Final = (
    "Address", "Age", "Annotation", "Attachment", "CodeableConcept", "CodeableReference", "Coding", "ContactDetail",
    "ContactPoint", "Contributor", "Count", "DataRequirement", "Distance", "Dosage", "Duration", "Expression",
    "HumanName", "Identifier", "Meta", "Money", "ParameterDefinition", "Period", "Quantity", "Range", "Ratio",
    "RatioRange", "Reference", "RelatedArtifact", "SampledData", "Signature", "Timing", "TriggerDefinition",
    "UsageContext",
)  # fmt: skip
# What stands behind a choice element's name (valueQuantity, effectiveDateTime) → the type.
# Source: FHIR R4, "Choice of Data Types"; the open types of R5 are among them.
CHOICES: Final = {name[0].upper() + name[1:]: name for name in (*_PRIMITIVES, *_COMPLEX)}
TYPES: Final = frozenset(CHOICES.values())
TEMPORAL: Final = frozenset({"date", "dateTime", "instant", "time"})
_WHOLE: Final = frozenset({"integer", "integer64", "positiveInt", "unsignedInt"})
_TEXT: Final = frozenset(_PRIMITIVES) - _WHOLE - {"boolean", "decimal"}


def plain(value: Any) -> Any:
    """The value itself."""
    return value.value if type(value) is Typed else value


def is_of(value: Any, name: str) -> bool:
    """Is a value of a type? Where the element's name does not say so, a value is what it looks like."""
    if type(value) is Typed:
        return bool(value.type == name)
    if isinstance(value, dict):
        told = value.get("resourceType")
        return name not in _PRIMITIVES and (told == name if told is not None else name in TYPES)
    if isinstance(value, bool):
        return name == "boolean"
    if isinstance(value, int):
        return name in _WHOLE or name == "decimal"
    if isinstance(value, float | Decimal):
        return name == "decimal"
    return name in _TEXT


def number(value: Any) -> int | Decimal | None:
    """A number, exactly as it was written; None for what is none."""
    found = plain(value)
    if isinstance(found, float):
        return Decimal(repr(found))
    return found if isinstance(found, int | Decimal) and not isinstance(found, bool) else None
