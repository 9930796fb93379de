"""What a file is, by its content; its name is asked only where the content leaves two answers"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from medark.acquire.files import hl7v2, json_text, pg_dump, prose, table_text, tar, xml, xml_list
from medark.acquire.files.dicom import is_dicom
from medark.acquire.files.text import Head, as_text
from medark.model.record import Format

HEAD_BYTES = 1 << 16
CONTAINERS = frozenset({"zip", "tar", "gzip", "zstd", "bzip2", "xz", "pg-dump"})

_LINES_NAMES = (".ndjson", ".jsonl", ".jsonlines", ".ldjson")
_MAGIC = (  # beginnings that settle it; the kind of what we know but don't read is told to people
    (b"PK\3\4", "zip"), (b"PK\5\6", "zip"), (b"\x1f\x8b\x08", "gzip"), (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\xfd7zXZ\0", "xz"), (b"%PDF-", "pdf"), (b"{\\rtf", "rtf"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole2"),
    (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF8", "gif"), (b"II*\0", "tiff"), (b"MM\0*", "tiff"),
    (b"SQLite format 3\0", "sqlite"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07", "rar"), (b"MZ", "program"),
    (b"\x7fELF", "program"), (b"PGDMP", "pg-dump of its own form"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recognised:
    """A format, and a hint within it.

    `kind`: FHIR's resourceType of the first resource ("Patient", "Bundle"), HL7's message type ("ADT"), the root of
    a CDA fragment or of a list in XML, a table's delimiter, one of CONTAINERS, or what an unknown file seems to be
    ("pdf", "binary").
    """

    format: Format
    kind: str = ""


def recognise(head: bytes, name: str, size: int, directory: Collection[str] = ()) -> Recognised:
    """What a file of `size` bytes is that begins with `head` (64 KiB or more). `directory`: a zip's member names."""
    if not size:
        return Recognised(Format.UNKNOWN, "empty")
    return _binary(head, size, directory) or _text(head, name, size)


def _binary(head: bytes, size: int, directory: Collection[str]) -> Recognised | None:
    if head[128:132] == b"DICM":  # before all others: a preamble may look like anything
        return Recognised(Format.DICOM)
    if head.startswith(b"PAR1") and size > 12:
        return Recognised(Format.PARQUET)
    kind = next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")
    if kind == "zip":
        return _zip(directory)
    if not kind and head[:3] == b"BZh" and head[4:10] in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90"):
        kind = "bzip2"
    if not kind and head[1:4] == b"\x2a\x4d\x18" and head[0] >> 4 == 5:
        kind = "zstd"  # begins with a frame to be skipped
    if not kind and tar.is_header(head[: tar.BLOCK]):
        kind = "tar"
    if kind:
        return Recognised(Format.UNKNOWN, kind)
    return Recognised(Format.DICOM) if is_dicom(head, size) else None


def _zip(directory: Collection[str]) -> Recognised:
    """An archive, unless its members make it one document."""
    if "[Content_Types].xml" in directory:
        return Recognised(Format.XLSX) if "xl/workbook.xml" in directory else Recognised(Format.UNKNOWN, "office")
    if "mimetype" in directory and ("content.xml" in directory or "META-INF/container.xml" in directory):
        return Recognised(Format.UNKNOWN, "opendocument")
    return Recognised(Format.UNKNOWN, "zip")


def _text(head: bytes, name: str, size: int) -> Recognised:
    text = as_text(head, size)
    # A message with a picture, or a gigabyte of NULs, in it is still a message: its reader judges.
    if message := hl7v2.kind(text.text if text else head.decode("latin-1")):
        return Recognised(Format.HL7V2, message)
    if text is None:
        return Recognised(Format.UNKNOWN, "binary")
    begin = text.text[:4096].lstrip("\ufeff \t\r\n\0")
    if begin.startswith("<"):
        return _xml(text.text.lstrip("\ufeff"))
    return _json(text, name) or _plain(text, name)


def _xml(text: str) -> Recognised:
    found = xml.root(text)
    if found is None or found.name.lower() == "html":
        return Recognised(Format.UNKNOWN, "html" if found or "<html" in text[:1024].lower() else "xml")
    if xml.is_cda(found, text):
        return Recognised(Format.CDA, found.name)
    if found.namespace == xml.FHIR:
        return Recognised(Format.UNKNOWN, "fhir-xml")
    if xml_list.is_list(found, text):
        return Recognised(Format.XML_RECORDS, found.name)
    return Recognised(Format.UNKNOWN, "xml")


def _json(head: Head, name: str) -> Recognised | None:
    found = json_text.shape(head.text, head.whole)
    if found is None:
        return Recognised(Format.UNKNOWN, "json") if json_text.is_array(head.text) else None
    lines = found.lines or (found.one_line and name.lower().endswith(_LINES_NAMES))
    if found.resource:
        return Recognised(Format.FHIR_NDJSON if lines else Format.FHIR_JSON, found.resource)
    return Recognised(Format.JSON_LINES) if lines else Recognised(Format.UNKNOWN, "json")


def _plain(head: Head, name: str) -> Recognised:
    if pg_dump.is_dump(head.text):
        return Recognised(Format.UNKNOWN, "pg-dump")
    if other := prose.explained(head.text, name):
        return Recognised(Format.UNKNOWN, other)
    if separator := table_text.delimiter(head, name):
        return Recognised(Format.DELIMITED, separator)
    if table_text.is_fixed_width(head):
        return Recognised(Format.FIXED_WIDTH)
    if table_text.is_code_list(head):
        return Recognised(Format.DELIMITED, " ")
    if prose.is_note(head.text, name):
        return Recognised(Format.TEXT_NOTE)
    return Recognised(Format.UNKNOWN, "text")
