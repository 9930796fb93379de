"""One message to staging rows: header, patients, and under each the segments its rule reads"""

from __future__ import annotations

import re
from functools import lru_cache

from medark.standardise.formats.hl7v2 import patient
from medark.standardise.formats.hl7v2.batch import Batch
from medark.standardise.formats.hl7v2.delimiters import Delimiters, delimiters
from medark.standardise.formats.hl7v2.encoding import decoded
from medark.standardise.formats.hl7v2.rules import RULES, Rule, Segments
from medark.standardise.formats.hl7v2.segments import STANDARD
from medark.standardise.formats.hl7v2.unit import Unit
from medark.standardise.formats.staged import UnitIssue

FIELDS = 64  # no segment read here has more; what follows stays in one piece
SEGMENTS = 100_000  # of one message
_PADDING = [[""] * n for n in range(FIELDS + 2)]
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
    text = text.lstrip("\ufeff \t\r\n\x0b\x1c\x00")
    if "\x00" in text:
        text = text.replace("\x00", "")
    ending = "\r" if "\r" in text else "\n"
    return text.split(ending, SEGMENTS)


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
    msh = _fields(lines[0], field)
    reading = batch.reading(marks, written, codec)
    # Before 2.3.1 the type may stand alone; the trigger is in EVN then.
    kind, trigger = (reading.reading.word(part) or "" for part in reading.reading.components(msh[8], 2))
    trigger = trigger or _trigger_of_event(lines, field)
    rule = RULES.get(f"{kind}^{trigger}")
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


def _trigger_of_event(lines: list[str], field: str) -> str:
    for line in lines[1:4]:
        if line.lstrip("\n")[:4] == f"EVN{field}":
            return line.split(field, 2)[1].strip()
    return ""


def _shown(word: str) -> str:
    """A type or trigger as it may be told: anything that can't be one is not repeated."""
    return word if len(word) <= 3 and word.isalnum() and word.isascii() else "?"


def _fields(line: str, field: str) -> list[str]:
    found = line.split(field, FIELDS)
    found += _PADDING[FIELDS + 1 - len(found)]
    return found


def _segments(unit: Unit, lines: list[str], field: str, rule: Rule) -> None:
    """Each segment to what reads it. Segments of a patient nobody can name are not read."""
    read: Segments = rule.before_patient
    patients = 0
    for line in lines:
        if line[:1] in _ENDS:
            line = line.lstrip("\n\x0b\x1c ")
        name = line[:3]
        handler = read.get(name)
        if handler is not None and line[3:4] == field:
            found = line.split(field, FIELDS)
            found += _PADDING[FIELDS + 1 - len(found)]
            handler(unit, found)
        elif name == "PID":
            if patients:
                unit.clear_person()
            patients += 1
            known = patient.pid(unit, _fields(line.rstrip(_TAIL), field))
            read = rule.segments if known else {}
            if not known:
                unit.issue("quarantined", "patient without a number", "PID-3")
        elif name not in STANDARD:
            _strange(unit, line, field)
    if not patients:
        unit.issue("quarantined", "no patient", "PID")


_ENDS = frozenset("\n\x0b\x1c ")
_TAIL = "\n\x0b\x1c "


def _strange(unit: Unit, line: str, field: str) -> None:
    """A segment that is not of the standard: the sender's own (Z..) is counted, anything else is told."""
    if not line.strip(_TAIL):
        return
    if not _NAME.fullmatch(line[:3]) or line[3:4] not in (field, ""):
        unit.issue("not_understood", "line that is no segment", "")
    elif line[0] == "Z":
        unit.own_segments[line[:3]] += 1
    else:
        unit.issue("not_understood", "segment of no standard", line[:3])
