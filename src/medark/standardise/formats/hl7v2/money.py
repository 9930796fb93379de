"""IN1, FT1: who pays, and what was charged"""

from __future__ import annotations

from medark.standardise.formats.hl7v2.facts import procedure_key
from medark.standardise.formats.hl7v2.reading import Coding
from medark.standardise.formats.hl7v2.unit import Unit
from medark.standardise.formats.staged import Cost, Coverage

# FT1-6 (HL7 table 0017): charges and payments are amounts; credits and adjustments only take them back.
_CHARGES = ("", "CG", "CO")
_PAYMENT = "PY"


def in1(unit: Unit, f: list[str]) -> None:
    """IN1: a plan that covers the patient. The policy number and the insured person are not taken."""
    reading = unit.reading
    plan, company = reading.coding(f[2]), reading.identified(reading.first(f[3]))
    payer_text = reading.text(reading.components(reading.first(f[4]), 1)[0])
    if not (plan.said or company.value or payer_text):
        unit.issue("quarantined", "coverage without plan or company", "IN1-2")
        return
    key = f"{unit.person_key}|{company.key or payer_text or ''}|{plan.said}"
    start = unit.time(f[12], "IN1-12") or unit.visit_start or unit.event_time
    said = {
        "start_time": start, "end_time": unit.time(f[13], "IN1-13"),
        "payer_code": company.value or None, "payer_system": company.authority or None, "payer_text": payer_text,
        "plan_code": plan.code, "plan_system": plan.code_system, "plan_text": plan.code_text,
    }  # fmt: skip
    if unit.batch.is_news("coverage", key, said):
        unit.add(Coverage, plan_key=key, person_key=unit.person_key, **said)


def ft1(unit: Unit, f: list[str]) -> None:
    """FT1: a charge, what it was for, and the diagnoses it names."""
    kind = (unit.reading.word(f[6]) or "").upper()
    if kind not in (*_CHARGES, _PAYMENT):
        unit.issue("excluded", "credit or adjustment", "FT1-6")
        return
    day = unit.time(f[4], "FT1-4") or unit.event_time
    about_kind, about_key = _about(unit, f, day)
    for raw in unit.repetitions(f[19], "FT1-19"):
        _diagnosis(unit, unit.reading.coding(raw), day)
    if about_key is None:
        unit.issue("quarantined", "charge of nothing that is known", "FT1-25")
        return
    amount, currency = _money(unit, f[11])
    if amount is None:
        amount, currency = _money(unit, f[12])
    number = unit.reading.word(f[2])
    key = f"FT1|{number or ''}|{unit.within}|{unit.reading.coding(f[7]).said}|{day or ''}|{f[1].strip()}"
    unit.add(
        Cost, event_key=unit.unique(key), person_key=unit.person_key, about_kind=about_kind, about_key=about_key,
        cost_time=day, currency=currency, total_charge=None if kind == _PAYMENT else amount,
        total_paid=amount if kind == _PAYMENT else None, type="cost_record",
    )  # fmt: skip


def _about(unit: Unit, f: list[str], day: str | None) -> tuple[str, str | None]:
    """What the charge is for: the procedure (FT1-25) or drug (FT1-29) it names, else the visit."""
    procedure, drug = unit.reading.coding(f[25]), unit.reading.coding(f[29])
    provider = unit.provider(f[20]) or unit.attending_key
    quantity = unit.reading.word(f[10])
    if procedure.said:
        modifier = unit.reading.coding(f[26])
        key = procedure_key(unit, procedure, day)
        if key not in unit.keys:
            unit.charged.add(key)
            unit.event(
                "procedure", key, **procedure._asdict(), start_time=day, quantity=quantity, provider_key=provider,
                modifier_code=modifier.code, modifier_system=modifier.code_system, type="ehr_billing",
            )  # fmt: skip
        return "procedure", key
    if drug.said:
        key = f"FT1|{unit.within}|{drug.said}|{(day or '')[:8]}"
        if key not in unit.keys:
            unit.event(
                "drug", key, **drug._asdict(), start_time=day, quantity=quantity, provider_key=provider,
                type="ehr_billing",
            )  # fmt: skip
        return "drug", key
    return "visit", unit.visit_key


def _diagnosis(unit: Unit, coding: Coding, day: str | None) -> None:
    key = f"FT1|{unit.within}|{coding.said}"
    if coding.said and key not in unit.keys:
        unit.event("condition", key, **coding._asdict(), start_time=day, type="ehr_billing")


def _money(unit: Unit, field: str) -> tuple[str | None, str | None]:
    """Amount and currency of a composite price (quantity & currency ^ …)."""
    price = unit.reading.components(unit.reading.first(field), 1)[0]
    amount, *currency = (unit.reading.text(part) for part in price.split(unit.reading.delimiters.sub, 2)[:2])
    return amount, currency[0] if currency else None
