"""A marker in every field that names a person, or someone near one, comes out in the identifiers and nowhere else."""

from __future__ import annotations

import pytest

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.hl7v2 import READER

MARK = "QzxCanary"
# Fields that name, number or reach the patient, a relative, a guarantor or a clinician. (PID-3 is a key: below.)
IDENTIFYING = {
    "EVN": (5,),
    "PID": (2, 4, 5, 6, 9, 11, 12, 13, 14, 18, 19, 20, 21, 23),
    "PD1": (3, 4),
    "NK1": (2, 4, 5, 6, 12, 13, 26, 30, 31, 32, 33),
    "ROL": (4, 11, 12),
    "GT1": (2, 3, 4, 5, 6, 7, 12, 16, 17, 18, 19, 42, 45),
    "IN1": (5, 6, 7, 8, 9, 10, 11, 14, 16, 19, 36, 44, 49),
    "IN2": (1, 2, 6, 7, 22, 40, 52, 61, 63),
    "OBR": (10, 17, 28, 32, 33, 34, 35),
    "OBX": (15, 16, 18, 23, 24, 25),
    "ORC": (9, 10, 11, 14, 19, 21, 22, 23, 24),
    "ZPI": (1, 2, 3),
    "SPM": (3,),
}
KEYS = {"person_key", "visit_key", "event_key", "detail_key", "plan_key", "about_key", "survivor_key", "provider_key"}


def segment(name: str, fields: dict[int, str]) -> str:
    return "|".join([name, *(fields.get(at, "") for at in range(1, 70))]).rstrip("|")


def marked(name: str, at: int) -> str:
    return f"{MARK}{name}{at}"


def planted(kind: str, *bodies: tuple[str, dict[int, str]]) -> bytes:
    lines = [rf"MSH|^~\&|HIS|NORTH|HUB|CITY|20260301||{kind}|1|P|2.5"]
    for name, given in bodies:
        marks = {at: marked(name, at) for at in IDENTIFYING.get(name, ())}
        lines.append(segment(name, {**marks, **given}))
    return "\r".join([*lines, ""]).encode()


PERSON = ("PID", {1: "1", 3: "4711^^^NORTH^MR", 7: "19610412", 8: "F", 10: "2106-3", 11: f"1 {MARK}PID11 Street^^Town"})
MESSAGES = {
    "admission": planted(
        "ADT^A01", ("EVN", {1: "A01", 2: "20260301"}), PERSON, ("PD1", {}), ("NK1", {3: "MTH"}), ("ROL", {}),
        ("PV1", {2: "I", 3: "MED", 7: f"77^{MARK}PV1^{MARK}", 19: "V1", 44: "20260301"}), ("GT1", {}),
        ("DG1", {3: "I10^Hypertension^I10", 16: f"^{MARK}DG1"}), ("PR1", {3: "X^^C4", 11: f"5^{MARK}PR1"}),
        ("IN1", {2: "HMO", 3: "C1", 4: "Payer", 12: "2026"}), ("IN2", {}), ("ZPI", {}),
    ),
    "report": planted(
        "ORU^R01", PERSON, ("ORC", {1: "RE", 3: "F1", 12: f"88^{MARK}ORC^Na"}), ("NK1", {}),
        ("OBR", {3: "F1", 4: "CBC^^L", 7: "20260301", 16: f"88^{MARK}OBR^Na"}),
        ("OBX", {2: "NM", 3: "718-7^HGB^LN", 5: "12", 11: "F"}),
        ("OBX", {2: "XPN", 3: "X^^L", 5: f"{MARK}value^Jane", 11: "F"}),
        ("OBX", {2: "CX", 3: "X^^L", 5: f"{MARK}value", 11: "F"}), ("SPM", {2: "S1", 4: "BLD"}),
    ),
    "merge": planted("ADT^A40", PERSON, ("MRG", {1: "9^^^NORTH^MR", 7: f"{MARK}MRG7"})),
    "charge": planted("DFT^P03", PERSON, ("PV1", {19: "V1"}), ("FT1", {2: "1", 6: "CG", 11: "5", 20: f"1^{MARK}FT1"})),
    "vaccine": planted(
        "VXU^V04", PERSON, ("NK1", {}), ("ORC", {3: "F1"}), ("RXA", {3: "20260301", 5: "20^^CVX", 10: f"1^{MARK}RXA"}),
    ),
}  # fmt: skip
# Every place where a value is refused: what is said of it must not repeat it.
REFUSED = {
    "type": planted(f"{MARK}^{MARK}", PERSON),
    "no number": planted("ADT^A08", ("PID", {2: "", 4: "", 5: MARK})),
    "birth": planted("ADT^A08", ("PID", {3: "4711", 7: f"{MARK}1961", 29: f"{MARK}2020"})),
    "times": planted("ORU^R01", PERSON, ("OBR", {3: "F", 7: MARK}), ("OBX", {2: "NM", 3: "A", 5: "1", 14: MARK})),
    "value type": planted("ORU^R01", PERSON, ("OBX", {2: MARK, 3: "A", 5: MARK})),
    "strangers": planted("ADT^A08", PERSON) + f"{MARK} is no segment\r{MARK[:3].upper()}|{MARK}\r".encode(),
    "no message": MARK.encode() * 3,
    "delimiters": f"MSH{MARK}|{MARK}\rPID|{MARK}\r".encode(),
    "embedded": planted("ORU^R01", PERSON, ("OBX", {2: "ED", 3: "A", 5: f"^TEXT^^Base64^{MARK}!"})),
}


def rows(content: bytes) -> list[tuple[str, str, object]]:
    """(table, column, value) of all that is staged."""
    tables = READER.stage(Chunk(1, content), Source("north/his", authorities=("NORTH",))).tables()
    return [(name, c, v) for name, t in tables.items() for row in t.to_pylist() for c, v in row.items()]


@pytest.mark.parametrize("name", MESSAGES)
def test_markers_only_reach_the_identifiers(name: str) -> None:
    found = [(table, column) for table, column, value in rows(MESSAGES[name]) if MARK in str(value)]
    assert set(found) == {("identifier", "value")}


@pytest.mark.parametrize("at", [2, 4, 5, 9, 11, 13, 14, 18, 19, 20])
def test_every_identifier_of_the_patient_is_in_the_crosswalk(at: int) -> None:
    said = [value for table, column, value in rows(MESSAGES["admission"]) if (table, column) == ("identifier", "value")]
    assert any(f"{MARK}PID{at}" in str(value) for value in said)


def test_relatives_guarantors_and_clinicians_are_nowhere() -> None:
    said = " ".join(str(value) for name in MESSAGES for _, _, value in rows(MESSAGES[name]))
    assert not [name for name in IDENTIFYING if name != "PID" and f"{MARK}{name}" in said]


def test_the_patient_number_is_only_in_keys_and_identifiers() -> None:
    content = MESSAGES["admission"].replace(b"4711", MARK.encode()).replace(b"|V1|", b"|" + MARK.encode() + b"|")
    found = {(table, column) for table, column, value in rows(content) if MARK in str(value)}
    assert {column for table, column in found if table != "identifier"} <= KEYS


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_not_repeated(name: str) -> None:
    issues = [value for table, _, value in rows(REFUSED[name]) if table == "unit_issue"]
    assert issues
    assert not [value for value in issues if MARK[:3].lower() in str(value).lower()]


def test_a_chunk_shows_nothing_of_its_content() -> None:
    assert MARK not in repr(Chunk(1, MESSAGES["admission"]))
