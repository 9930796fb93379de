"""What a column fills in a map: slots by element, and what the general ones mean in a table of some kind"""

from __future__ import annotations

from collections.abc import Mapping

from medark.standardise.propose.names import elements

# In a table of a kind, what its code, its name, its times and its values are.
_GENERAL: Mapping[str, Mapping[str, str]] = {
    "diagnosis": {"code": "diag.code", "name": "diag.name", "start": "diag.time", "stop": "diag.end", "time": "diag.time:2"},
    "procedure": {"code": "proc.code", "name": "proc.name", "start": "proc.start", "stop": "proc.end", "time": "proc.start:2"},
    "drug": {"code": "drug.code", "name": "drug.name", "start": "drug.start", "stop": "drug.stop", "time": "drug.start:2",
             "value": "drug.dose", "unit": "drug.dose_unit"},
    "lab": {"code": "meas.code", "name": "meas.name", "start": "meas.time:2", "time": "meas.time", "value": "meas.value",
            "unit": "meas.unit"},
    "note": {"name": "note.title", "start": "note.time:2", "time": "note.time"},
    "exam": {"code": "exam.code", "name": "exam.name", "start": "exam.time", "time": "exam.time:2"},
    "fee": {"time": "fee.time", "start": "fee.time:2", "value": "fee.amount:2"},
    "visit": {"start": "visit.start", "stop": "visit.end", "time": "visit.start:2"},
    "stay": {"start": "detail.start", "stop": "detail.end", "time": "detail.start:2"},
    "coverage": {"start": "cov.start", "stop": "cov.end"},
    "allergy": {"name": "allergy", "start": "allergy.time", "time": "allergy.time"},
    "device": {"code": "device.code", "name": "device.name", "start": "device.start", "stop": "device.end", "time": "device.start:2"},
    "dept": {"code": "care_site_key", "name": "care_site_name"},
    "staff": {"code": "provider_key:2"},
    "dictionary": {"code": "dict.code", "name": "dict.name"},
}  # fmt: skip
# The kinds in which an element's slot is made something of, by what its name begins with; others are at home everywhere.
_HOMES: Mapping[str, frozenset[str]] = {
    "diag": frozenset({"diagnosis", "visit", "exam"}), "proc": frozenset({"procedure", "visit"}), "drug": frozenset({"drug"}),
    "meas": frozenset({"lab"}), "exam": frozenset({"exam"}), "fee": frozenset({"fee"}), "visit": frozenset({"visit"}),
    "detail": frozenset({"stay"}), "cov": frozenset({"coverage"}), "device": frozenset({"device"}),
    "note": frozenset({"note", "exam", "visit"}), "class_text": frozenset({"visit", "stay"}),
    "admitted_from": frozenset({"visit", "stay"}), "discharged_to": frozenset({"visit", "stay"}),
    "prov": frozenset({"staff"}), "allergy": frozenset({"allergy", "patient", "visit"}),
    "care_site_name": frozenset({"visit", "stay", "dept"}), "created": frozenset({"patient"}),
}  # fmt: skip
# In a table of another kind, what some times stand for.
_ELSEWHERE: Mapping[str, Mapping[str, str]] = {
    "dictionary": {"diag.code": "dict.code", "diag.name": "dict.name", "drug.code": "dict.code", "drug.name": "dict.name",
                   "proc.code": "dict.code", "proc.name": "dict.name", "meas.code": "dict.code", "meas.name": "dict.name",
                   "meas.loinc": "dict.loinc"},
    "diagnosis": {"visit.start": "diag.time:4", "meas.time": "diag.time:5"},
    "procedure": {"visit.start": "proc.start:4", "meas.time": "proc.start:3", "meas.code": "proc.code:3"},
    "drug": {"meas.time": "drug.start:3"}, "exam": {"meas.time": "exam.time:3"}, "note": {"meas.time": "note.time:3"},
}  # fmt: skip


def slot_of(element: str, kind: str) -> str:
    """The slot that an element fills in a table of a kind, or "". After a colon: second choices.

    >>> slot_of("start", "drug"), slot_of("start", "visit"), slot_of("diag_code", "fee"), slot_of("gender", "lab")
    ('drug.start', 'visit.start', '', 'gender')
    """
    slot = elements()[element].slot
    if slot.startswith("g."):
        return _GENERAL.get(kind, {}).get(slot[2:], "")
    bare = slot.partition(":")[0]
    if bare in _ELSEWHERE.get(kind, {}):
        return _ELSEWHERE[kind][bare]
    homes = _HOMES.get(bare.partition(".")[0])
    if homes is not None and kind not in homes:
        return ""
    if kind == "dictionary" and bare not in ("care_site_key",):
        return "dict.code" if slot == "row_key" else ""
    return slot


def slots() -> frozenset[str]:
    """Every slot that a person may name."""
    own = {
        one.slot.partition(":")[0] if not one.slot.startswith(("id:", "wide:", "obs:")) else one.slot
        for one in elements().values()
    }
    general = {slot.partition(":")[0] for slots_ in _GENERAL.values() for slot in slots_.values()}
    return frozenset(slot for slot in own | general if slot and not slot.startswith("g."))
