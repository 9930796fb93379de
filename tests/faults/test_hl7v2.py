"""Hostile messages: whatever the bytes, staging ends, soon, without an exception, and every unit is accounted for."""

from __future__ import annotations

import io
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.model.record import Chunk, Format, RawRecord
from medark.model.source import Source
from medark.model.staging import OUTCOMES, STAGING
from medark.standardise.formats.hl7v2 import READER, cutting
from medark.standardise.formats.hl7v2.rules import RULES

HEAD = b"MSH|^~\\&|A|B|C|D|20260301||ORU^R01|1|P|2.5\rPID|1||7\rOBR|1||F1|X^^L\r"
MILLION = 1_000_000


def account(content: bytes) -> dict[str, list[dict[str, object]]]:
    """The staged tables, after the checks that hold for any bytes."""
    tables = READER.stage(Chunk(1, content), Source("lis")).tables()
    found = {name: table.to_pylist() for name, table in tables.items()}
    units = len(cutting.units(content))
    assert [row["units"] for row in found["unit_count"]] == [units]
    for name, rows in found.items():
        required = [column.name for column in STAGING[name].columns if column.required]
        for row in rows:
            assert all(row[column] is not None for column in required), name
            assert name == "unit_count" or 0 <= row["row_no"] < units
        places = {(row["row_no"], row["part_no"]) for row in rows}
        assert len(places) == len(rows), name
    assert all(row["outcome"] in OUTCOMES for row in found.get("unit_issue", []))
    for start, end in cutting.units(content):
        alone = READER.stage(Chunk(1, content[start:end]), Source("lis")).tables()
        assert len(alone) > 1, "a unit that neither gives rows nor is told"
    return found


_NAMES = sorted({name for rule in RULES.values() for name in rule.segments} | {"PID", "MSH", "ZZ1", "QQQ", "NK1", ""})
_WORDS = st.sampled_from([
    "", '""', "F", "NM", "TX", "SN", "CE", "ED", "X", "A^B^LN", "1^2^3^4", "20260301", "2026-03-01", "7~8~9", "&a&",
    "\\T\\", "\\X4", "\\", "^^^^", "~~", "^TEXT^PLAIN^Base64^!!", "王", "\x00", "Y", "CA", "D", "999", "-1",
])  # fmt: skip
_SEGMENTS = st.builds(
    lambda name, fields: "|".join([name, *fields]), st.sampled_from(_NAMES), st.lists(_WORDS, max_size=31)
)
_STRUCTURED = st.builds(
    lambda kind, marks, body, end: f"MSH{marks}|A|B|C|D|20260301||{kind}|1|P|2.5{end}" + end.join([*body, ""]),
    st.sampled_from([*RULES, "ADT", "X^Y", ""]),
    st.sampled_from(["|^~\\&", "|^~\\&#", "|^", "|", "|!@#$", "|^^^^"]),
    st.lists(st.one_of(_SEGMENTS, st.just("PID|1||7^^^N^MR||Doe^J")), max_size=12),
    st.sampled_from(["\r", "\n", "\r\n"]),
).map(str.encode)


@settings(max_examples=300, deadline=None)
@given(st.lists(_STRUCTURED, min_size=1, max_size=3).map(b"".join))
def test_messages_of_any_content(content: bytes) -> None:
    account(content)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300).map(lambda noise: b"MSH|^~\\&|" + noise))
def test_any_bytes_after_a_header(content: bytes) -> None:
    account(content)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    account(content)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_message_with_bytes_changed(data: st.DataObject) -> None:
    content = bytearray(HEAD + b"OBX|1|CWE|A^B^LN|1|C^D^SCT|u|1-2|H|||F|||20260301\rNTE|1||text\rSPM|1|S||BLD\r")
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    account(bytes(content))


BOMBS = {
    "2 MB of component separators": HEAD + b"OBX|1|CWE|A|1|" + b"^" * 2 * MILLION + b"||||||F\r",
    "separators in the code": HEAD + b"OBX|1|NM|" + b"^" * 2 * MILLION + b"|1|1||||||F\r",
    "nothing but separators": b"^" * 2 * MILLION,
    "a million components": HEAD + b"OBX|1|CWE|A|1|" + b"a^" * MILLION + b"||||||F\r",
    "a million repetitions": HEAD + b"OBX|1|NM|A|1|" + b"1~" * MILLION + b"||||||F\r",
    "a million names": b"MSH|^~\\&|A|B|C|D|2026||ADT^A08|1|P|2.5\rPID|1||7||" + b"a~" * MILLION + b"\r",
    "a million numbers": b"MSH|^~\\&|A|B|C|D|2026||ADT^A08|1|P|2.5\rPID|1||" + b"7~" * MILLION + b"\r",
    "a million fields": HEAD + b"OBX|" + b"|" * MILLION + b"\r",
    "a million fields in PID": b"MSH|^~\\&|A|B|C|D|2026||ADT^A08|1|P|2.5\rPID" + b"|7" * MILLION + b"\r",
    "a million segments": HEAD + b"OBX\r" * MILLION,
    "a million empty lines": HEAD + b"\r" * MILLION,
    "200,000 messages": b"MSH|\r" * 200_000,
    "a million headers in one line": b"MSH" * MILLION,
    "a million sub-components": HEAD + b"SPM|1|" + b"&" * MILLION + b"||BLD\r",
    "2 MB of escape characters": HEAD + b"OBX|1|ST|A|1|" + b"\\" * 2 * MILLION + b"||||||F\r",
    "a million escapes": HEAD + b"OBX|1|TX|A|1|" + b"\\.br\\" * MILLION + b"||||||F\r",
    "escapes for a billion lines": HEAD + b"OBX|1|FT|A|1|" + b"\\.sp999999999\\" * 100_000 + b"||||||F\r",
    "an escape that does not end": HEAD + b"OBX|1|TX|A|1|" + b"\\X" + b"0" * 2 * MILLION + b"||||||F\r",
    "escapes that do not end": HEAD + b"OBX|1|TX|A|1|" + b"\\Zx" * MILLION + b"||||||F\r",
    "2 MB of NUL": HEAD + b"\x00" * 2 * MILLION,
    "a long word": HEAD + b"OBX|1|ST|A|1|" + b"a" * 2 * MILLION + b"||||||F\r",
    "a long number": HEAD + b"OBX|1|NM|A|1|" + b"9" * 2 * MILLION + b"|" + b"9" * MILLION + b"\r",
    "a long time": HEAD + b"OBX|1|NM|A|1|1||||||F|||" + b"2" * 2 * MILLION + b"\r",
    "long type": b"MSH|^~\\&|A|B|C|D|2026||" + b"^" * 2 * MILLION + b"\r",
    "high bytes": HEAD + b"\xff" * 2 * MILLION,
    "base64 without end": HEAD + b"OBX|1|ED|A|1|^TEXT^^Base64^" + b"A" * 2 * MILLION + b"||||||F\r",
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_end_soon_in_little_memory(name: str) -> None:
    content = BOMBS[name]
    READER.stage(Chunk(1, HEAD), Source("lis"))  # imports and caches are not what is measured
    tracemalloc.start()
    began = time.process_time()
    tables = READER.stage(Chunk(1, content), Source("lis")).tables()
    took = time.process_time() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert tables["unit_count"].num_rows == 1
    assert took < 30  # tracing makes it some ten times slower than it is; quadratic work would take hours
    assert peak < 400 * len(content) + (64 << 20)


@pytest.mark.parametrize("name", ["a million repetitions", "a million numbers", "a million names"])
def test_too_many_repetitions_are_told(name: str) -> None:
    issues = READER.stage(Chunk(1, BOMBS[name]), Source("lis")).tables()["unit_issue"].to_pylist()
    assert ("quarantined", "too many repetitions") in {(row["outcome"], row["reason"]) for row in issues}


@pytest.mark.parametrize(
    "content",
    [b"MSH", b"MSH|", b"MSH|^~\\&", b"MSH|^~\\&|", b"MSH|^~\\&\rPID", b"MSH||||||||ADT^A01", b"\x0b\x1c\r",
     b"PID|1||7\r",
     b"MSH|^~\\&|A|B|C|D|2026||ADT^A01\r", b"MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5\rOBX|1|NM|A||1\rPID|1||7\r",
     HEAD + b"PID|1||\rOBX|1|NM|A||1||||||F\r", b"\xff\xfeM\x00S\x00H\x00|\x00"],
)  # fmt: skip
def test_what_is_cut_short_or_out_of_order(content: bytes) -> None:
    account(content)


def test_results_before_any_patient_are_nobodys() -> None:
    found = account(b"MSH|^~\\&|A|B|C|D|2026||ORU^R01|1|P|2.5\rOBX|1|NM|A||1||||||F\r")
    assert set(found) == {"unit_count", "unit_issue"}


def test_results_of_a_patient_without_a_number_are_not_the_patients_before() -> None:
    found = account(HEAD + b"PID|1||\rOBX|1|NM|A||1||||||F\r")
    assert "event" not in found
    assert [row["outcome"] for row in found["unit_issue"]] == ["quarantined"]


class Endless(io.RawIOBase):
    """A message of one segment that is never in memory as a whole, with a small one after it."""

    def __init__(self, size: int) -> None:
        self._head, self._left, self._tail = HEAD + b"OBX|1|TX|A|1|", size, b"\r" + HEAD

    def read(self, size: int = -1) -> bytes:
        if self._head:
            given, self._head = self._head, b""
        elif self._left:
            given = b"a" * min(size, self._left)
            self._left -= len(given)
        else:
            given, self._tail = self._tail, b""
        return given


def test_a_segment_of_100_mb() -> None:
    record = RawRecord(1, "0" * 64, "lis", "a.hl7", 0, Format.HL7V2, 1)
    tracemalloc.start()
    chunks = list(READER.chunks(record, Endless(100 * MILLION)))  # type: ignore[arg-type]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2.5 * cutting.MESSAGE_BYTES
    assert [(chunk.fault, chunk.first_row_no, chunk.last) for chunk in chunks] == [
        (cutting.TOO_LONG, 0, False), ("", 1, True),
    ]  # fmt: skip
    tables = READER.stage(chunks[0], Source("lis")).tables()
    assert tables["unit_issue"].to_pylist()[0]["outcome"] == "quarantined"
