"""Procedure: what was done to a patient, and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medark.standardise.formats.fhir.codes import CODE_COLUMNS, codes, says_something
from medark.standardise.formats.fhir.elements import Concept, Element, Link, Period, Resource, words
from medark.standardise.formats.fhir.issue import quarantined
from medark.standardise.formats.fhir.resources.relations import reasons
from medark.standardise.formats.fhir.status import must_have_begun, must_have_happened
from medark.standardise.formats.fhir.unit import Unit
from medark.standardise.formats.staged import row_of

_DONE = row_of(
    "event",
    "kind event_key person_key visit_key detail_key provider_key start_time end_time type stop_reason",
    CODE_COLUMNS,
)


class Performer(Element):
    actor: Link | None = None


class Procedure(Resource, tag="Procedure", tag_field="resourceType"):
    status: str | None = None
    status_reason: Concept | None = None
    code: Concept | None = None
    subject: Link | None = None
    encounter: Link | None = None
    performed_date_time: str | None = None
    performed_period: Period | None = None
    recorder: Link | None = None
    asserter: Link | None = None
    performer: list[Performer] | None = None
    reason_reference: list[Link] | None = None


def procedure_rows(procedure: Procedure, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A procedure event, and the conditions it was done for."""
    must_have_happened("Procedure", procedure.status)
    period = procedure.performed_period or Period()
    start = procedure.performed_date_time or period.start
    must_have_begun(procedure.status, start)
    person = at.patient(procedure.subject)
    said = codes(procedure.code, "procedure")
    if not says_something(said):
        raise quarantined("no code", "code")
    key = procedure.id and f"Procedure/{procedure.id}"
    provider = at.provider_of(p.actor for p in procedure.performer or ()) or at.provider(procedure.recorder)
    how = "patient_report" if at.is_from_patient(procedure.asserter) else "ehr"
    why_stopped = stop_reason(procedure.status, procedure.status_reason)
    yield _DONE((
        at.record_no, at.row_no, 0, "procedure", key, person, *at.visit(procedure.encounter), provider,
        start, period.end, how, why_stopped, *said,
    ))  # fmt: skip
    if key and procedure.reason_reference:
        yield from reasons(procedure.reason_reference, person, "procedure", key, at)


def stop_reason(status: str | None, reason: Concept | None) -> str | None:
    """Why something was stopped, in its own words; "stopped" if it only says that it was."""
    return (words(reason) or "stopped") if status == "stopped" else None
