"""When what is in raw records was done and when it was reported, which OMOP keeps no place for: read once a record"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from medark.check.further.timeliness import Told
from medark.flows.data_map.keeping import Keeping
from medark.flows.workspace import Workspace
from medark.model.progress import Progress, Silent
from medark.model.record import Format, RawRecord
from medark.standardise.formats.hl7v2 import cutting

_SILENT: Final = Silent()
_FOLDER, _NAME = "quality", "reports-2.json"
FORMATS: Final = (Format.HL7V2, Format.FHIR_NDJSON, Format.FHIR_JSON)
_LINES: Final = re.compile(rb"[\r\n]+")
_ENDS: Final = (b"\r", b"\n", b"\x1c")
_CORRECTED: Final = (b"C", b"X")  # OBR-25, HL7 table 0123: corrected, cancelled
_SAID: Final = ("dataAbsentReason", "component", "hasMember")
_MOST_BYTES: Final = 256 << 20  # of one record of JSON


@dataclass(frozen=True, slots=True)
class Report:
    """One order that was reported: its place in the record, its code, minutes from what was done to the report (None
    where one of the two is not told, or what was reported was corrected later), how many results it has and how many of
    them say nothing; `is_utf8`: None of what has no letter beyond ASCII, and of a message's reports but the first.
    """

    row_no: int
    code: str
    minutes: float | None
    results: int
    empty: int
    is_utf8: bool | None = None


def told(workspace: Workspace, progress: Progress = _SILENT) -> Mapping[str, Told]:
    """What was told of the reports of each source so far; records that landed since are read, no others."""
    keeping = Keeping(workspace, _FOLDER)
    known = keeping.told(_NAME, dict[str, Told]) or {}
    last = max((one.last_record for one in known.values()), default=0)
    fresh = [one for one in workspace.landing.records(formats=FORMATS) if one.record_no > last]
    if not fresh:
        return known
    with progress.stage("reading when things were reported", len(fresh), "records") as stage:
        for record in fresh:
            mine = known.setdefault(record.source, Told())
            mine.last_record = record.record_no
            _take(workspace, record, mine)
            stage.advance(1)
    keeping.put(_NAME, known)
    return known


def _take(workspace: Workspace, record: RawRecord, mine: Told) -> None:
    last_row = 0
    for report in reports(workspace, record):
        mine.take(report.code, report.minutes, report.results, report.empty)
        last_row = max(last_row, report.row_no)
        mine.utf8 += report.is_utf8 is True
        mine.other += report.is_utf8 is False
    if record.format is Format.HL7V2 and last_row:  # how a single message ends is the sender's own affair
        mine.files += 1
        mine.cut += is_cut(workspace, record)


def is_cut(workspace: Workspace, record: RawRecord) -> bool:
    """Does a record of HL7 end without the end of a segment?"""
    last = b""
    with workspace.landing.open(record) as content:
        while block := content.read(1 << 20):
            last = block
    return not last.rstrip(b"\x00 ").endswith(_ENDS)


def reports(workspace: Workspace, record: RawRecord) -> Iterator[Report]:
    """The reports in a record."""
    with workspace.landing.open(record) as content:
        if record.format is Format.HL7V2:
            for chunk in cutting.chunks(record, content):
                for row_no, (start, end) in enumerate(cutting.units(chunk.content), chunk.first_row_no):
                    yield from _of_message(chunk.content[start:end], row_no)
        elif record.format is Format.FHIR_NDJSON:
            yield from (one for row_no, line in enumerate(content) for one in _of_line(line, row_no))
        elif record.size <= _MOST_BYTES:
            yield from _of_line(content.read(), 0)


def _of_message(message: bytes, row_no: int) -> Iterator[Report]:
    """Each OBR with its results. Observed: OBR-7; reported: OBR-22, else MSH-7."""
    field, component = message[3:4], message[4:5]
    if not message.startswith(b"MSH") or not field:
        return
    yield Report(row_no, "", None, 0, 0, _is_utf8(message))
    sent, order, results, empty = b"", [b""], 0, 0
    for segment in _LINES.split(message):
        name = segment[:3]
        if name == b"MSH":
            sent = (segment.split(field, 7) + [b""] * 7)[6]
        elif name == b"OBR":
            if order[0]:
                yield _of_order(order, sent, component, row_no, results, empty)
            order, results, empty = segment.split(field, 26) + [b""] * 26, 0, 0
        elif name == b"OBX":
            told = segment.split(field, 12) + [b""] * 12
            results += 1
            empty += not told[5].strip() and told[11] in (b"F", b"C", b"")
    if order[0]:
        yield _of_order(order, sent, component, row_no, results, empty)


def _is_utf8(message: bytes) -> bool | None:
    if message.isascii():
        return None
    try:
        message.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _of_order(order: list[bytes], sent: bytes, component: bytes, row_no: int, results: int, empty: int) -> Report:
    code = order[4].split(component, 1)[0].decode("ascii", "replace") if component else ""
    done, reported = _stamp(order[7]), _stamp(order[22] or sent)
    is_final = order[25] not in _CORRECTED
    minutes = (reported - done).total_seconds() / 60 if done and reported and is_final else None
    return Report(row_no, code[:60], minutes, results, empty)


def _stamp(told: bytes) -> dt.datetime | None:
    """A time of HL7 that says at least the minute, as it is on the sender's clock."""
    digits = told[:14]
    if len(digits) < 12 or not digits[:12].isdigit():
        return None
    parts = [int(digits[a:b]) for a, b in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12))]
    try:
        return dt.datetime(*parts)  # type: ignore[arg-type]
    except ValueError:
        return None


def _of_line(line: bytes, row_no: int) -> Iterator[Report]:
    if not line.strip():
        return
    try:
        found = msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return
    entries = found.get("entry") if isinstance(found, dict) else None
    resources = (
        [one.get("resource") for one in entries if isinstance(one, dict)] if isinstance(entries, list) else [found]
    )
    for place, one in enumerate(resources, row_no):
        if isinstance(one, dict) and one.get("resourceType") in ("Observation", "DiagnosticReport"):
            yield _of_resource(one, place)


def _of_resource(one: Mapping[str, Any], row_no: int) -> Report:
    is_result = one["resourceType"] == "Observation"
    says = any(name.startswith("value") for name in one) or any(name in one for name in _SAID)
    period = one.get("effectivePeriod")
    done = _moment(one.get("effectiveDateTime") or (period.get("start") if isinstance(period, dict) else None))
    reported = _moment(one.get("issued"))
    is_final = one.get("status") not in ("corrected", "amended")
    minutes = (reported - done).total_seconds() / 60 if done and reported and is_final else None
    return Report(row_no, _code(one.get("code")), minutes, int(is_result), int(is_result and not says))


def _code(told: object) -> str:
    coding = told.get("coding") if isinstance(told, dict) else None
    first = coding[0] if isinstance(coding, list) and coding and isinstance(coding[0], dict) else {}
    return str(first.get("code") or "")[:60]


def _moment(told: object) -> dt.datetime | None:
    if not isinstance(told, str) or len(told) < 16:
        return None
    try:
        found = dt.datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)
