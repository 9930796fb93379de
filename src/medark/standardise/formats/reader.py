"""What every byte format can do: cut a record into chunks, stage a chunk, empty single units."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import BinaryIO, Protocol, runtime_checkable

from medark.model.record import Chunk, RawRecord
from medark.model.source import Source
from medark.standardise.formats.staged import Staged

CHUNK_BYTES = 16 << 20  # about what one chunk holds; small enough for a worker, large enough to be worth one


class Reader(Protocol):
    """One format. Stateless, so that a worker process can be handed it by name."""

    def chunks(self, record: RawRecord, content: BinaryIO) -> Iterator[Chunk]:
        """The record as runs of whole units, in order, in bounded memory; at least one, the final one `last`."""

    def stage(self, chunk: Chunk, source: Source) -> Staged:
        """Staging rows of a chunk. Bad input never raises: it becomes a unit_issue with a reason and a place."""

    def blanked(self, content: bytes, row_nos: Collection[int]) -> bytes:
        """The record with some units emptied (erasure); every other unit byte for byte, none moved."""


@runtime_checkable
class TogetherReader(Reader, Protocol):
    """A format of which many small records are staged faster at once than one by one."""

    def stage_together(self, chunks: Sequence[Chunk], source: Source) -> Staged:
        """What `stage` gives for each chunk, all in one."""
