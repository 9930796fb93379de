"""ORC, OBR, TQ1: which order the segments after them belong to, and whether what was ordered was done"""

from __future__ import annotations

from medark.standardise.formats.hl7v2.unit import Unit

# ORC-1 (HL7 table 0119): orders that were taken back, refused or stopped before anything came of them.
_TAKEN_BACK = frozenset({"CA", "CR", "DC", "DR", "OC", "OD", "OH", "UA", "UC", "UD", "DE", "OE", "HD"})
_DONE = frozenset({"CM"})  # ORC-5 (table 0038): completed
_RESULTED = frozenset({"F", "C", "P", "A", "R"})  # OBR-25 (table 0123): there are results
# OBR-24 (table 0074): sections whose report is of a procedure done to the patient.
PROCEDURE_SECTIONS = {
    "RAD": "ehr_radiology", "RX": "ehr_radiology", "CT": "ehr_radiology", "NMR": "ehr_radiology",
    "NMS": "ehr_radiology", "RUS": "ehr_radiology", "OUS": "ehr_radiology", "VUS": "ehr_radiology",
    "CUS": "ehr_radiology", "XRC": "ehr_radiology", "IMG": "ehr_radiology", "EC": "ehr", "EN": "ehr", "CTH": "ehr",
    "OSL": "ehr", "CP": "ehr_pathology", "SP": "ehr_pathology",
}  # fmt: skip
_IMAGES = frozenset(section for section, kind in PROCEDURE_SECTIONS.items() if kind != "ehr_pathology")


def orc(unit: Unit, f: list[str]) -> None:
    """A new order: its number at the filler, else at the placer, and its state."""
    unit.finish()
    unit.clear_order()
    unit.order_number = _number(unit, f[3], f[2])
    unit.order_key = unit.order_number or ""
    unit.order_control, unit.order_status = f[1].strip().upper(), f[5].strip().upper()
    unit.order_provider = unit.provider(f[12])


def result_group(unit: Unit, f: list[str]) -> None:
    """OBR of a report: the results after it are of this order and test."""
    _test(unit, f)
    if unit.order_section in _IMAGES and unit.order_code:
        key = f"{unit.order_number or unit.within}|{unit.order_code}|{'' if unit.order_number else unit.order_time}"
        _procedure(unit, f, key)


def asked(unit: Unit, f: list[str]) -> None:
    """OBR of an order message: something that happened only if the order was carried out."""
    _test(unit, f)
    if taken_back(unit):
        return
    if unit.order_status in _DONE or f[25].strip().upper() in _RESULTED:
        _procedure(unit, f, f"{unit.order_number or unit.within}|{unit.order_code}|")
    else:
        unit.issue("excluded", "ordered, not done", "OBR")


def taken_back(unit: Unit) -> bool:
    """Was the current order cancelled, discontinued or refused? Then an issue says so."""
    if unit.order_control in _TAKEN_BACK:
        unit.issue("excluded", "order cancelled", "ORC-1")
        return True
    return False


def tq1(unit: Unit, f: list[str]) -> None:
    """TQ1: from when to when."""
    start, end = unit.time(f[7], "TQ1-7"), unit.time(f[8], "TQ1-8")
    unit.timing = (start, end)
    if unit.drug is not None and unit.drug["type"] == "ehr_prescription":
        unit.drug["start_time"] = start or unit.drug["start_time"]
        unit.drug["end_time"] = end or unit.drug["end_time"]


def _test(unit: Unit, f: list[str]) -> None:
    unit.finish()
    number = _number(unit, f[3], f[2])
    unit.order_number = number or unit.order_number
    test = unit.reading.coding(f[4])
    unit.order_at = -1
    unit.order_code = test.said
    unit.order_key = f"{unit.order_number}|{test.said}" if unit.order_number else ""
    unit.order_title = test.code_text or test.code
    unit.order_time = unit.time(f[7], "OBR-7") or unit.time(f[14], "OBR-14") or unit.time(f[22], "OBR-22")
    unit.order_provider = unit.provider(f[16]) or unit.order_provider
    unit.order_section = f[24].strip().upper()
    unit.document = None


def _number(unit: Unit, filler: str, placer: str) -> str | None:
    reading = unit.reading
    return (reading.number(reading.first(filler)) if filler else None) or (
        reading.number(reading.first(placer)) if placer else None
    )


def _procedure(unit: Unit, f: list[str], key: str) -> None:
    coding = unit.reading.coding(f[4])
    if coding.said:
        unit.event(
            "procedure", f"OBR|{key}", **coding._asdict(), start_time=unit.order_time or unit.event_time,
            provider_key=unit.order_provider or unit.attending_key,
            type=PROCEDURE_SECTIONS.get(unit.order_section, "ehr"),
        )  # fmt: skip
