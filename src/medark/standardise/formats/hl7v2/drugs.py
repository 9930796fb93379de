"""RXO, RXE, RXD, RXG, RXA with RXR: drugs ordered, dispensed, given; immunisations"""

from __future__ import annotations

from typing import Any

from medark.standardise.formats.hl7v2.orders import taken_back
from medark.standardise.formats.hl7v2.reading import Coding
from medark.standardise.formats.hl7v2.unit import Unit

_NOT_GIVEN = {"RE": "refused", "NA": "not administered"}  # RXA-20 (HL7 table 0322)
_NO_VACCINE = "998"  # CVX: no vaccine administered
_AMOUNT_UNKNOWN = "999"
_TOLD = ("01", "02", "03", "04", "05", "06", "07", "08")  # RXA-9 (NIP001): from another record or the patient


def rxo(unit: Unit, f: list[str]) -> None:
    """RXO: a drug as it was asked for; RXE, if it comes, says it better."""
    _drug(
        unit, f[1], "RXO-1", "ehr_prescription", quantity=f[11] or f[2], dose_unit=f[4], refills=f[13], sig=f[7],
        replaceable=True,
    )  # fmt: skip


def rxe(unit: Unit, f: list[str]) -> None:
    """RXE: a drug as the pharmacy encoded the order."""
    start, end = _old_timing(unit, f[1])
    if unit.drug is not None and unit.drug.pop("replaceable", False):
        start = start or unit.drug["start_time"]
        unit.drug = None
    _drug(
        unit, f[2], "RXE-2", "ehr_prescription", start=start, end=end, quantity=f[10] or f[3], dose_unit=f[5],
        refills=f[12], sig=f[7] or f[21], number=f[15],
    )  # fmt: skip


def rxd(unit: Unit, f: list[str]) -> None:
    """RXD: a drug handed out."""
    start = unit.time(f[3], "RXD-3")
    _drug(
        unit, f[2], "RXD-2", "ehr_dispensing", start=start, quantity=f[4], dose_unit=f[5], refills=f[8], number=f[7],
        part=f"{f[1].strip()}|{start or ''}", lot=f[18],
    )  # fmt: skip


def rxg(unit: Unit, f: list[str]) -> None:
    """RXG: a drug to be given: a plan, until RXA says it was."""
    unit.issue("excluded", "planned, not yet given", "RXG")


def rxa(unit: Unit, f: list[str]) -> None:
    """RXA: a drug or vaccine given. What was refused or not given is left out, with the reason."""
    reading = unit.reading
    state = (f[20].strip().upper() or "CP")[:2]
    if state in _NOT_GIVEN:
        unit.issue("excluded", _NOT_GIVEN[state], "RXA-20")
    elif f[21].strip() == "D":
        unit.issue("excluded", "administration deleted", "RXA-21")
    elif reading.coding(f[5]).code == _NO_VACCINE:
        unit.issue("excluded", "not administered", "RXA-5")
    else:
        start = unit.time(f[3], "RXA-3")
        told = reading.word(f[9]) in _TOLD
        _drug(
            unit, f[5], "RXA-5", "patient_report" if told else "ehr_administration", start=start,
            end=unit.time(f[4], "RXA-4"), quantity="" if f[6] == _AMOUNT_UNKNOWN else f[6], dose_unit=f[7], lot=f[15],
            part=f"{f[2].strip()}|{start or ''}", provider=unit.provider(f[10]),
        )  # fmt: skip


def rxr(unit: Unit, f: list[str]) -> None:
    """RXR: by which route, of the drug before it."""
    if unit.drug is not None and unit.drug["route"] is None:
        unit.drug["route"] = unit.reading.name_of(f[1])


def _drug(
    unit: Unit, code: str, place: str, type_: str, *, start: str | None = None, end: str | None = None,
    quantity: str = "", dose_unit: str = "", refills: str = "", sig: str = "", number: str = "", part: str = "",
    lot: str = "", provider: str | None = None, replaceable: bool = False,
) -> None:  # fmt: skip
    unit.finish()
    reading = unit.reading
    coding = reading.coding(code)
    if taken_back(unit):
        return
    if not coding.said:
        unit.issue("quarantined", "drug without a code", place)
        return
    # How long an order runs says nothing of a package handed out or a dose given.
    ordered_from, ordered_to = unit.timing if type_ == "ehr_prescription" else (None, None)
    start = start or ordered_from or unit.order_time
    unit.drug = {
        "key": _key(unit, coding, place, reading.word(number), part, start),
        **coding._asdict(),
        "start_time": start or unit.event_time,
        "end_time": end or ordered_to,
        "quantity": reading.word(quantity),
        "dose_unit": reading.name_of(dose_unit),
        "refills": reading.word(refills),
        "sig": _instruction(unit, sig),
        "route": None,
        "lot_number": reading.word(lot),
        "provider_key": provider or unit.order_provider or unit.attending_key,
        "type": type_,
        "replaceable": replaceable,
    }
    unit.pending.append(lambda: _write(unit))


def _write(unit: Unit) -> None:
    drug, unit.drug = unit.drug, None
    if drug is not None:
        drug.pop("replaceable", None)
        unit.event("drug", drug.pop("key"), **drug)


def _key(unit: Unit, coding: Coding, place: str, number: str | None, part: str, start: str | None) -> str:
    order = unit.order_number or number
    if order:
        return f"{place[:3]}|{order}|{coding.said}|{part}"
    return f"{place[:3]}|{unit.person_key}|{coding.said}|{part}|{(start or '')[:8]}"


def _instruction(unit: Unit, field: str) -> str | None:
    code, text = unit.reading.components(unit.reading.first(field), 2)
    return unit.reading.text(text) or unit.reading.text(code)


def _old_timing(unit: Unit, field: str) -> tuple[str | None, str | None]:
    """Start and end of a quantity/timing (TQ), as orders had it before TQ1."""
    part: list[Any] = unit.reading.components(unit.reading.first(field), 5)
    return unit.time(part[3], "RXE-1"), unit.time(part[4], "RXE-1")
