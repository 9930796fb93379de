"""DocumentReference and DiagnosticReport: what was written, and what a report brings together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medark.standardise.formats.fhir.codes import CODE_COLUMNS, codes, has_code, says_something
from medark.standardise.formats.fhir.elements import Attachment, Concept, Element, Link, Period, Resource, began
from medark.standardise.formats.fhir.issue import Issue, not_understood, quarantined
from medark.standardise.formats.fhir.resources.attachments import text_of
from medark.standardise.formats.fhir.resources.observations import member_rows
from medark.standardise.formats.fhir.resources.relations import parts
from medark.standardise.formats.fhir.status import must_have_happened
from medark.standardise.formats.fhir.unit import Unit
from medark.standardise.formats.staged import Note, row_of

# HL7 table 0074, diagnostic service sections.
_LAB = frozenset(["LAB", "CH", "HM", "MB", "IMM", "SR", "TX", "VR", "URN", "CG", "GE", "MCB", "BLB"])
_RADIOLOGY = frozenset(["RAD", "RX", "CT", "NMR", "NMS", "US", "RUS", "VUS", "OUS", "CUS", "XRC", "MR"])
_PATHOLOGY = frozenset(["PAT", "SP", "CP", "CY", "AP"])
_REPORTED = row_of(
    "event",
    "kind event_key person_key visit_key detail_key provider_key start_time type",
    CODE_COLUMNS,
    "value_code value_system value_text",
)


class Content(Element):
    attachment: Attachment | None = None


class DocumentContext(Element):
    encounter: list[Link] | None = None
    period: Period | None = None


class DocumentReference(Resource, tag="DocumentReference", tag_field="resourceType"):
    status: str | None = None
    doc_status: str | None = None
    type: Concept | None = None
    subject: Link | None = None
    date: str | None = None
    author: list[Link] | None = None
    description: str | None = None
    content: list[Content] | None = None
    context: DocumentContext | None = None


class DiagnosticReport(Resource, tag="DiagnosticReport", tag_field="resourceType"):
    status: str | None = None
    category: list[Concept] | None = None
    code: Concept | None = None
    subject: Link | None = None
    encounter: Link | None = None
    effective_date_time: str | None = None
    effective_period: Period | None = None
    issued: str | None = None
    performer: list[Link] | None = None
    results_interpreter: list[Link] | None = None
    specimen: list[Link] | None = None
    result: list[Link] | None = None
    imaging_study: list[Link] | None = None
    conclusion: str | None = None
    conclusion_code: list[Concept] | None = None
    presented_form: list[Attachment] | None = None


def document_rows(document: DocumentReference, at: Unit) -> Iterator[tuple[Any, ...]]:
    """A note of each attachment that can be read; Issue if none can."""
    must_have_happened("DocumentReference", document.status)
    if document.doc_status == "entered-in-error":
        must_have_happened("DocumentReference", document.doc_status)
    context = document.context or DocumentContext()
    attachments = [content.attachment or Attachment() for content in document.content or ()]
    notes = list(_notes(
        attachments, "content[%d].attachment", document.id and f"DocumentReference/{document.id}", at,
        person=at.patient(document.subject),
        encounter=next(iter(context.encounter or ()), None),
        provider=at.provider_of(document.author or ()),
        time=document.date or began(context.period),
        kind=document.type,
        how="ehr_note",
    ))  # fmt: skip
    unreadable = [note for note in notes if isinstance(note, Issue)]
    if len(unreadable) == len(notes):
        raise unreadable[0] if unreadable else not_understood("no content", "content")
    yield from (note for note in notes if not isinstance(note, Issue))


def _notes(
    attachments: list[Attachment],
    place: str,
    key: str | None,
    at: Unit,
    *,
    person: str,
    encounter: Link | None,
    provider: str | None,
    time: str | None,
    kind: Concept | None,
    how: str,
) -> Iterator[tuple[Any, ...] | Issue]:
    """A note of each attachment that has words, an issue of each that has none."""
    code, system, text, *_ = codes(kind, "observation")
    visit_key, detail_key = at.visit(encounter)
    for number, attachment in enumerate(attachments):
        words = text_of(attachment, place % number, at)
        if isinstance(words, Issue):
            yield words
            continue
        yield Note(
            at.record_no, at.row_no, number,
            event_key=key and (f"{key}#content {number + 1}" if number else key),
            person_key=person,
            visit_key=visit_key,
            detail_key=detail_key,
            provider_key=provider,
            note_time=time,
            title=text,
            class_code=code,
            class_system=system,
            class_text=text,
            text=words,
            encoding="UTF-8",
            language=attachment.language,
            type=how,
        )  # fmt: skip


def report_rows(report: DiagnosticReport, at: Unit) -> Iterator[tuple[Any, ...]]:
    """An event of the report, links to what it brings together, and its words as notes."""
    must_have_happened("DiagnosticReport", report.status)
    person = at.patient(report.subject)
    key = report.id and f"DiagnosticReport/{report.id}"
    period = report.effective_period or Period()
    time = report.effective_date_time or period.start or report.issued
    provider = at.provider_of([*(report.results_interpreter or ()), *(report.performer or ())])
    kind = "measurement" if has_code(report.category, _LAB) else "observation"
    yield _report_event(report, at, key, kind, person, provider, time)
    if key:
        yield from _report_links(report, person, kind, key, at)
    yield from _report_notes(report, at, key, person, provider, time)


def _report_event(
    report: DiagnosticReport, at: Unit, key: str | None, kind: str, person: str, provider: str | None, time: str | None
) -> tuple[Any, ...]:
    said = codes(report.code, kind)
    if not says_something(said):
        raise quarantined("no code", "code")
    answer = codes(next(iter(report.conclusion_code or ()), None), "condition")
    how = "lab" if kind == "measurement" else "ehr"
    return _REPORTED((
        at.record_no, at.row_no, 0, kind, key, person, *at.visit(report.encounter), provider, time, how,
        *said, *answer[:3],
    ))  # fmt: skip


def _report_links(report: DiagnosticReport, person: str, kind: str, key: str, at: Unit) -> Iterator[tuple[Any, ...]]:
    rows = list(member_rows(report.result or [], person, kind, key, "has_member", at))
    rows += parts(report.specimen or (), "Specimen", person, kind, key, "has_specimen", at, len(rows))
    rows += parts(report.imaging_study or (), "ImagingStudy", person, kind, key, "has_image", at, len(rows))
    yield from rows


def _report_notes(
    report: DiagnosticReport, at: Unit, key: str | None, person: str, provider: str | None, time: str | None
) -> Iterator[tuple[Any, ...]]:
    """The report's own words: what can't be read is left raw, for the report itself is loaded."""
    forms = [*(report.presented_form or ())]
    how = _written_as(report.category)
    for note in _notes(
        forms, "presentedForm[%d]", key, at,
        person=person, encounter=report.encounter, provider=provider, time=time, kind=report.code, how=how,
    ):  # fmt: skip
        if not isinstance(note, Issue):
            yield note
    if report.conclusion:
        code, system, text, *_ = codes(report.code, "observation")
        visit_key, detail_key = at.visit(report.encounter)
        yield Note(
            at.record_no, at.row_no, len(forms),
            event_key=key and f"{key}#conclusion",
            person_key=person,
            visit_key=visit_key,
            detail_key=detail_key,
            provider_key=provider,
            note_time=time,
            title="Conclusion",
            class_code=code,
            class_system=system,
            class_text=text,
            text=report.conclusion,
            encoding="UTF-8",
            type=how,
        )  # fmt: skip


def _written_as(category: list[Concept] | None) -> str:
    if has_code(category, _RADIOLOGY):
        return "ehr_radiology"
    return "ehr_pathology" if has_code(category, _PATHOLOGY) else "ehr_note"
