"""One message to staging rows: header, patients, and under each the segments its rule reads"""

from __future__ import annotations

import re
from functools import lru_cache

from medark.standardise.formats.hl7v2 import patient
from medark.standardise.formats.hl7v2.batch import Batch
from medark.standardise.formats.hl7v2.delimiters import Delimiters, delimiters
from medark.standardise.formats.hl7v2.encoding import decoded
from medark.standardise.formats.hl7v2.rules import RULES, Rule, Segment
from medark.standardise.formats.hl7v2.segments import STANDARD
from medark.standardise.formats.hl7v2.unit import Unit
from medark.standardise.formats.staged import UnitIssue

Dispatch = dict[str, tuple[Segment, int]]
FIELDS = 64  # no segment read here has more; what follows stays in one piece
SEGMENTS = 100_000  # of one message
_PADDING = [[""] * n for n in range(FIELDS + 2)]
_WIDTHS = {"OBX": 15, "ORC": 13, "OBR": 26, "NTE": 4, "EVN": 7, "PV1": 51}  # fields read of what comes most
_AROUND = "\ufeff \t\r\n\x0b\x1c\x00"
_NAME = re.compile("[A-Z][A-Z0-9]{2}")


def stage_message(raw: bytes, row_no: int, batch: Batch) -> None:
    """File what one unit (bytes from an MSH to the next) says. Never raises for what the bytes hold."""
    text, codec = decoded(raw)
    lines = _lines(text)
    header = lines[0]
    if header[:3] != "MSH":
        _refuse(batch, row_no, "not_understood", "no message header", "")
        return
    marks = _marks(header)
    found = _delimiters(marks)
    if found is None:
        _refuse(batch, row_no, "quarantined", "delimiters can't be used", "MSH-2")
    elif len(lines) > SEGMENTS:
        _refuse(batch, row_no, "quarantined", "too many segments", "")
    else:
        _stage(lines, found, marks, codec, row_no, batch)


def _lines(text: str) -> list[str]:
    """The segments. Where carriage returns end them, a line feed inside one is part of a text."""
    text = text.strip(_AROUND)
    if "\x00" in text:
        text = text.replace("\x00", "")
    if "\r" not in text:
        return text.split("\n", SEGMENTS)
    if "\n" in text:
        text = text.replace("\r\n", "\r").replace("\n\r", "\r")
    return text.split("\r", SEGMENTS)


def _marks(header: str) -> str:
    """MSH-1 and MSH-2 as written."""
    field = header[3:4]
    return field + header[4:64].split(field, 1)[0] if field else ""


@lru_cache(maxsize=256)
def _delimiters(marks: str) -> Delimiters | None:
    return delimiters(f"MSH{marks}")


def _refuse(batch: Batch, row_no: int, outcome: str, reason: str, place: str) -> None:
    batch.staged.add(UnitIssue(batch.record_no, row_no, 0, outcome=outcome, reason=reason, place=place or None))


def _stage(lines: list[str], marks: Delimiters, written: str, codec: str, row_no: int, batch: Batch) -> None:
    field = marks.field
    reading = batch.reading(marks, written, codec)
    msh = reading.reading.fields(lines[0], 9)
    kind, trigger = _type(msh[8], marks.repetition, marks.component)
    trigger = trigger or _trigger_of_event(lines, field)
    rule = RULES.get(f"{kind}^{trigger}")
    if rule is None and not kind and len(lines) == 1:
        _refuse(batch, row_no, "excluded", "empty message", "MSH-9")  # as erasure leaves one
        return
    if rule is None:
        place = f"MSH-9 {_shown(kind)}^{_shown(trigger)}"
        _refuse(batch, row_no, "not_understood", "message type not read", place)
        return
    unit = Unit(batch, row_no, reading, trigger, "")
    unit.event_time = unit.time(msh[6], "MSH-7") or ""
    unit.result_type = rule.result_type
    _segments(unit, lines, field, rule)
    if rule.at_end is not None and unit.person_key:
        unit.finish()
        rule.at_end(unit)
    if rule.excluded:
        unit.issue("excluded", rule.excluded, f"MSH-9 {kind}^{trigger}")
    unit.close()


@lru_cache(maxsize=1024)
def _type(field: str, repetition: str, component: str) -> tuple[str, str]:
    """Message type and trigger of MSH-9. In old versions the type may stand alone; the trigger is in EVN then."""
    kind, trigger = [*field.split(repetition, 1)[0].split(component, 2), ""][:2]
    return kind.strip(), trigger.strip()


def _trigger_of_event(lines: list[str], field: str) -> str:
    for line in lines[1:4]:
        if line.lstrip("\n")[:4] == f"EVN{field}":
            return line.split(field, 2)[1].strip()
    return ""


def _shown(word: str) -> str:
    """A type or trigger as it may be told: anything that can't be one is not repeated."""
    return word if len(word) <= 3 and word.isalnum() and word.isascii() else "?"


def _segments(unit: Unit, lines: list[str], field: str, rule: Rule) -> None:
    """Each segment to what reads it. Segments of a patient nobody can name are not read."""
    before, after = _dispatch(rule, field)
    read = before
    patient_mark = f"PID{field}"
    patients = 0
    for line in lines:
        mark = line[:4]
        entry = read.get(mark)
        if entry is not None:
            handler, width = entry
            found = line.split(field, width)  # no further than what is read
            if len(found) < width:
                found += _PADDING[width - len(found)]
            handler(unit, found)
        elif mark == patient_mark:
            if patients:
                unit.clear_person()
            patients += 1
            known = patient.pid(unit, line)
            read = after if known else {}
            if not known:
                unit.issue("quarantined", "patient without a number", "PID-3")
        elif mark[:3] not in STANDARD:
            _strange(unit, line, field)
    if not patients:
        unit.issue("quarantined", "no patient", "PID")


@lru_cache(maxsize=256)
def _dispatch(rule: Rule, field: str) -> tuple[Dispatch, Dispatch]:
    """What reads each segment before and after the patient is known, by name and field separator."""
    before, after = (
        {f"{name}{field}": (handler, _WIDTHS.get(name, FIELDS)) for name, handler in segments.items()}
        for segments in (rule.before_patient, rule.segments)
    )
    return before, after


def _strange(unit: Unit, line: str, field: str) -> None:
    """A segment that is not of the standard: the sender's own (Z..) is counted, anything else is told."""
    if not line.strip(_AROUND):
        return
    if not _NAME.fullmatch(line[:3]) or line[3:4] not in (field, ""):
        unit.issue("not_understood", "line that is no segment", "")
    elif line[0] == "Z":
        unit.own_segments[line[:3]] = unit.own_segments.get(line[:3], 0) + 1
    else:
        unit.issue("not_understood", "segment of no standard", "")  # its name may be a word of a torn text
