"""PV1: the visit, its ward, its attending provider, its beginning and end; transfers as visit details"""

from __future__ import annotations

from medark.standardise.formats.hl7v2.reading import Place
from medark.standardise.formats.hl7v2.unit import Unit
from medark.standardise.formats.staged import Visit, VisitDetail

CANCELLED = "CANCELLED"  # a visit of this class never was
_SAID = (
    "person_key", "class_code", "start_time", "end_time", "provider_key", "care_site_key", "admitted_from",
    "discharged_to",
)  # fmt: skip
_BEGINS = ("A01", "A04")
_STAYS = ("A01", "A02", "A03", "A06", "A07", "A12")  # after these the patient is, or was, in the bed of PV1-3


def visit_of(unit: Unit, f: list[str]) -> None:
    """The visit that everything else in the message is in; no row of its own."""
    reading = unit.reading
    unit.order_at = -1  # results from here on are in this visit
    unit.visit_start = unit.time(f[44], "PV1-44")
    number = reading.identified(reading.first(f[19])).key or unit.account_key
    number = number or reading.identified(reading.first(f[50])).key
    # Without a number the admission time tells a person's visits apart.
    unit.visit_key = number or (f"{unit.person_key}|{unit.visit_start}" if unit.visit_start else None)
    unit.attending_key = unit.provider(f[7]) or unit.provider(f[17])


def known_visit(unit: Unit, f: list[str]) -> None:
    """PV1 of a message about something else: a visit row only where it says when the visit began."""
    visit_of(unit, f)
    if unit.visit_start:
        _visit(unit, f, unit.visit_start, unit.time(f[45], "PV1-45"))


def stay(unit: Unit, f: list[str]) -> None:
    """PV1 of an admission, transfer, discharge or change: what it says of the visit, and of the bed."""
    visit_of(unit, f)
    trigger = unit.trigger
    start = unit.visit_start or (unit.event_time if trigger in _BEGINS else None)
    end = unit.time(f[45], "PV1-45") or (unit.event_time if trigger == "A03" else None)
    if unit.visit_key is None and start:
        unit.visit_key = f"{unit.person_key}|{start}"
    if unit.visit_key is None:
        unit.issue("quarantined", "visit without a number or a beginning", "PV1-19")
        return
    if trigger == "A13":
        end = ""  # takes the end back
    _visit(unit, f, start, end)
    if trigger in _STAYS:
        _beds(unit, f, start, end)


def cancelled(unit: Unit, f: list[str]) -> None:
    """PV1 of a cancelled admission (A11) or a deleted visit (A23): there was no such visit."""
    visit_of(unit, f)
    if unit.visit_key is not None:
        unit.add(Visit, visit_key=unit.visit_key, person_key=unit.person_key, class_code=CANCELLED)


def _visit(unit: Unit, f: list[str], start: str | None, end: str | None) -> None:
    key = unit.visit_key
    if key is None:
        return
    ward = unit.ward(f[3])
    word = unit.reading.word
    said = (
        unit.person_key, word(f[2]), start, end, unit.attending_key, ward.ward_key, word(f[14]), word(f[36]),
    )  # fmt: skip
    if unit.batch.is_news("visit", key, said):
        unit.add(
            Visit, visit_key=key, class_system="HL70004", type="ehr_encounter", **dict(zip(_SAID, said, strict=True))
        )


def _beds(unit: Unit, f: list[str], start: str | None, end: str | None) -> None:
    """The bed the patient is in now, and what became of the one before.

    A bed of a visit is one detail however often the patient came back to it: messages do not number the stays.
    """
    now, before = unit.ward(f[3]), unit.ward(f[6])
    if unit.trigger == "A02":
        if before.bed_key and before.bed_key != now.bed_key:
            _bed(unit, f, before, None, unit.event_time)
        _bed(unit, f, now, unit.event_time, None, before)
    elif unit.trigger == "A12":
        if before.bed_key and before.bed_key != now.bed_key:
            _bed(unit, f, before, None, None, class_code=CANCELLED)
        _bed(unit, f, now, None, "")
    elif unit.trigger == "A03":
        _bed(unit, f, now, None, end)
    else:
        _bed(unit, f, now, start or unit.event_time, end)


def _bed(
    unit: Unit, f: list[str], place: Place, start: str | None, end: str | None, before: Place | None = None,
    class_code: str | None = None,
) -> None:  # fmt: skip
    if place.bed_key is None:
        return
    preceding = before.bed_key if before is not None and before.bed_key != place.bed_key else None
    unit.add(
        VisitDetail,
        detail_key=f"{unit.visit_key}|{place.bed_key}",
        visit_key=unit.visit_key,
        person_key=unit.person_key,
        class_code=class_code or unit.reading.word(f[2]),
        class_system="HL70004",
        start_time=start,
        end_time=end,
        provider_key=unit.attending_key,
        care_site_key=place.ward_key,
        preceding_key=f"{unit.visit_key}|{preceding}" if preceding else None,
        type="ehr_encounter",
    )
