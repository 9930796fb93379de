"""Results as columns are the rows that the row maker would have made."""

from __future__ import annotations

import pytest

from medark.model.record import Chunk
from medark.model.source import Source
from medark.standardise.formats.hl7v2 import READER
from medark.standardise.formats.hl7v2.results import Results, reference_range
from medark.standardise.formats.staged import Event, schema, to_table

HEAD = "MSH|^~\\&|LIS|NORTH|HUB|CITY|20260301||ORU^R01|1|P|2.5\rPID|1||4711\rOBR|1||F1|CBC|||20260301\r"


def test_no_results_are_an_empty_table() -> None:
    assert Results().table().equals(schema("event").empty_table())


def test_results_equal_rows() -> None:
    obx = "OBX|1|NM|718-7^HGB^LN||12.5|g/dL^gram^UCUM|13 to 18|L|||F\rOBX|2|CE|A^B^L|1|1^one^L|||||F\r"
    made = READER.stage(Chunk(9, (HEAD + obx).encode()), Source("lis")).tables()["event"]
    here = {"kind": "measurement", "person_key": "4711", "start_time": "20260301", "type": "lab"}
    rows = [
        Event(9, 0, 0, event_key="F1|CBC|718-7|", code="718-7", code_system="LN", code_text="HGB", value="12.5",
              unit="g/dL", range_low="13", range_high="18", qualifier="L", **here),
        Event(9, 0, 1, event_key="F1|CBC|A|1", code="A", code_system="L", code_text="B", value_code="1",
              value_system="L", value_text="one", **here),
    ]  # fmt: skip
    assert made.equals(to_table("event", rows))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.5-5.3", ("3.5", "5.3")), ("70_105", ("70", "105")), ("-2 - +2", (None, None)), ("-2--1", ("-2", "-1")),
        (">=10", ("10", None)), ("≤ 5", (None, "5")), ("0.0 - 1.0 mg/dL", ("0.0", "1.0")), ("阴性", (None, None)),
        ("4.0—10.0", ("4.0", "10.0")), ("1.2.3-4", (None, None)), ("", (None, None)), ("9" * 1000, (None, None)),
    ],
)  # fmt: skip
def test_reference_ranges(text: str, expected: tuple[str | None, str | None]) -> None:
    assert tuple(reference_range(text)) == expected


def test_a_chunk_tells_a_patient_once_until_something_changes() -> None:
    message = "MSH|^~\\&|HIS|N|H|C|20260301||ADT^A08|1|P|2.5\rPID|1||4711||Doe^Jane||{born}|F\r"
    content = "".join(message.format(born=born) for born in ("1960", "1960", "1961", "1960"))
    tables = READER.stage(Chunk(1, content.encode()), Source("his")).tables()
    assert tables["person"].column("birth_time").to_pylist() == ["1960", "1961", "1960"]
    assert tables["person"].column("row_no").to_pylist() == [0, 2, 3]
    assert tables["unit_count"].to_pylist()[0]["units"] == 4


@pytest.mark.parametrize("last", [True, False])
def test_units_are_counted_on_the_last_chunk(last: bool) -> None:
    tables = READER.stage(Chunk(1, HEAD.encode() * 2, first_row_no=5, last=last), Source("lis")).tables()
    assert ("unit_count" in tables) is last
    if last:
        assert tables["unit_count"].to_pylist()[0]["units"] == 7


def test_a_chunk_with_a_fault_is_one_quarantined_message() -> None:
    tables = READER.stage(Chunk(1, b"", first_row_no=3, fault="message longer than the limit"), Source("lis")).tables()
    assert tables["unit_issue"].to_pylist()[0]["outcome"] == "quarantined"
    assert tables["unit_count"].to_pylist()[0]["units"] == 4
