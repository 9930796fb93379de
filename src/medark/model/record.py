"""A raw record: one file or message, byte for byte, before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum


class Format(StrEnum):
    """What a record was recognised as, by its content."""

    HL7V2 = "hl7v2"
    FHIR_JSON = "fhir"  # a Bundle or a single resource
    FHIR_NDJSON = "fhir-ndjson"
    CDA = "cda"
    DICOM = "dicom"
    DELIMITED = "delimited"  # CSV, TSV …
    FIXED_WIDTH = "fixed-width"
    PARQUET = "parquet"
    XLSX = "xlsx"
    JSON_LINES = "json-lines"  # not FHIR
    XML_RECORDS = "xml-records"  # a list of elements, neither CDA nor FHIR
    TEXT_NOTE = "note"
    ANSWERS = "answers"  # a form that an application keeps
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class RawRecord:
    """What the landing store keeps. `id` = hash of source and content: the same thing sent twice lands once."""

    record_no: int  # order of arrival, from 1; never used again
    id: str  # 64 hex digits
    source: str
    name: str  # path as it came, archives included: "north.zip!/lis/a.hl7"
    size: int
    format: Format
    batch_no: int


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole units of one record, small enough to hold in memory.

    `first_row_no` is the row_no of its first unit; `last` is true for the record's final chunk, so that the
    record's unit_count (first_row_no + units in this chunk) is written once.
    """

    record_no: int
    content: bytes = field(repr=False)  # patients' data: never in a message
    name: str = ""
    first_row_no: int = 0
    last: bool = True
    fault: str = ""  # why it can't be read at all (a fixed phrase): it will be quarantined, whatever its format


Chunks = Iterator[Chunk]
