"""When things were ordered, done and reported, for which OMOP has no place: read once from each raw record"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from medark.check.further.timeliness import Told
from medark.flows.data_map.keeping import Keeping
from medark.flows.quality.order_tables import FORMATS as TABLES
from medark.flows.quality.order_tables import take
from medark.flows.quality.orders import Orders
from medark.flows.quality.report import Report
from medark.flows.quality.report_fhir import reports_of_text
from medark.flows.quality.report_hl7 import reports_of_message
from medark.flows.workspace import Workspace
from medark.model.progress import Progress, Silent
from medark.model.record import Format, RawRecord
from medark.standardise.formats.hl7v2 import cutting

_SILENT: Final = Silent()
_FOLDER, _NAME = "quality", "reports-5.json"
FORMATS: Final = (Format.HL7V2, Format.FHIR_NDJSON, Format.FHIR_JSON)
_ENDS: Final = (b"\r", b"\n", b"\x1c")
_MOST_BYTES: Final = 256 << 20  # of one record of JSON


def told(workspace: Workspace, progress: Progress = _SILENT) -> Mapping[str, Told]:
    """What was told of the reports of each source so far; records that landed since are read, no others."""
    keeping = Keeping(workspace, _FOLDER)
    known = keeping.told(_NAME, dict[str, Told]) or {}
    last = max((one.last_record for one in known.values()), default=0)
    fresh = [one for one in workspace.landing.records(formats=(*FORMATS, *TABLES)) if one.record_no > last]
    if not fresh:
        return known
    orders = Orders(workspace)
    with progress.stage("reading when things were reported", len(fresh), "records") as stage:
        for record in fresh:
            mine = known.setdefault(record.source, Told())
            mine.last_record = record.record_no
            _take(workspace, record, mine, orders)
            stage.advance(1)
    for source, asked, early in orders.settled():
        known[source].asked, known[source].early = known[source].asked + asked, known[source].early + early
    keeping.put(_NAME, known)
    return known


def _take(workspace: Workspace, record: RawRecord, mine: Told, orders: Orders) -> None:
    if record.format in TABLES:
        take(workspace, record, mine, orders)
        return
    last_row = 0
    for report in reports(workspace, record):
        mine.take(report.code, report.minutes, report.results, report.empty)
        is_early = orders.take(record.source, report)
        mine.asked, mine.early = mine.asked + (is_early is not None), mine.early + (is_early is True)
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
                    yield from reports_of_message(chunk.content[start:end], row_no)
        elif record.format is Format.FHIR_NDJSON:
            yield from (one for row_no, line in enumerate(content) for one in reports_of_text(line, row_no))
        elif record.size <= _MOST_BYTES:
            yield from reports_of_text(content.read(), 0)
