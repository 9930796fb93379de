"""The order in which a batch's records are standardised: places, things and people before what happened to them"""

from __future__ import annotations

from collections.abc import Sequence

from medark.acquire.files import recognise
from medark.model.record import Format, RawRecord
from medark.store.landing import Landing

_HEAD = 64 << 10  # bytes
_SINGLE = 64 << 10  # bytes; hardly a resource alone is larger, so a larger file need not be opened to see
_FIRST = (
    "Organization", "Location", "Practitioner", "PractitionerRole", "Medication", "Device", "Patient", "Encounter",
    "Bundle",
)  # fmt: skip
_RANK = {kind: rank for rank, kind in enumerate(_FIRST)}


def in_order(landing: Landing, records: Sequence[RawRecord]) -> list[RawRecord]:
    """Records sorted by format, FHIR ones by what kind of resource they hold, then by arrival."""
    formats = list(Format)
    return sorted(records, key=lambda r: (formats.index(r.format), _rank(landing, r), r.record_no))


def keeps_its_place(record: RawRecord) -> bool:
    """Is it clear, without opening it, that among records of its format it comes as it arrived?"""
    if record.format is Format.FHIR_JSON:
        return record.size > _SINGLE
    return record.format is not Format.FHIR_NDJSON


def _rank(landing: Landing, record: RawRecord) -> int:
    if record.format not in (Format.FHIR_JSON, Format.FHIR_NDJSON):
        return 0
    if keeps_its_place(record):
        return _RANK["Bundle"]
    with landing.open(record) as content:
        kind = recognise(content.read(_HEAD), record.name, record.size).kind
    return _RANK.get(kind, len(_FIRST))
