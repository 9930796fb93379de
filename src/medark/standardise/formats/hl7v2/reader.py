"""HL7 v2 records: cut into messages, staged, single messages emptied"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import BinaryIO

from medark.model.record import Chunk, RawRecord
from medark.model.source import Source
from medark.standardise.formats.hl7v2 import cutting
from medark.standardise.formats.hl7v2.batch import Batch
from medark.standardise.formats.hl7v2.message import stage_message
from medark.standardise.formats.staged import Staged, UnitCount, UnitIssue

_UNIT = "message"


class Hl7v2Reader:
    """HL7 version 2.1 to 2.8: single messages, files of many, batches, MLLP frames."""

    def chunks(self, record: RawRecord, content: BinaryIO) -> Iterator[Chunk]:
        """Runs of whole messages of about 16 MiB; a message over 64 MiB is a chunk with a fault, without its bytes."""
        return cutting.chunks(record, content)

    def stage(self, chunk: Chunk, source: Source) -> Staged:
        """Staging rows of a chunk's messages."""
        return self.stage_together((chunk,), source)

    def stage_together(self, chunks: Sequence[Chunk], source: Source) -> Staged:
        """Staging rows of several chunks: what their messages are read by is worked out once for all of them."""
        batch = Batch(source)
        for chunk in chunks:
            batch.begin(chunk.record_no)
            _stage(chunk, batch)
        batch.staged.add_table("event", batch.results.table())
        return batch.staged

    def blanked(self, content: bytes, row_nos: Collection[int]) -> bytes:
        """The record with these messages reduced to an empty header; every other byte as it was."""
        pieces, at = [], 0
        for row_no, (start, end) in enumerate(cutting.units(content)):
            pieces.append(content[at:start])
            pieces.append(_emptied(content[start:end]) if row_no in row_nos else content[start:end])
            at = end
        pieces.append(content[at:])
        return b"".join(pieces)


def _stage(chunk: Chunk, batch: Batch) -> None:
    row_no = chunk.first_row_no
    if chunk.fault:
        batch.staged.add(UnitIssue(chunk.record_no, row_no, 0, outcome="quarantined", reason=chunk.fault))
        row_no += 1
    else:
        content = chunk.content
        for start, end in cutting.units(content):
            stage_message(content[start:end], row_no, batch)
            row_no += 1
    if chunk.last:
        batch.staged.add(UnitCount(chunk.record_no, 0, 0, unit=_UNIT, units=row_no))


def _emptied(message: bytes) -> bytes:
    """What is left of a message: a unit still, that says nothing; the ending of its last segment stays."""
    ending = message[len(message.rstrip(b"\r\n\x0b\x1c")) :]
    return b"MSH|^~\\&|" + (ending or b"\r")
