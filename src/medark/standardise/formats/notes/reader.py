"""Note files as chunks and staging rows: a file is one unit"""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterator
from typing import BinaryIO

from medark.messages import N_
from medark.model.record import Chunk, RawRecord
from medark.model.source import Source
from medark.standardise.formats.notes.heading import iso_time, note_type, split
from medark.standardise.formats.staged import Identifier, Note, Person, Staged, UnitCount, UnitIssue

NOTE_BYTES = 4 << 20  # a book; what is longer is no note


class NoteReader:
    """A file is one chunk of one unit."""

    def chunks(self, record: RawRecord, content: BinaryIO) -> Iterator[Chunk]:
        """The whole file; of one past the limit just enough for `stage` to refuse it."""
        yield Chunk(record.record_no, content.read(NOTE_BYTES + 1), record.name)

    def stage(self, chunk: Chunk, source: Source) -> Staged:
        """A note, if the file says whose it is; else a unit_issue."""
        staged = Staged()
        staged.add(UnitCount(chunk.record_no, 0, 0, unit="document", units=1))
        text, encoding = decoded(chunk.content)
        header, body = split(text) if text is not None else ({}, "")
        reason, place = _fault(chunk.content, text, header, body)
        if reason:
            staged.add(UnitIssue(chunk.record_no, 0, 0, outcome="quarantined", reason=reason, place=place))
        else:
            _add(chunk.record_no, header, body, encoding, staged)
        return staged

    def blanked(self, content: bytes, row_nos: Collection[int]) -> bytes:
        """Nothing: a file is one unit."""
        return b"" if row_nos else content


def _fault(content: bytes, text: str | None, header: dict[str, str], body: str) -> tuple[str, str]:
    if len(content) > NOTE_BYTES:
        return N_("note too long"), "file"
    if text is None:
        return N_("neither UTF-8, UTF-16 nor GB 18030"), "file"
    if "\0" in text:
        return N_("not a text"), "file"
    if "patient_id" not in header:
        return N_("no patient named"), "patient_id"
    return ("", "") if body.strip() else ("note without text", "text")


def decoded(content: bytes) -> tuple[str | None, str]:
    """Text with line ends made one, and its encoding; None when it is in none of those that notes come in."""
    for encoding in _candidates(content):
        try:
            text = content[: NOTE_BYTES + 1].decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"), encoding
    return None, ""


def _candidates(content: bytes) -> tuple[str, ...]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if content[1:2] == b"\0":
        return ("utf-16-le",)
    if content[:1] == b"\0":
        return ("utf-16-be",)
    return ("utf-8", "gb18030")


def _add(record_no: int, header: dict[str, str], body: str, encoding: str, staged: Staged) -> None:
    person_key = header["patient_id"]
    staged.add(Identifier(record_no, 0, 0, person_key=person_key, kind="MR", value=person_key))
    if "name" in header:
        staged.add(Identifier(record_no, 0, 1, person_key=person_key, kind="name", value=header["name"]))
    if "sex" in header or "birth_date" in header:
        birth_time = iso_time(header.get("birth_date"))
        staged.add(Person(record_no, 0, 0, person_key=person_key, birth_time=birth_time, gender=header.get("sex")))
    staged.add(
        Note(
            record_no,
            0,
            0,
            event_key=header.get("note_id"),
            person_key=person_key,
            visit_key=header.get("visit_id"),
            note_time=iso_time(header.get("date")),
            title=header.get("title") or header.get("type"),
            class_text=header.get("type"),
            text=body,
            encoding=encoding.upper(),
            language=header.get("language"),
            type=note_type(header.get("type")),
        )
    )
