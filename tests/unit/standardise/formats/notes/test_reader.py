"""Note files: whose they are, what they say, and which are refused"""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medark.model.record import Chunk, Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.notes import READER
from medark.standardise.formats.notes.reader import NOTE_BYTES
from medark.standardise.formats.staged import Staged

_NOTE = """病案号：10023
住院号：Z17
姓名：王小东
性别：男
出生日期：1960年1月2日
日期：2023年10月10日 08:30
类型：出院小结
标题：心内科出院小结
language: zh
科室：心内科

主诉：胸痛3天。

好转出院。
"""


def _stage(content: bytes) -> Staged:
    return READER.stage(Chunk(4, content), Source("north"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_a_note_is_the_same_in_every_encoding(encoding: str, line_end: str) -> None:
    text = _NOTE.replace("\n", line_end)
    # Without a mark only the zero bytes of ASCII tell UTF-16, so such a file begins with some.
    content = (text if encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16") else "\r\n" + text).encode(encoding)
    staged = _stage(content)
    (note,), (person,) = staged.rows["note"], staged.rows["person"]
    assert (note.person_key, note.visit_key, note.note_time) == ("10023", "Z17", "2023-10-10T08:30")
    assert (note.title, note.type, note.language) == ("心内科出院小结", "ehr_discharge_summary", "zh")
    assert note.text == "主诉：胸痛3天。\n\n好转出院。"
    assert (person.gender, person.birth_time) == ("男", "1960-01-02")
    assert [(row.kind, row.value) for row in staged.rows["identifier"]] == [("MR", "10023"), ("name", "王小东")]
    assert staged.rows["unit_issue"] == []


def test_without_sex_or_birth_nothing_is_said_about_the_person() -> None:
    staged = _stage(b"Patient ID: 7\nNote_ID: N1\n\nWell.")
    assert staged.rows["person"] == []
    assert [(row.event_key, row.type, row.note_time) for row in staged.rows["note"]] == [("N1", "ehr_note", None)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"Feels well today.\n\nNo fever.", "no patient named"),
        (b"", "no patient named"),
        (b"date: 2023-01-01\n\nWell.", "no patient named"),
        (b"patient_id: 7\nWell.\n\nMore.", "no patient named"),
        (b"patient_id: 7\n\n \n", "note without text"),
        (b"patient_id: 7\n\nwe\0ll", "not a text"),
        (b"patient_id: 7\n\n\xff\xff", "neither UTF-8, UTF-16 nor GB 18030"),
    ],
)
def test_what_is_not_a_patients_note_is_quarantined(content: bytes, reason: str) -> None:
    staged = _stage(content)
    assert [(row.outcome, row.reason) for row in staged.rows["unit_issue"]] == [("quarantined", reason)]
    assert {name for name, rows in staged.rows.items() if rows} == {"unit_count", "unit_issue"}


def test_a_note_is_one_chunk_and_a_giant_is_refused() -> None:
    record = RawRecord(4, "", "north", "a.txt", 1, Format.TEXT_NOTE, 1)
    (chunk,) = READER.chunks(record, BytesIO(b"x" * (NOTE_BYTES + 100)))
    assert len(chunk.content) == NOTE_BYTES + 1
    assert [row.reason for row in READER.stage(chunk, Source("n")).rows["unit_issue"]] == ["note too long"]


def test_erasing_a_note_leaves_nothing() -> None:
    assert (READER.blanked(b"abc", [0]), READER.blanked(b"abc", [])) == (b"", b"abc")


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_any_bytes_end_as_a_note_or_with_a_reason(content: bytes) -> None:
    staged = _stage(content)
    assert len(staged.rows["note"]) + len(staged.rows["unit_issue"]) == 1
    assert [row.units for row in staged.rows["unit_count"]] == [1]
