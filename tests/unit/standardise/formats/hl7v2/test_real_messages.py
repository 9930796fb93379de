"""The 139 real messages: what is staged against counts taken by a plain split of the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Set
from pathlib import Path

import pytest

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.hl7v2 import READER

# Types that nothing is read of, and types of which no more than patient and visit is.
NOT_READ = {"ADT^A29", "ADT^A41", "BAR^P02", "REF^I12", "REF^I14"}
NO_FACTS = {
    *(f"ADT^A{n:02}" for n in (5, 11, 14, 15, 16, 25, 26, 27, 40, 45, 47)), "MDM^T01", "MDM^T05", "MDM^T09",
    *(f"SIU^S{n}" for n in (12, 13, 14, 15, 16, 17, 26)),
}  # fmt: skip
WITHOUT_RESULT = {"D", "W", "X", "N", "O", "I"}
VALUES = {"NM", "SN", "ST", "CE", "CWE", "DT", "TS", "TM"}

Message = list[list[str]]


@pytest.fixture(scope="module")
def files(shared_data: Callable[[str], Path]) -> list[Path]:
    return sorted(shared_data("hl7v2_messages").rglob("*.hl7"))


@pytest.fixture(scope="module")
def messages(files: list[Path]) -> list[Message]:
    """Plainly split: all of them have the usual delimiters and end their segments with a line feed."""
    texts = [path.read_bytes().decode("utf-8-sig") for path in files]
    return [[line.strip("\r").split("|") for line in text.split("\n") if line.strip()] for text in texts]


@pytest.fixture(scope="module")
def staged(files: list[Path]) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for record_no, path in enumerate(files):
        for name, table in READER.stage(Chunk(record_no, path.read_bytes()), Source("real")).tables().items():
            found.setdefault(name, []).extend(table.to_pylist())
    return found


def kind(message: Message) -> str:
    return "^".join(message[0][8].split("^")[:2])


def segments(messages: list[Message], name: str, *, besides: Set[str] = frozenset()) -> Iterator[list[str]]:
    for message in messages:
        if kind(message) not in NOT_READ | besides:
            yield from (segment + [""] * 60 for segment in message if segment[0] == name)


def test_every_file_is_one_message(files: list[Path], staged: dict[str, list[dict[str, object]]]) -> None:
    assert len(files) == 139
    assert [row["units"] for row in staged["unit_count"]] == [1] * 139


def test_only_the_types_that_are_not_read_are_not_understood_as_a_whole(
    messages: list[Message], staged: dict[str, list[dict[str, object]]]
) -> None:
    unread = [row for row in staged["unit_issue"] if row["reason"] == "message type not read"]
    assert Counter(row["place"] for row in unread) == Counter(
        f"MSH-9 {kind(message)}" for message in messages if kind(message) in NOT_READ
    )
    assert not [row for row in staged["unit_issue"] if row["outcome"] == "quarantined"]


def test_patients(messages: list[Message], staged: dict[str, list[dict[str, object]]]) -> None:
    patients = Counter(f[3].split("~")[0].split("^")[0] or f[2].split("^")[0] for f in segments(messages, "PID"))
    assert Counter(str(row["person_key"]).split("|")[0] for row in staged["person"]) == patients


def test_results_with_values(messages: list[Message], staged: dict[str, list[dict[str, object]]]) -> None:
    expected = Counter(
        (f[2] in ("CE", "CWE"), f[3].split("^")[0])
        for f in segments(messages, "OBX", besides=NO_FACTS)
        if f[2] in VALUES and f[11].strip() not in WITHOUT_RESULT
        for value in f[5].split("~")
        if value
    )
    found = Counter(
        (row["value_code"] is not None, row["code"])
        for row in staged["event"]
        if row["code_text"] != "Allergy" and (row["value"] is not None or row["value_code"] is not None)
    )
    coded_without_code = {(True, "8867-4"), (False, "8867-4")}  # heart rates sent as CWE with free numbers
    assert {k: n for k, n in found.items() if k not in coded_without_code} == {
        k: n for k, n in expected.items() if k not in coded_without_code
    }
    assert sum(found.values()) == sum(expected.values())


@pytest.mark.parametrize(
    ("segment", "kind_", "type_"),
    [("DG1", "condition", "ehr"), ("PRB", "condition", "ehr_problem_list"), ("PR1", "procedure", "ehr")],
)
def test_facts(
    segment: str, kind_: str, type_: str, messages: list[Message], staged: dict[str, list[dict[str, object]]]
) -> None:
    deleted = {"DG1": 21, "PRB": 1, "PR1": 20}[segment]
    expected: Counter[str] = Counter()
    for message in messages:
        charged = (
            {f[25].split("^")[0] for f in segments([message], "FT1")} if kind(message).startswith("DFT") else set()
        )
        for f in segments([message], segment, besides=NO_FACTS):
            code = f[3].split("^")[0]
            if f[deleted].strip() not in ("D", "DE") and not (segment == "PR1" and code in charged):
                expected[code] += 1
    found = Counter(
        row["code"]
        for row in staged["event"]
        if (row["kind"], row["type"]) == (kind_, type_) and not str(row["event_key"]).startswith("OBR|")
    )
    assert sum(expected.values()) > 0
    assert found == expected


def test_allergies_vaccines_charges_and_merges(
    messages: list[Message], staged: dict[str, list[dict[str, object]]]
) -> None:
    allergies = sum(1 for name in ("AL1", "IAM") for f in segments(messages, name, besides=NO_FACTS) if f[3])
    planned_types = {"ADT^A05", "ADT^A14", "ADT^A15", "ADT^A16"}
    planned = sum(f[0] == "AL1" for m in messages if kind(m) in planned_types for f in m)
    assert sum(row["code_text"] == "Allergy" for row in staged["event"]) == allergies + planned
    given = [f for f in segments(messages, "RXA") if f[20].strip()[:2] not in ("RE", "NA")]
    assert sum(str(row["event_key"]).startswith("RXA") for row in staged["event"]) == len(given)
    charges = [f for m in messages if kind(m).startswith("DFT") for f in m if f[0] == "FT1"]
    assert len(staged["cost"]) == len(charges)
    merges = [m for m in messages if kind(m) in ("ADT^A40", "ADT^A47")]
    assert len(staged["person_link"]) == sum(f[0] == "MRG" for m in merges for f in m)


def test_no_name_of_a_patient_is_outside_the_identifiers(
    messages: list[Message], staged: dict[str, list[dict[str, object]]]
) -> None:
    names = {f[5].split("^")[0].split("&")[0] for f in segments(messages, "PID") if len(f[5].split("^")[0]) > 4}
    assert len(names) > 5
    for table, rows in staged.items():
        if table not in ("identifier", "note"):
            said = {str(value) for row in rows for value in row.values()}
            assert not [name for name in names if any(name in value for value in said)], table
