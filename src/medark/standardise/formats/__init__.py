"""Text to staging rows: hl7v2 fhir cda dicom tabular notes answers"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from medark.model.record import Format
from medark.standardise.formats.reader import Reader

_PACKAGES = {
    Format.HL7V2: "hl7v2",
    Format.FHIR_JSON: "fhir",
    Format.FHIR_NDJSON: "fhir",
    Format.CDA: "cda",
    Format.DICOM: "dicom",
    Format.TEXT_NOTE: "notes",
    Format.ANSWERS: "answers",
}
TABLES = frozenset({
    Format.DELIMITED, Format.FIXED_WIDTH, Format.PARQUET, Format.XLSX, Format.JSON_LINES, Format.XML_RECORDS,
})  # fmt: skip


def has_reader(format_: Format) -> bool:
    """Can records of this format be staged without a map?"""
    return format_ in _PACKAGES


def package_of(format_: Format) -> str:
    """The name of the package that reads a format; KeyError where there is none."""
    return f"{__name__}.{_PACKAGES[format_]}"


@cache
def reader_of(format_: Format) -> Reader:
    """The reader of a format, imported when it is first needed; KeyError where there is none."""
    reader: Reader = import_module(package_of(format_)).READER
    return reader
