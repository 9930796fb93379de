"""What is read of each kind of message: its segments, and what keeps it from having happened"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from medark.standardise.formats.hl7v2 import drugs, facts, money, orders, patient, specimens, texts, visit
from medark.standardise.formats.hl7v2.appointments import appointment, booked_visit, sch
from medark.standardise.formats.hl7v2.observation import obx
from medark.standardise.formats.hl7v2.unit import Unit

Segment = Callable[[Unit, list[str]], None]
Segments = Mapping[str, Segment]


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """How one kind of message is read. `excluded`: why it is not something that happened; its patient is true still."""

    segments: Segments
    before_patient: Segments  # read until there is a patient
    result_type: str = "ehr"
    excluded: str = ""
    at_end: Callable[[Unit], None] | None = None


_EVENT: Segments = {"EVN": patient.evn}
_PATIENT: Segments = {"EVN": patient.evn, "PDA": patient.pda}
_ALLERGIES: Segments = {"AL1": facts.al1, "IAM": facts.iam}
_FACTS: Segments = {
    **_ALLERGIES, "DG1": facts.dg1, "PR1": facts.pr1, "IN1": money.in1, "OBX": obx, "PRB": facts.prb,
}  # fmt: skip
_KNOWN: Segments = {**_PATIENT, "PV1": visit.known_visit}
_ORDER: Segments = {"ORC": orders.orc, "TQ1": orders.tq1}
_DRUGS: Segments = {
    "RXO": drugs.rxo, "RXE": drugs.rxe, "RXD": drugs.rxd, "RXG": drugs.rxg, "RXA": drugs.rxa, "RXR": drugs.rxr,
}  # fmt: skip

_STAY = Rule({**_PATIENT, **_FACTS, "PV1": visit.stay}, _EVENT)
_PERSON = Rule({**_KNOWN, **_FACTS}, _EVENT)
_CANCELLED_STAY = Rule({**_PATIENT, "PV1": visit.cancelled}, _EVENT, excluded="admission cancelled")
_DELETED_VISIT = Rule({**_PATIENT, "PV1": visit.cancelled}, _EVENT, excluded="visit deleted")
_PLANNED = Rule({**_PATIENT, **_ALLERGIES, "IN1": money.in1}, _EVENT, excluded="planned, not yet happened")
_PLAN_CANCELLED = Rule(_PATIENT, _EVENT, excluded="plan cancelled")
_MERGE = Rule({**_PATIENT, "MRG": patient.mrg_person}, _EVENT)
_LINK = Rule(_PATIENT, _EVENT, at_end=patient.linked)
_UNLINK = Rule(_PATIENT, _EVENT, at_end=patient.unlinked)
_MOVE_VISIT = Rule({**_PATIENT, "MRG": patient.mrg_visit}, _EVENT)

_REPORT = Rule(
    {
        **_KNOWN, **_ORDER, "OBR": orders.result_group, "OBX": obx, "SPM": specimens.spm, "NTE": texts.comment,
        **_ALLERGIES, "DG1": facts.dg1, "PR1": facts.pr1,
    },
    _EVENT, result_type="lab",
)  # fmt: skip
_ASKED = Rule({**_KNOWN, **_FACTS, **_ORDER, "OBR": orders.asked, "RXO": drugs.rxo, "RXR": drugs.rxr}, _EVENT)
_PRESCRIBED = Rule({**_KNOWN, **_FACTS, **_ORDER, **_DRUGS}, _EVENT)
# Where a drug is handed out or given, RXO and RXE only repeat the order.
_HANDED_OUT = Rule({**_KNOWN, **_FACTS, **_ORDER, "RXD": drugs.rxd, "RXR": drugs.rxr}, _EVENT)
_GIVEN = Rule(
    {**_KNOWN, **_FACTS, **_ORDER, "RXA": drugs.rxa, "RXG": drugs.rxg, "RXR": drugs.rxr, "NTE": texts.comment}, _EVENT
)
_DOCUMENT = Rule({**_KNOWN, **_ORDER, "OBR": orders.result_group, "TXA": texts.txa, "OBX": obx}, _EVENT)
_DOCUMENT_GONE = Rule(_KNOWN, _EVENT, excluded="document cancelled")
_NOTICE = Rule(_KNOWN, _EVENT, excluded="notice of a document, without it")
_APPOINTMENT = Rule(
    {**_PATIENT, "PV1": booked_visit, "TQ1": orders.tq1, "SCH": sch},
    {**_EVENT, "SCH": sch, "TQ1": orders.tq1}, at_end=appointment,
)  # fmt: skip
_CHARGE = Rule({**_KNOWN, **_FACTS, **_ORDER, "FT1": money.ft1}, _EVENT)
_PROBLEM = Rule({**_KNOWN, **_FACTS}, _EVENT)


def _each(kind: str, triggers: str, rule: Rule) -> dict[str, Rule]:
    return {f"{kind}^{trigger}": rule for trigger in triggers.split()}


# Message type and trigger (MSH-9) → rule. Source: HL7 table 0003 (event types), chapters 3, 4, 4A, 6, 7, 9, 10 and 12.
# Not here, so "not understood": queries, master files, swaps of patients, merges of accounts, referrals.
RULES: Mapping[str, Rule] = MappingProxyType({
    **_each("ADT", "A01 A02 A03 A04 A06 A07 A08 A09 A10 A12 A13 A21 A22", _STAY),
    **_each("ADT", "A28 A31 A60", _PERSON),
    **_each("ADT", "A11", _CANCELLED_STAY),
    **_each("ADT", "A23", _DELETED_VISIT),
    **_each("ADT", "A05 A14 A15 A16", _PLANNED),
    **_each("ADT", "A25 A26 A27 A38", _PLAN_CANCELLED),
    **_each("ADT", "A18 A30 A34 A36 A39 A40 A46 A47", _MERGE),
    **_each("ADT", "A24", _LINK),
    **_each("ADT", "A37", _UNLINK),
    **_each("ADT", "A45", _MOVE_VISIT),
    **_each("ORU", "R01 R03 R30 R31 R32 R40 W01", _REPORT),
    **_each("OUL", "R21 R22 R23 R24", _REPORT),
    **_each("ORM", "O01", _ASKED),
    **_each("OML", "O21 O33 O35 O39", _ASKED),
    **_each("OMG", "O19", _ASKED),
    **_each("OMI", "O23", _ASKED),
    **_each("OMP", "O09", _PRESCRIBED),
    **_each("RDE", "O01 O11 O25", _PRESCRIBED),
    **_each("RDS", "O01 O13", _HANDED_OUT),
    **_each("RGV", "O01 O15", _GIVEN),
    **_each("RAS", "O01 O17", _GIVEN),
    **_each("VXU", "V04", _GIVEN),
    **_each("MDM", "T02 T04 T06 T08 T10", _DOCUMENT),
    **_each("MDM", "T01 T03 T05 T07 T09", _NOTICE),
    **_each("MDM", "T11", _DOCUMENT_GONE),
    **_each("SIU", "S12 S13 S14 S15 S16 S17 S18 S19 S20 S21 S22 S23 S24 S26", _APPOINTMENT),
    **_each("DFT", "P03 P11", _CHARGE),
    **_each("BAR", "P01 P05 P12", _PERSON),
    **_each("PPR", "PC1 PC2 PC3", _PROBLEM),
})  # fmt: skip
