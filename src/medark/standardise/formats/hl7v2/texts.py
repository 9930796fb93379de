"""Documents and comments: TXA with its OBX lines, TX/FT results, NTE, embedded text (ED)"""

from __future__ import annotations

import binascii
from base64 import b64decode

from medark.standardise.formats.hl7v2.delimiters import NULL
from medark.standardise.formats.hl7v2.encoding import decoded
from medark.standardise.formats.hl7v2.filing import file_answer
from medark.standardise.formats.hl7v2.orders import PROCEDURE_SECTIONS
from medark.standardise.formats.hl7v2.reading import Coding
from medark.standardise.formats.hl7v2.results import Answer
from medark.standardise.formats.hl7v2.text import Text
from medark.standardise.formats.hl7v2.unit import Unit
from medark.standardise.formats.staged import Note

FINDING = 60  # characters: as much as an observation's value holds; anything longer is a document
_TYPES = {  # TXA-2 (HL7 table 0270)
    "DS": "ehr_discharge_summary", "DI": "ehr_radiology", "HP": "ehr_admission_note", "PH": "ehr_admission_note",
    "SP": "ehr_pathology", "AR": "ehr_pathology",
}  # fmt: skip
# TXA-17 and TXA-19 (tables 0271, 0273): documents taken back.
_TAKEN_BACK = {"CA": "document cancelled", "OB": "document replaced", "UN": "document not available"}


def txa(unit: Unit, f: list[str]) -> None:
    """TXA: the document that the OBX after it are the lines of."""
    unit.finish()
    reading = unit.reading
    taken_back = _TAKEN_BACK.get(reading.word(f[19]) or "") or _TAKEN_BACK.get(reading.word(f[17]) or "")
    if taken_back:
        unit.issue("excluded", taken_back, "TXA-19")
    kind = reading.coding(f[2])
    if kind.code and not kind.code_system:
        kind = kind._replace(code_system="HL70270")
    time = unit.time(f[4], "TXA-4") or unit.time(f[6], "TXA-6") or unit.order_time or unit.event_time
    number = reading.number(f[12])
    author = unit.provider(f[9]) or unit.provider(f[5]) or unit.attending_key
    document = Text(
        f"TXA|{number}" if number else f"TXA|{unit.within}|{kind.said}|{time}",
        time, kind, _TYPES.get(kind.code or "", "ehr_note"), author, kind.code_text or unit.order_title,
        wanted=not taken_back,
    )  # fmt: skip
    unit.document = document
    unit.pending.append(lambda: _write(unit, document))


def line(unit: Unit, f: list[str]) -> None:
    """A TX, FT (or, in a document, ST) value: a line of the document, else of the report under this test."""
    text = _words(unit, f[5])
    if text:
        (unit.document or _report(unit, f)).lines.append(text)


def comment(unit: Unit, f: list[str]) -> None:
    """NTE in a report: the comments under one order are one note."""
    text = _words(unit, f[3])
    if not text:
        return
    if "NTE" not in unit.reports:
        time = unit.order_time or unit.event_time
        key = f"NTE|{unit.order_key or f'{unit.within}|{time}'}"
        _expect(unit, "NTE", Text(key, time, Coding(code_text="Comment"), "ehr_note", None, unit.order_title))
    unit.reports["NTE"].lines.append(text)


def embedded(unit: Unit, f: list[str]) -> None:
    """ED: source ^ type ^ subtype ^ encoding ^ data. Plain text becomes a note; the rest stays in the raw record."""
    _, kind, subtype, encoding, data = (part.strip() for part in unit.reading.components(f[5], 5))
    is_text = kind.upper() in ("TEXT", "TX", "FT") and subtype.upper() in ("", "PLAIN", "TXT", "TEXT")
    if not is_text:
        unit.issue("not_understood", "embedded data that is no plain text", "OBX-5")
        return
    text = _from_base64(data) if encoding.upper() == "BASE64" else _words(unit, data)
    if text is None:
        unit.issue("quarantined", "embedded text can't be decoded", "OBX-5")
    elif text:
        (unit.document or _report(unit, f)).lines.append(text)


def _report(unit: Unit, f: list[str]) -> Text:
    """The text under this test in this order; OBX with the same OBX-3 are its lines."""
    report = unit.reports.get(f[3])
    if report is None:
        time = (f[14] and unit.time(f[14], "OBX-14")) or unit.order_time or unit.event_time
        coding = unit.reading.coding(f[3])
        key = f"OBX|{unit.order_key or f'{unit.within}|{time}'}|{coding.said}"
        type_ = PROCEDURE_SECTIONS.get(unit.order_section, "ehr_note")
        provider = unit.order_provider or unit.attending_key
        report = Text(key, time, coding, type_, provider, coding.code_text or unit.order_title, fields=f)
        _expect(unit, f[3], report)
    return report


def _expect(unit: Unit, name: str, text: Text) -> None:
    unit.reports[name] = text
    unit.pending.append(lambda: _write(unit, text))


def _write(unit: Unit, text: Text) -> None:
    unit.reports.clear()
    if not text.wanted:
        return
    if not text.lines:
        unit.issue("excluded", "document without text", "TXA")
    elif text.fields is not None and len(text.lines) == 1 and len(text.lines[0]) <= FINDING:
        file_answer(unit, text.fields, None, Answer(value_text=text.lines[0]))
    else:
        unit.add(
            Note, event_key=unit.unique(text.key), person_key=unit.person_key, visit_key=unit.visit_key,
            provider_key=text.provider_key, note_time=text.time, title=text.title, class_code=text.coding.code,
            class_system=text.coding.code_system, class_text=text.coding.code_text, text="\n".join(text.lines),
            encoding="UTF-8", type=text.type,
        )  # fmt: skip


def _words(unit: Unit, raw: str) -> str:
    """Formatted text with its line breaks; repetitions of a TX are its lines."""
    if raw == NULL:
        return ""
    delimiters = unit.reading.delimiters
    return delimiters.unescaped(raw.replace(delimiters.repetition, "\n"), unit.reading.codec).strip()


def _from_base64(data: str) -> str | None:
    try:
        raw = b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    text, _ = decoded(raw)
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip()
