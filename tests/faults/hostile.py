"""Every hostile input that the platform knows of, as files of one folder, with what has to become of each"""

from __future__ import annotations

import gzip
import io
import os
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import hospital

LINE_MB = int(os.environ.get("MEDARK_LONG_LINE_MB", "64"))  # the gigabyte: MEDARK_LONG_LINE_MB=1024
_MB = 1 << 20
_MSH = rb"MSH|^~\&|LIS|NORTH|||20260301||ORU^R01|1|P|2.5" + b"\r"
_PID = b"PID|1||4711^^^^MR||Doe^Jo||19610412|F\r"
_OBX = b"OBR|1||F1|CBC^^L|||20260301\rOBX|1|NM|718-7^HGB^LN||12|g/dL|||||F\r"

Pieces = Callable[[], Iterable[bytes]]


def write(folder: Path) -> dict[str, str]:
    """The folder, filled. Of each file: `refused: why`, or the outcome of its units and why."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (content, _) in FILES.items():
        with (folder / name).open("wb") as file:
            for piece in (content,) if isinstance(content, bytes) else content():
                file.write(piece)
    (folder / "link.csv").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.hl7")
    return {name: end for name, (_, end) in FILES.items()} | LINKS


def _long(head: bytes, filler: bytes, tail: bytes) -> Pieces:
    """A line of LINE_MB, made as it is written."""

    def pieces() -> Iterator[bytes]:
        yield head
        for _ in range(LINE_MB):
            yield filler * (_MB // len(filler))
        yield tail

    return pieces


def _document(patient: str, more: str = "", before: str = "") -> bytes:
    return (
        f'{before}<ClinicalDocument xmlns="urn:hl7-org:v3"><typeId root="2.16.840.1.113883.1.3" '
        f'extension="POCD_HD000040"/><id root="1.1"/><recordTarget><patientRole><id root="1.2.3.4" '
        f'extension="{patient}"/></patientRole></recordTarget>{more}</ClinicalDocument>'
    ).encode()


_DEEP_XML = "<component>" * 100_000 + "</component>" * 100_000
_ATTRIBUTES = "<x " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"
_HTML = b"<html><script>1</script>".ljust(128, b"\0")
_COLUMNS = b",".join(b"c%d" % n for n in range(50_000)) + b"\n" + b"," * 49_999 + b"\n"
_LAUGHS = "<!DOCTYPE lolz [<!ENTITY l0 'lol'>" + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))


def _observation(value: bytes) -> bytes:
    return (
        b'{"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/1"},'
        b'"code":{"text":"x"},"effectiveDateTime":"2026","valueQuantity":{"value":%b}}' % value
    )


def _dicom(old: bytes = b"", new: bytes = b"", preamble: bytes = bytes(128)) -> bytes:
    content = hospital.picture(hospital.Patient("Hostile", 77)).replace(old, new)
    return preamble + content[128:]


def _deflate_bomb() -> bytes:
    """A deflated header that would become 256 MB."""
    plain = _dicom(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.1.99")
    length = int.from_bytes(plain[140:144], "little") + 2  # the longer syntax
    meta = plain[:140] + struct.pack("<L", length) + plain[144 : 144 + length]
    at = meta.index(b"1.2.840.10008.1.2.1.99") - 2
    meta = meta[:at] + struct.pack("<H", 22) + meta[at + 2 :]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return meta + b"".join(packer.compress(bytes(_MB)) for _ in range(256)) + packer.flush()


def _zip(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def _tar(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        told = tarfile.TarInfo(name)
        told.type, told.linkname = kind, link
        archive.addfile(told)
    return out.getvalue()


def _workbook_bomb() -> bytes:
    """A sheet that unpacks to 100 MB of nothing."""
    sheet = b"<worksheet><sheetData>" + bytes(100 * _MB) + b"</sheetData></worksheet>"
    return _zip(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>"), ("xl/sheet1.xml", sheet))


_DEEP = b"[" * 100_000 + b"]" * 100_000
_ZEROS = bytes(100 * _MB)

_DTD = "quarantined: document type declaration refused"
_UNKNOWN = "not_understood: no known format"
_TOO_LONG = "quarantined: a row is longer than 16 MiB, or a quote is left open"
LINKS = {"link.csv": "refused: a link that leads out of the folder", "pipe.hl7": "refused: not a file"}
FILES: dict[str, tuple[bytes | Pieces, str]] = {
    # -- HL7 v2 --------------------------------------------------------------------------------------------------------
    "carets.hl7": (_MSH + _PID + b"OBR|1||" + b"^" * (2 * _MB) + b"\r", "loaded"),
    "repetitions.hl7": (_MSH + b"PID|1||4711" + b"~" * (2 * _MB) + b"\r" + _OBX, "loaded"),
    "segments.hl7": (_MSH + _PID + b"OBX\r" * 200_000, "quarantined: too many segments"),
    "fields.hl7": (_MSH + _PID + b"OBX|" + b"|" * (2 * _MB) + b"\r", "excluded"),
    "delimiters.hl7": (b"MSH|||||\r" + _PID, _UNKNOWN),
    "same-delimiters.hl7": (b"MSH^^^^^^LIS\r" + _PID, _UNKNOWN),
    "messages.hl7": (_MSH * 20_000, "quarantined: no patient"),
    "line.hl7": (_long(_MSH + _PID + b"NTE|1||", b"x", b"\r"), "quarantined: message longer than the limit"),
    "escapes.hl7": (_MSH + _PID + b"NTE|1||" + rb"\X4142" * 300_000 + b"\r", "loaded"),
    # -- FHIR ----------------------------------------------------------------------------------------------------------
    "deep.json": (b'{"resourceType":"Patient","id":"1","name":%b}' % _DEEP, "quarantined: nested too deep"),
    "nan.json": (_observation(b"NaN"), "quarantined: not JSON"),
    "digits.json": (_observation(b"9" * 4301), "quarantined: number too long"),
    "surrogate.json": (b'{"resourceType":"Patient","id":"\\ud800"}', "quarantined: not JSON"),
    "line.ndjson": (_long(b'{"resourceType":"Patient","id":"1","x":"', b"y", b'"}\n'), "quarantined: too large"),
    "text.json": (_long(b'{"resourceType":"Patient","id":"1","x":"', b"y", b'"}'), "quarantined: too large"),
    "brackets.json": (b'{"resourceType":"Bundle","entry":[' + b"[{}" * 1_000_000, "quarantined: cut short"),
    # -- C-CDA ---------------------------------------------------------------------------------------------------------
    "entity.xml": (_document("&x;", before='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'), _DTD),
    "remote.xml": (_document("&x;", before='<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'), _DTD),
    "laughs.xml": (_document("&l9;", before=f"{_LAUGHS}]>"), _DTD),
    "deep.xml": (_document("1", _DEEP_XML), "quarantined: not well-formed XML, or past the parser's limits"),
    "attributes.xml": (_document("1", _ATTRIBUTES), "quarantined: required value missing"),
    # -- DICOM ---------------------------------------------------------------------------------------------------------
    "program.dcm": (_dicom(preamble=b"MZ" + b"\x90" * 126), "quarantined: executable preamble"),
    "page.dcm": (_dicom(preamble=_HTML), "quarantined: executable preamble"),
    "path.dcm": (_dicom(b"1.2.826.0.1.77.1", b"../../etc/passwd"), "quarantined: missing or not a UID"),
    "deflate.dcm": (_deflate_bomb(), "quarantined: header too large"),
    # -- tables --------------------------------------------------------------------------------------------------------
    "nul.csv": (b"id,name\n1,a\n2,\0\0b\n3,c\n", _UNKNOWN),
    "line.csv": (_long(b"id,name\n1,a\n2,", b"x", b"\n3,c\n"), _TOO_LONG),
    "quote.csv": (_long(b'id,name\n1,a\n2,"', b"x,%b\n" % (b"y" * 253), b""), "waiting"),
    "columns.csv": (_COLUMNS, "waiting"),
    "boast.parquet": (b"PAR1" + bytes(64) + struct.pack("<L", 0x7FFFFFFF) + b"PAR1", "quarantined: not sound Parquet"),
    "bomb.xlsx": (_workbook_bomb(), "quarantined: the workbook unpacks to more than it may"),
    # -- archives ------------------------------------------------------------------------------------------------------
    "bomb.gz": (gzip.compress(_ZEROS), "refused: unpacks to more than 250 times its size: the rest is not read"),
    "bomb.zip": (_zip(("zeros", _ZEROS)), "refused: unpacks to more than 250 times its size"),
    "up.zip": (_zip(("../../up.hl7", _MSH), ("/etc/passwd", _MSH)), "refused: a path that leads out of the archive"),
    "up.tar": (_tar("../../up.hl7"), "refused: a path that leads out of the archive"),
    "link.tar": (_tar("passwd", tarfile.SYMTYPE, "/etc/passwd"), "refused: a link"),
    "cut.zip": (_zip(("a.hl7", _MSH))[:-10], "refused: cut short"),
    # -- nothing in particular -----------------------------------------------------------------------------------------
    "empty.hl7": (b"", "not_understood: the file is empty"),
    "zeros": (bytes(_MB), _UNKNOWN),
    "-rf": (b"\x7fELF" + bytes(100), _UNKNOWN),
    "new\nline.txt": (b"name: x\n\nWell.\n", _UNKNOWN),
    "note.txt": (b"patient_id: 1\n\n" + b"x" * (5 * _MB), "quarantined: note too long"),
}  # fmt: skip
