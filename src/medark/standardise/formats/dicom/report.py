"""Structured reports (SR) as notes: the content tree as a reader would see it, line by line"""

from __future__ import annotations

from collections.abc import Iterator

from pydicom.dataset import Dataset

from medark.standardise.formats.dicom.attributes import code, items, text, when
from medark.standardise.formats.dicom.study import Study
from medark.standardise.formats.staged import Note, Staged

_CHARACTERS = 1_000_000
_DEPTH = 32
_PLAIN = ("TextValue", "PersonName", "DateTime", "Date", "Time", "UID")


def add_report(dataset: Dataset, study: Study, staged: Staged) -> None:
    """A note of the report's text; data sets without content give none."""
    lines = list(_lines(items(dataset, "ContentSequence"), 0))
    if not lines:
        return
    title = code(dataset, "ConceptNameCodeSequence")
    staged.add(
        Note(
            study.record_no, 0, 0,
            event_key=text(dataset, "SOPInstanceUID") or f"{study.uid}|report",
            person_key=study.person_key, visit_key=study.visit_key,
            note_time=when(dataset, "Content", "Series", "Study"),
            title=title and title.meaning, class_code=title and title.value, class_system=title and title.scheme,
            class_text=title and title.meaning, text="\n".join(lines)[:_CHARACTERS], type="ehr_radiology",
        )
    )  # fmt: skip


def _lines(content: list[Dataset], depth: int) -> Iterator[str]:
    for item in content:
        name = code(item, "ConceptNameCodeSequence")
        words = [name.meaning or name.value or ""] if name is not None else []
        if (value := _value(item)) is not None:
            words.append(value)
        if words:
            yield "  " * depth + ": ".join(words)
        if depth < _DEPTH:
            yield from _lines(items(item, "ContentSequence"), depth + 1)


def _value(item: Dataset) -> str | None:
    for measured in items(item, "MeasuredValueSequence"):
        unit = code(measured, "MeasurementUnitsCodeSequence")
        number = text(measured, "NumericValue")
        return " ".join(word for word in (number, unit and unit.value) if word) or None
    if (concept := code(item, "ConceptCodeSequence")) is not None:
        return concept.meaning or concept.value
    return text(item, *_PLAIN)
