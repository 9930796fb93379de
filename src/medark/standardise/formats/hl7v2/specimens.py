"""SPM, and OBR-15 before there was SPM: samples that were taken"""

from __future__ import annotations

from medark.standardise.formats.hl7v2.unit import Unit
from medark.standardise.formats.staged import Specimen


def spm(unit: Unit, f: list[str]) -> None:
    """SPM: one sample of the current order."""
    reading = unit.reading
    kind, site = reading.coding(f[4]), reading.coding(f[8])
    if not kind.said:
        unit.issue("quarantined", "specimen without a kind", "SPM-4")
        return
    number = _number(unit, f[2])
    within = unit.order_number or unit.within
    quantity, unit_of = reading.components(reading.first(f[12]), 2)
    unit.add(
        Specimen,
        event_key=unit.unique(f"SPM|{number}" if number else f"SPM|{within}|{f[1].strip()}|{kind.said}"),
        person_key=unit.person_key,
        visit_key=unit.visit_key,
        code=kind.code,
        code_system=kind.code_system,
        code_text=kind.code_text,
        collected_time=unit.time(f[17], "SPM-17") or unit.order_time or unit.event_time,
        quantity=reading.word(quantity),
        unit=reading.word(unit_of),
        site_code=site.code,
        site_system=site.code_system,
        site_text=site.code_text,
        type="lab",
    )


def _number(unit: Unit, field: str) -> str | None:
    """Specimen id: the filler's number, else the placer's (each an EI of sub-components)."""
    sub = unit.reading.delimiters.sub
    placer, filler = unit.reading.components(unit.reading.first(field), 2)
    for entity in (filler, placer):
        value, *space = (unit.reading.text(part) for part in entity.split(sub, 2)[:2])
        if value:
            return f"{value}|{space[0]}" if space and space[0] else value
    return None
