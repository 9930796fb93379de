"""A filed form as staging rows: an observation for each answer, of the type case report form"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import BinaryIO

from medark.model.filed import FiledAnswer, FiledForm, filed
from medark.model.record import Chunk, RawRecord
from medark.model.source import Source
from medark.standardise.formats.staged import Event, Staged, UnitCount, UnitIssue

VISIT = "urn:medark:visit:"  # a visit by its number here: see domains/visit_number.sql
_LARGEST = 1 << 20


class AnswersReader:
    """A form is one chunk of one unit."""

    def chunks(self, record: RawRecord, content: BinaryIO) -> Iterator[Chunk]:
        """The whole form; of one past the limit just enough for `stage` to refuse it."""
        yield Chunk(record.record_no, content.read(_LARGEST + 1), record.name)

    def stage(self, chunk: Chunk, source: Source) -> Staged:
        """Its answers; else a unit_issue."""
        staged = Staged()
        staged.add(UnitCount(chunk.record_no, 0, 0, unit="form", units=1))
        form = filed(chunk.content) if len(chunk.content) <= _LARGEST else None
        if form is None:
            staged.add(UnitIssue(chunk.record_no, 0, 0, outcome="quarantined", reason="no filed form", place="form"))
            return staged
        for part_no, one in enumerate(form.answers):
            staged.add(_observed(chunk.record_no, part_no, form, one))
        return staged

    def blanked(self, content: bytes, row_nos: Collection[int]) -> bytes:
        """Nothing: a form is one unit."""
        return b"" if row_nos else content


def _observed(record_no: int, part_no: int, form: FiledForm, one: FiledAnswer) -> tuple[object, ...]:
    number = f"{one.value:.15g}" if isinstance(one.value, float) else None
    return Event(
        record_no, 0, part_no,
        kind="observation", event_key=f"{form.app}|{form.form}|{one.item}|{one.value}", person_key=form.person,
        visit_key=None if form.visit is None else f"{VISIT}{form.visit}", code=one.item, start_time=one.at,
        type="case_report_form", value=number, value_text=one.value if isinstance(one.value, str) else None,
    )  # fmt: skip
