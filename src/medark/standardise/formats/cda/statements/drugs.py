"""Medications and vaccines: what was given, taken, prescribed or dispensed"""

from __future__ import annotations

from collections.abc import Iterable

from medark.standardise.formats.cda.document import Here
from medark.standardise.formats.cda.narrative import Passages
from medark.standardise.formats.cda.parse import Element, data_type
from medark.standardise.formats.cda.statements.devices import add_devices
from medark.standardise.formats.cda.statements.events import add_event, when
from medark.standardise.formats.cda.statements.facts import not_a_fact, related, status_code
from medark.standardise.formats.cda.values import Columns, Concept, concept

_SIG = 1000
_GIVEN = "ehr_administration"


def substance_administration(statement: Element, here: Here) -> Iterable[tuple[Element, Here]]:
    """The drug; the dispensings of it that happened come next, each an event of its own."""
    passages = here.document.passages
    material = statement.find("consumable/manufacturedProduct/manufacturedMaterial")
    supplies = [part for part in related(statement, "REFR", "COMP") if part.tag == "supply"]
    ordered = next((part for part in supplies if part.get("moodCode") != "EVN"), None)
    prescribed = statement.get("moodCode") != "EVN"
    add_event(
        statement,
        here,
        "drug",
        _product(material, passages),
        when(statement, here),
        type="ehr_prescription" if prescribed else here.rule.type,
        stop_reason="aborted" if status_code(statement) == "aborted" else None,
        sig=_sig(statement, passages),
        route=_route(statement),
        lot_number=_lot(material),
        **_amount(statement, ordered, here.rule.type),
    )
    dispensed = [part for part in supplies if part is not ordered and not_a_fact(part, here.rule) is None]
    return [(part, here.within(part)) for part in dispensed]


def supply(statement: Element, here: Here) -> Iterable[tuple[Element, Here]]:
    """A drug that was dispensed, or a device that was supplied."""
    material = statement.find("product/manufacturedProduct/manufacturedMaterial")
    times = when(statement, here)
    if add_devices(statement, here, times):
        return ()
    if material is None:
        here.unit.issue("not_understood", "supply of nothing that is named", here.place)
        return ()
    if here.rule.kind == "device":
        add_event(statement, here, "device", _product(material, here.document.passages), times)
        return ()
    quantity = statement.find("quantity")
    add_event(
        statement, here, "drug", _product(material, here.document.passages), times,
        type="ehr_dispensing", lot_number=_lot(material), days_supply=_days(statement),
        quantity=quantity.get("value") if quantity is not None else None,
    )  # fmt: skip
    return ()


def _product(material: Element | None, passages: Passages) -> Concept:
    if material is None:
        return Concept((), None)
    idea = concept(material.find("code"), passages)
    name = " ".join("".join(material.find("name").itertext()).split()) if material.find("name") is not None else ""
    return idea if idea.said else idea._replace(text=name or None)


def _amount(statement: Element, ordered: Element | None, kind: str) -> Columns:
    """What was ordered; of a drug that was given at a time, its dose. A dose to take daily is no quantity."""
    dose = statement.find("doseQuantity")
    unit = dose.get("unit") if dose is not None else None
    quantity = ordered.find("quantity") if ordered is not None else None
    refills = ordered.find("repeatNumber") if ordered is not None else None
    if quantity is None and kind == _GIVEN:
        quantity = dose
    return {
        "quantity": quantity.get("value") if quantity is not None else None,
        "dose_unit": unit,
        "refills": refills.get("value") if refills is not None else None,
        "days_supply": _days(ordered) if ordered is not None else None,
    }


def _days(statement: Element) -> str | None:
    width = statement.find("expectedUseTime/width")
    return width.get("value") if width is not None and width.get("unit") == "d" else None


def _route(statement: Element) -> str | None:
    code = statement.find("routeCode")
    return (code.get("displayName") or code.get("code")) if code is not None else None


def _lot(material: Element | None) -> str | None:
    lot = material.find("lotNumberText") if material is not None else None
    return (" ".join("".join(lot.itertext()).split()) or None) if lot is not None else None


def _sig(statement: Element, passages: Passages) -> str | None:
    """The document's own words for how it is taken, else dose and period."""
    if (words := passages.text(statement.find("text"))) is not None:
        return words[:_SIG]
    dose = statement.find("doseQuantity")
    said = [dose.get("value"), dose.get("unit")] if dose is not None else []
    for time in statement.findall("effectiveTime"):
        period = time.find("period")
        if data_type(time) == "PIVL_TS" and period is not None and period.get("value"):
            said += ["every", period.get("value"), period.get("unit")]
    return " ".join(word for word in said if word) or None
