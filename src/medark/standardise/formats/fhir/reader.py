"""The FHIR R4 reader: chunks of whole resources, staged; single units emptied."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from medark.model.record import Chunk, RawRecord
from medark.model.source import Source
from medark.standardise.formats.fhir.blank import blanked
from medark.standardise.formats.fhir.cut import chunks
from medark.standardise.formats.fhir.stage import stage
from medark.standardise.formats.staged import Staged


@dataclass(frozen=True, slots=True)
class FhirReader:
    """FHIR R4 (4.0.1): Bundle of any type, NDJSON, single resources. A unit is an entry, a line or the resource."""

    def chunks(self, record: RawRecord, content: BinaryIO) -> Iterator[Chunk]:
        return chunks(record, content)

    def stage(self, chunk: Chunk, source: Source) -> Staged:
        return stage(chunk)

    def blanked(self, content: bytes, row_nos: Collection[int]) -> bytes:
        return blanked(content, row_nos)
