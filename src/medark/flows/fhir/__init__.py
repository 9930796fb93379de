"""What FHIR asks of the lake: pages of rows through the gate, names of concepts, times of arrival"""

from medark.flows.fhir.arrivals import Arrivals
from medark.flows.fhir.concepts import Concept, Concepts, concepts
from medark.flows.fhir.conditions import (
    AllOf,
    AnyOf,
    Born,
    Compare,
    Condition,
    During,
    IsIn,
    IsThere,
    Not,
)  # fmt: skip
from medark.flows.fhir.counts import Counted, counted
from medark.flows.fhir.pages import After, Asked, Page, everything, page, seen

__all__ = [
    "After", "AllOf", "AnyOf", "Arrivals", "Asked", "Born", "Compare", "Concept", "Concepts", "Condition", "Counted",
    "During", "IsIn", "IsThere", "Not", "Page", "concepts", "counted", "everything", "page", "seen",
]  # fmt: skip
