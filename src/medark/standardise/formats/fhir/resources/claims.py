"""Claim and ExplanationOfBenefit: what care cost; and, where a claim is the only witness, what was diagnosed and done.

A claim and its explanation of benefit share their keys, so that what was adjudicated takes the place of what was
asked for and no charge is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from medark.standardise.formats.fhir.codes import CODE_COLUMNS, codes, says_something
from medark.standardise.formats.fhir.elements import Concept, Element, Link, Money, Period, Resource, began, number
from medark.standardise.formats.fhir.issue import excluded, not_understood, quarantined
from medark.standardise.formats.fhir.resources.relations import key_of
from medark.standardise.formats.fhir.status import must_have_happened
from medark.standardise.formats.fhir.unit import KINDS, Unit
from medark.standardise.formats.staged import row_of

_EVENT_KINDS = ("condition", "drug", "procedure", "device", "measurement", "observation", "visit")
# Adjudication category to OMOP cost column. Source: HL7 adjudication value codes (R4); CMS Blue Button variables.
_COLUMNS = {
    "submitted": "total_charge",
    "copay": "copay",
    "eligible": "amount_allowed",
    "deductible": "deductible",
    "coinsurance": "coinsurance",
    "benefit": "paid_by_payer",
    "paidbypatient": "paid_by_patient",
    "line_sbmtd_chrg_amt": "total_charge",
    "line_alowd_chrg_amt": "amount_allowed",
    "line_bene_ptb_ddctbl_amt": "deductible",
    "line_coinsrnc_amt": "coinsurance",
    "line_prvdr_pmt_amt": "paid_by_payer",
    "line_nch_pmt_amt": "paid_by_payer",
}
_AMOUNTS = tuple(dict.fromkeys(_COLUMNS.values()))
_COST = row_of(
    "cost", "event_key person_key about_kind about_key cost_time currency plan_key revenue_code type", *_AMOUNTS
)
_DIAGNOSED = row_of("event", "kind event_key person_key visit_key provider_key start_time type", CODE_COLUMNS)
_UNCLAIMED = {
    "preauthorization": "not realised: preauthorization",
    "predetermination": "not realised: predetermination",
}


class ClaimProcedure(Element):
    sequence: int | None = None
    date: str | None = None
    procedure_codeable_concept: Concept | None = None
    procedure_reference: Link | None = None


class ClaimDiagnosis(Element):
    sequence: int | None = None
    diagnosis_codeable_concept: Concept | None = None
    diagnosis_reference: Link | None = None


class SupportingInfo(Element):
    sequence: int | None = None
    value_reference: Link | None = None


class Insurance(Element):
    coverage: Link | None = None


class Adjudication(Element):
    category: Concept | None = None
    amount: Money | None = None


class Item(Element):
    sequence: int | None = None
    product_or_service: Concept | None = None
    serviced_date: str | None = None
    serviced_period: Period | None = None
    encounter: list[Link] | None = None
    procedure_sequence: list[int] | None = None
    information_sequence: list[int] | None = None
    revenue: Concept | None = None
    net: Money | None = None
    adjudication: list[Adjudication] | None = None


class Billed(Resource):
    """What a claim and an explanation of benefit share."""

    status: str | None = None
    use: str | None = None
    patient: Link | None = None
    billable_period: Period | None = None
    created: str | None = None
    provider: Link | None = None
    prescription: Link | None = None
    procedure: list[ClaimProcedure] | None = None
    diagnosis: list[ClaimDiagnosis] | None = None
    supporting_info: list[SupportingInfo] | None = None
    insurance: list[Insurance] | None = None
    item: list[Item] | None = None


class Claim(Billed, tag="Claim", tag_field="resourceType"):
    total: Money | None = None


class Total(Element):
    category: Concept | None = None
    amount: Money | None = None


class Payment(Element):
    amount: Money | None = None


class ExplanationOfBenefit(Billed, tag="ExplanationOfBenefit", tag_field="resourceType"):
    claim: Link | None = None
    total: list[Total] | None = None
    payment: Payment | None = None


def claim_rows(claim: Claim, at: Unit) -> Iterator[tuple[Any, ...]]:
    """What was asked for."""
    asked = {"total_charge": _money(claim.total, "total.value")}
    yield from _billed(claim, at, claim.id and f"Claim/{claim.id}", asked, claim.total)


def benefit_rows(benefit: ExplanationOfBenefit, at: Unit) -> Iterator[tuple[Any, ...]]:
    """What was adjudicated, in place of what was asked for."""
    claim = at.target(benefit.claim)[1]
    key = f"Claim/{claim}" if claim else benefit.id and f"ExplanationOfBenefit/{benefit.id}"
    paid = benefit.payment.amount if benefit.payment else None
    amounts = _amounts(benefit.total or (), "total")
    amounts.setdefault("paid_by_payer", _money(paid, "payment.amount.value"))
    yield from _billed(benefit, at, key, amounts, next((t.amount for t in benefit.total or () if t.amount), paid))


def _billed(
    bill: Billed, at: Unit, key: str | None, amounts: dict[str, str | None], money: Money | None
) -> Iterator[tuple[Any, ...]]:
    must_have_happened(type(bill).__name__, bill.status)
    if bill.use in _UNCLAIMED:
        raise excluded(_UNCLAIMED[bill.use], "use")
    if not key:
        raise quarantined("required element missing", "id")
    person = at.patient(bill.patient, "patient")
    about, only_witness = _about_whole(bill, at), _is_only_witness(bill)
    events = list(_coded_events(bill, at, key, person, about, only_witness))
    costs = list(_costs(bill, at, key, person, amounts, money, about, only_witness))
    if not events and not costs:
        raise not_understood("no event that its amounts are about", "item")
    yield from events
    yield from costs


def _costs(
    bill: Billed,
    at: Unit,
    key: str,
    person: str,
    amounts: dict[str, str | None],
    money: Money | None,
    about: tuple[str, str] | None,
    only_witness: bool,
) -> Iterator[tuple[Any, ...]]:
    part_no = 0
    plan = next((at.target(i.coverage)[1] for i in bill.insurance or () if at.target(i.coverage)[1]), None)
    start = began(bill.billable_period) or bill.created
    if about and any(amounts.values()):
        yield _cost(at, 0, key, person, about, start, money, plan, amounts)
        part_no = 1
    for index, item in enumerate(bill.item or ()):
        if item.net is None and not item.adjudication:
            continue
        subject = _about_item(bill, item, at)
        if subject is None and only_witness:
            subject = "procedure", f"{key}#item {_sequence(item, index)}"
        priced = _item_amounts(item, index)
        if subject and any(priced.values()):
            own = f"{key}#item {_sequence(item, index)}"
            when = item.serviced_date or began(item.serviced_period) or start
            yield _cost(at, part_no, own, person, subject, when, item.net or money, plan, priced, item.revenue)
            part_no += 1


def _cost(
    at: Unit,
    part_no: int,
    key: str,
    person: str,
    about: tuple[str, str],
    time: str | None,
    money: Money | None,
    plan: str | None,
    amounts: dict[str, str | None],
    revenue: Concept | None = None,
) -> tuple[Any, ...]:
    return _COST((
        at.record_no, at.row_no, part_no, key, person, *about, time, money.currency if money else None, plan,
        codes(revenue, "procedure")[0], "claim", *map(amounts.get, _AMOUNTS),
    ))  # fmt: skip


def _sequence(item: Item, index: int) -> int:
    return item.sequence if item.sequence is not None else index + 1


def _about_whole(bill: Billed, at: Unit) -> tuple[str, str] | None:
    """The prescription a claim is for, else the first encounter that one of its items names."""
    kind, identity = at.target(bill.prescription)
    if identity:
        name = kind or "MedicationRequest"
        return ("drug", f"{name}/{identity}") if KINDS.get(name) == "drug" else None
    for item in bill.item or ():
        for encounter in item.encounter or ():
            visit, _ = at.visit(encounter)
            if visit:
                return "visit", visit
    return None


def _about_item(bill: Billed, item: Item, at: Unit) -> tuple[str, str] | None:
    """The event that a claim line is about: its procedure, what its information names, its encounter."""
    for wanted in item.procedure_sequence or ():
        for procedure in bill.procedure or ():
            identity = at.target(procedure.procedure_reference)[1]
            if procedure.sequence == wanted and identity:
                return "procedure", f"Procedure/{identity}"
    for wanted in item.information_sequence or ():
        for information in bill.supporting_info or ():
            name, identity = at.target(information.value_reference)
            kind = KINDS.get(name or "")
            if information.sequence == wanted and name and identity and kind in _EVENT_KINDS:
                return kind, key_of(name, identity)
    visit, _ = at.visit(next(iter(item.encounter or ()), None))
    return ("visit", visit) if visit else None


def _item_amounts(item: Item, index: int) -> dict[str, str | None]:
    amounts = _amounts(item.adjudication or (), "item[", index, "].adjudication")
    amounts.setdefault("total_charge", _money(item.net, "item[", index, "].net.value"))
    return amounts


def _amounts(given: list[Total] | list[Adjudication] | tuple[()], *place: str | int) -> dict[str, str | None]:
    """Amounts by OMOP cost column, of the categories that have one."""
    amounts: dict[str, str | None] = {}
    for part in given:
        for coding in (part.category.coding or ()) if part.category else ():
            column = _column(coding.code or "")
            if column and column not in amounts:
                amounts[column] = _money(part.amount, *place, ".amount.value")
    return amounts


@lru_cache(maxsize=1024)
def _column(category: str) -> str | None:
    return _COLUMNS.get(category.rsplit("/", 1)[-1])


def _money(money: Money | None, *place: str | int) -> str | None:
    return number(money.value, *place) if money else None


def _is_only_witness(bill: Billed) -> bool:
    """Does the claim refer to no clinical resource, so that its codes are all that is known?"""
    return not (
        bill.prescription
        or any(p.procedure_reference for p in bill.procedure or ())
        or any(d.diagnosis_reference for d in bill.diagnosis or ())
        or any(item.encounter for item in bill.item or ())
    )


def _coded_events(
    bill: Billed, at: Unit, key: str, person: str, about: tuple[str, str] | None, only_witness: bool
) -> Iterator[tuple[Any, ...]]:
    """Diagnoses and procedures that a claim names by code, and its lines if it is the only witness."""
    start = began(bill.billable_period) or bill.created
    found: list[tuple[str, str, Concept | None, str | None]] = [
        ("condition", f"diagnosis {index}", diagnosis.diagnosis_codeable_concept, start)
        for index, diagnosis in enumerate(bill.diagnosis or (), 1)
    ]
    found += [
        ("procedure", f"procedure {index}", done.procedure_codeable_concept, done.date or start)
        for index, done in enumerate(bill.procedure or (), 1)
    ]
    if only_witness:
        found += [
            (
                "procedure",
                f"item {_sequence(item, index)}",
                item.product_or_service,
                item.serviced_date or began(item.serviced_period) or start,
            )
            for index, item in enumerate(bill.item or ())
        ]
    for part_no, (kind, part, concept, when) in enumerate(entry for entry in found if entry[2] is not None):
        said = codes(concept, kind)
        if says_something(said):
            visit = about[1] if about and about[0] == "visit" else None
            yield _DIAGNOSED((
                at.record_no, at.row_no, part_no, kind, f"{key}#{part}", person, visit, at.provider(bill.provider),
                when, "claim", *said,
            ))  # fmt: skip
