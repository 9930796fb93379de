"""Files are cut into the same messages however they are read."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.model.record import Chunk, Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.hl7v2 import READER, cutting

RECORD = RawRecord(7, "0" * 64, "lis", "a.hl7", 0, Format.HL7V2, 1)
MESSAGE = b"MSH|^~\\&|A\rPID|1||7\r"


def cut(content: bytes) -> list[Chunk]:
    return list(READER.chunks(RECORD, io.BytesIO(content)))


def messages(content: bytes) -> list[bytes]:
    return [content[start:end] for start, end in cutting.units(content)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "CHUNK_BYTES", 40)
    monkeypatch.setattr(cutting, "MESSAGE_BYTES", 1000)
    monkeypatch.setattr(cutting, "_READ_BYTES", 7)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", 0),
        (b" \r\n\r\n", 0),
        (MESSAGE, 1),
        (MESSAGE * 3, 3),
        (b"\xef\xbb\xbf" + MESSAGE, 1),
        (b"\x0b" + MESSAGE + b"\x1c\r\x0b" + MESSAGE + b"\x1c\r", 2),
        (b"FHS|^~\\&\rBHS|^~\\&\r" + MESSAGE + b"BTS|1\rFTS|1\r", 1),
        (b"MSH|^~\\&|A\nNTE|1||MSH|is no start\nMSHA|nor this\n", 1),
        (b"something else\r" + MESSAGE, 2),
        (b"no message at all", 1),
        (b"\r" * 3000 + b"x", 1),
    ],
)
def test_units(content: bytes, expected: int) -> None:
    assert len(cutting.units(content)) == expected


_PIECES = st.sampled_from(
    [MESSAGE, b"MSH#*\n", b"MSH", b"\rMSH", b"\r", b"\n", b"\x0b", b"\x1c\r", b"PID|MSH|\r", b"MSHX\r", b"x" * 50,
     b"\xef\xbb\xbf", b"FHS|\r", b" "]
)  # fmt: skip


@pytest.mark.usefixtures("small")
@given(st.lists(_PIECES, max_size=12).map(b"".join))
def test_chunks_hold_the_messages_of_the_whole(content: bytes) -> None:
    chunks = cut(content)
    assert [chunk.last for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert b"".join(chunk.content for chunk in chunks) == content
    found = [message for chunk in chunks for message in messages(chunk.content)]
    assert found == messages(content)
    row_no = 0
    for chunk in chunks:
        assert chunk.first_row_no == row_no
        row_no += len(messages(chunk.content))


@pytest.mark.usefixtures("small")
def test_a_message_over_the_limit_is_a_fault_and_the_rest_goes_on() -> None:
    long = b"MSH|^~\\&|A\rOBX|" + b"^" * 2000 + b"\r"
    chunks = cut(MESSAGE + long + MESSAGE * 2)
    assert [(chunk.fault, chunk.first_row_no) for chunk in chunks] == [
        ("", 0), (cutting.TOO_LONG, 1), ("", 2), ("", 3),
    ]  # fmt: skip
    assert [chunk.content for chunk in chunks] == [MESSAGE, b"", MESSAGE, MESSAGE]


@pytest.mark.usefixtures("small")
def test_a_first_or_last_message_over_the_limit() -> None:
    long = b"MSH|^~\\&|A\rOBX|" + b"^" * 2000
    assert [(chunk.fault, chunk.last) for chunk in cut(long)] == [(cutting.TOO_LONG, True)]
    first = cut(b"junk\r" + long + b"\r" + MESSAGE)
    assert [(chunk.fault, chunk.first_row_no) for chunk in first] == [("", 0), (cutting.TOO_LONG, 1), ("", 2)]


def test_very_many_tiny_messages_are_several_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutting, "_MESSAGES", 100)
    monkeypatch.setattr(cutting, "_READ_BYTES", 500)
    chunks = cut(b"MSH|\r" * 1000)
    assert max(len(cutting.units(chunk.content)) for chunk in chunks) <= 200
    assert sum(len(cutting.units(chunk.content)) for chunk in chunks) == 1000


@given(st.lists(st.tuples(st.sampled_from([b"", b"\x0b"]), st.integers(0, 99)), min_size=1, max_size=6), st.data())
def test_blanked_empties_those_messages_and_moves_none(parts: list[tuple[bytes, int]], data: st.DataObject) -> None:
    content = b"".join(mark + b"MSH|^~\\&|A\rPID|1||secret%d\r" % number for mark, number in parts)
    chosen = data.draw(st.sets(st.integers(0, len(parts) - 1)))
    blanked = READER.blanked(content, chosen)
    before, after = messages(content), messages(blanked)
    assert len(after) == len(before)
    for row_no, (was, now) in enumerate(zip(before, after, strict=True)):
        if row_no in chosen:
            assert b"secret" not in now
        else:
            assert now == was
    assert messages(READER.blanked(blanked, chosen)) == after


def test_blanking_what_is_no_message() -> None:
    blanked = READER.blanked(b"secret words\r" + MESSAGE, {0})
    assert b"secret" not in blanked
    assert len(messages(blanked)) == 2
    assert blanked.endswith(MESSAGE)


def test_an_emptied_message_is_excluded() -> None:
    blanked = READER.blanked(MESSAGE + MESSAGE, {1})
    tables = READER.stage(Chunk(1, blanked), Source("lis")).tables()
    issues = {row["row_no"]: row["outcome"] for row in tables["unit_issue"].to_pylist()}
    assert issues[1] == "excluded"
