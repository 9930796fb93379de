"""C-CDA documents as chunks, staging rows, and documents with entries emptied"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import BinaryIO

from medark.model.record import Chunk, RawRecord
from medark.model.source import Source
from medark.standardise.formats.cda.document import Document, Here
from medark.standardise.formats.cda.header import Unplaced, document_of
from medark.standardise.formats.cda.parse import DOCUMENT_BYTES, Element, Refused, parsed
from medark.standardise.formats.cda.places import emptied, units_of
from medark.standardise.formats.cda.sections import section_rule
from medark.standardise.formats.cda.statements import stage_entry
from medark.standardise.formats.cda.statements.notes import add_body, add_section_notes
from medark.standardise.formats.cda.unit import Unit
from medark.standardise.formats.staged import Staged, UnitCount, UnitIssue


class CdaReader:
    """A document is one chunk. Unit 0 is its header with the narrative; then each entry, in document order.

    A body that is no XML (a text, a PDF) counts as an entry. A document that can't be read is one unit; one that
    can't be given to a patient has all its units quarantined.
    """

    def chunks(self, record: RawRecord, content: BinaryIO) -> Iterator[Chunk]:
        """The whole document; of one past the limit just enough for `stage` to refuse it."""
        yield Chunk(record.record_no, content.read(DOCUMENT_BYTES + 1), record.name)

    def stage(self, chunk: Chunk, source: Source) -> Staged:
        """Staging rows of a document. Hostile or broken ones become a unit_issue."""
        staged = Staged()
        try:
            root = parsed(chunk.content)
        except Refused as refusal:
            _count(staged, chunk.record_no, 1)
            staged.add(UnitIssue(chunk.record_no, 0, 0, outcome="quarantined", reason=str(refusal), place="document"))
            return staged
        units = units_of(root)
        _count(staged, chunk.record_no, 1 + len(units))
        header = Unit(staged, chunk.record_no, 0)
        try:
            document = document_of(root, source, header)
        except Unplaced as verdict:
            reason, place = verdict.args
            for row_no in range(1 + len(units)):
                Unit(staged, chunk.record_no, row_no).issue_now("quarantined", reason, place)
            return staged
        add_section_notes(root, document, header)
        header.close("document")
        for row_no, (entry, place) in enumerate(units, start=1):
            _entry(entry, place, root, document, Unit(staged, chunk.record_no, row_no))
        return staged

    def blanked(self, content: bytes, row_nos: Collection[int]) -> bytes:
        """The document without the content of those entries; nothing at all when its header is among them.

        The narrative belongs to the header: to be rid of a statement in words and in codes, name row 0.
        """
        return b"" if 0 in row_nos else emptied(content, row_nos)


def _count(staged: Staged, record_no: int, units: int) -> None:
    staged.add(UnitCount(record_no, 0, 0, unit="entry", units=units))


def _entry(entry: Element, place: str, root: Element, document: Document, unit: Unit) -> None:
    if entry.tag == "nonXMLBody":
        add_body(entry, root, document, unit, place)
    else:
        stage_entry(entry, Here(document, section_rule(entry.getparent()), unit, place))
    unit.close(place)
