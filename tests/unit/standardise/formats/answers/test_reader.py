"""A filed form as staging rows; anything else is quarantined, and an erased one is nothing."""

from __future__ import annotations

import io

import pytest

from medark.model.filed import FiledAnswer, FiledForm, filed, raw
from medark.model.record import Chunk, Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats import reader_of

AT = "2024-07-01T08:30:00.000+08:00"
ANSWERS = (FiledAnswer("vte:bed_rest", 1.0, AT), FiledAnswer("vte:note", "well", AT), FiledAnswer("vte:ibd", None, AT))
FORM = FiledForm("f1", "vte", "1.1.0", "assessment", "nina", "17", 42, ANSWERS)
READER, SOURCE = reader_of(Format.ANSWERS), Source("north/app:vte")


def events(content: bytes) -> list[object]:
    return READER.stage(Chunk(7, content), SOURCE).rows["event"]


def test_a_form_is_read_as_it_was_written() -> None:
    assert filed(raw(FORM)) == FORM
    record = RawRecord(7, "", SOURCE.name, "vte/assessment.json", 1, Format.ANSWERS, 1)
    (chunk,) = READER.chunks(record, io.BytesIO(raw(FORM)))
    assert (chunk.content, chunk.last) == (raw(FORM), True)


def test_each_answer_is_an_observation_of_the_person_and_visit() -> None:
    bed, note, none = events(raw(FORM))
    for row, item in ((bed, "vte:bed_rest"), (note, "vte:note"), (none, "vte:ibd")):
        assert (row.kind, row.code, row.person_key, row.start_time) == ("observation", item, "17", AT)
        assert (row.type, row.visit_key) == ("case_report_form", "urn:medark:visit:42")
    assert [(row.value, row.value_text) for row in (bed, note, none)] == [("1", None), (None, "well"), (None, None)]
    assert len({row.event_key for row in (bed, note, none)}) == 3


def test_the_same_form_has_the_same_keys_and_another_has_others() -> None:
    again = FiledForm("f2", *(getattr(FORM, name) for name in FiledForm.__slots__[1:]))
    keys = [{row.event_key for row in events(raw(one))} for one in (FORM, FORM, again)]
    assert keys[0] == keys[1]
    assert not keys[0] & keys[2]


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", raw(FORM)[:-9], raw(FORM).replace(b'"17"', b"17"), b"x" * (2 << 20)]
)
def test_what_is_no_form_is_quarantined_whole(content: bytes) -> None:
    staged = READER.stage(Chunk(7, content), SOURCE).rows
    assert staged["event"] == []
    (issue,) = staged["unit_issue"]
    assert (issue.outcome, issue.reason) == ("quarantined", "no filed form")


def test_an_erased_form_is_nothing() -> None:
    assert READER.blanked(raw(FORM), {0}) == b""
    assert READER.blanked(raw(FORM), ()) == raw(FORM)
