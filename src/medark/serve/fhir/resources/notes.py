"""DocumentReference: every document; DiagnosticReport: those that report on a study"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from medark.flows.fhir import AllOf, AnyOf, Condition, IsIn
from medark.serve.fhir.resources.elements import (
    TERMINOLOGY,
    begun,
    coded,
    encounter,
    event_id,
    fixed,
    listed,
    moment,
    subject,
    to,
    with_,
)  # fmt: skip
from medark.serve.fhir.resources.events import columns
from medark.serve.fhir.resources.kind import (
    Date,
    Fixed,
    Kind,
    Making,
    Parameter,
    Part,
    Reference,
    Resource,
    Row,
    Sets,
    Token,
)

_DATE: Final = ("note_date", "note_datetime")
# Documents that report on a study, LOINC; and OMOP's type concepts of such records: radiology, pathology.
_REPORTS: Final = {"68604-8": "RAD", "18748-4": "RAD", "11526-1": "PAT", "18743-5": "PAT", "11502-2": "LAB"}
_TYPES: Final = {32841: "RAD", 32835: "PAT"}
_SERVICE: Final = f"{TERMINOLOGY}/v2-0074"


def make_document(row: Row, making: Making) -> Resource:
    """A DocumentReference, with the text where it is shown."""
    visit = encounter(row)
    return with_(
        begun("DocumentReference", event_id(row, "note_id"), row, making),
        status="current",
        type=_type(row, making),
        subject=subject(row),
        date=_instant(row, making),
        author=listed(to("Practitioner", row.get("provider_id"))),
        content=[{"attachment": _attachment(row)}],
        context=with_({}, encounter=listed(visit), period=_day(row, making)),
    )


def make_report(row: Row, making: Making) -> Resource:
    """A DiagnosticReport, with the text where it is shown."""
    return with_(
        begun("DiagnosticReport", event_id(row, "note_id"), row, making),
        status="final",
        category=listed(_category(row, making)),
        code=_type(row, making) or fixed("data-absent-reason", "unknown"),
        subject=subject(row),
        encounter=encounter(row),
        effectiveDateTime=moment(making, row, *_DATE),
        resultsInterpreter=listed(to("Practitioner", row.get("provider_id"))),
        presentedForm=[_attachment(row)] if row.get("note_text") else None,
    )


def _type(row: Row, making: Making) -> dict[str, Any] | None:
    return coded(making, row, "note_class_concept_id", words="note_source_value")


def _attachment(row: Row) -> dict[str, str]:
    text = row.get("note_text")
    data = base64.b64encode(text.encode()).decode() if text else None
    return with_({"contentType": "text/plain; charset=utf-8"}, data=data, title=row.get("note_title"))


def _instant(row: Row, making: Making) -> str | None:
    """An instant has a time of day: a document of which only the day is known has none."""
    found = moment(making, row, *_DATE)
    return found if found and "T" in found else None


def _day(row: Row, making: Making) -> dict[str, str] | None:
    """The day of such a document is that of the care that it is about."""
    found = moment(making, row, *_DATE)
    return None if found is None or "T" in found else {"start": found, "end": found}


def _category(row: Row, making: Making) -> dict[str, Any] | None:
    concept = making.names.get(row.get("note_class_concept_id") or 0)
    code = _REPORTS.get(concept.code if concept else "") or _TYPES.get(row.get("note_type_concept_id") or 0)
    return {"coding": [{"system": _SERVICE, "code": code}]} if code else None


def _reports(sets: Sets, service: str = "") -> Condition:
    codes = tuple(code for code, found in _REPORTS.items() if service in ("", found))
    types = frozenset(concept for concept, found in _TYPES.items() if service in ("", found))
    classes = IsIn(("note_class_concept_id",), sets.with_codes("LOINC", codes))
    return AnyOf((classes, IsIn(("note_type_concept_id",), types)))


_COLUMNS: Final = columns(
    "note_id", "note_type_concept_id", "note_class_concept_id", "note_title", "note_text", "note_source_value", *_DATE
)
_SEARCHED: Final[Mapping[str, Parameter]] = {
    "date": Date(_DATE),
    "encounter": Reference("visit_occurrence_id", "Encounter"),
    "author": Reference("provider_id", "Practitioner"),
    "type": Token(("note_class_concept_id",), ("note_source_value",)),
}
DOCUMENT: Final = Kind(
    "DocumentReference",
    (
        Part("note", "note_id", _COLUMNS, make_document,
             {**_SEARCHED, "status": Fixed({"current": lambda _: AllOf()})}, "note_date"),
    ),
    includes={"patient": "Patient", "encounter": "Encounter", "author": "Practitioner"},
)  # fmt: skip
REPORT: Final = Kind(
    "DiagnosticReport",
    (
        Part(
            "note", "note_id", _COLUMNS, make_report,
            {
                "date": _SEARCHED["date"], "encounter": _SEARCHED["encounter"], "code": _SEARCHED["type"],
                "results-interpreter": _SEARCHED["author"], "status": Fixed({"final": lambda _: AllOf()}),
                "category": Fixed({
                    service: partial(_reports, service=service) for service in ("RAD", "PAT", "LAB")
                }, _SERVICE),
            },
            "note_date", must=("note_class_concept_id", "note_type_concept_id"), only=_reports,
        ),
    ),
    includes={"patient": "Patient", "encounter": "Encounter", "results-interpreter": "Practitioner"},
)  # fmt: skip
