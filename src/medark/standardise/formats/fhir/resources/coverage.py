"""Coverage: the plan that pays for a person, and from when to when."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import field

from medark.standardise.formats.fhir.codes import codes
from medark.standardise.formats.fhir.elements import Concept, Element, Link, Period, Reference, Resource
from medark.standardise.formats.fhir.issue import quarantined
from medark.standardise.formats.fhir.resources.places import Organization
from medark.standardise.formats.fhir.status import must_have_happened
from medark.standardise.formats.fhir.unit import Unit
from medark.standardise.formats.staged import Coverage as CoverageRow


class PlanClass(Element):
    type: Concept | None = None
    value: str | None = None
    name: str | None = None


class Coverage(Resource, tag="Coverage", tag_field="resourceType"):
    status: str | None = None
    type: Concept | None = None
    beneficiary: Link | None = None
    period: Period | None = None
    payor: list[Reference] | None = None
    class_: list[PlanClass] | None = field(default=None, name="class")


def coverage_rows(coverage: Coverage, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A coverage row; a person who pays for themselves is not named."""
    must_have_happened("Coverage", coverage.status)
    if not coverage.id:
        raise quarantined("required element missing", "id")
    payer_code, payer_system, payer_kind, *_ = codes(coverage.type, "observation")
    plan = _class(coverage, "plan")
    period = coverage.period or Period()
    yield CoverageRow(
        at.record_no, at.row_no, 0,
        plan_key=coverage.id,
        person_key=at.patient(coverage.beneficiary, "beneficiary"),
        start_time=period.start,
        end_time=period.end,
        payer_code=payer_code,
        payer_system=payer_system,
        payer_text=_payer_name(coverage, at) or payer_kind,
        plan_code=plan.value,
        plan_text=plan.name,
        sponsor_text=_class(coverage, "group").name,
    )  # fmt: skip


def _class(coverage: Coverage, wanted: str) -> PlanClass:
    for part in coverage.class_ or ():
        if part.type and any(coding.code == wanted for coding in part.type.coding or ()):
            return part
    return PlanClass()


def _payer_name(coverage: Coverage, at: Unit) -> str | None:
    """The name of an organisation that pays; a person who pays for themselves is not named."""
    for payer in coverage.payor or ():
        kind, identity = at.target(payer)
        if kind in ("Patient", "RelatedPerson"):
            continue
        found = at.neighbours.find(Organization, identity)
        return found.name if found else payer.display
    return None
