"""Messages and documents: which of their fields becomes what, found by asking their readers

A reader is a program, not a table of fields. So a few of a source's own messages are staged as they are, then again
with one field taken out, and with it changed: what differs in the staging rows is made of that field. Nothing of the
messages is kept but the names of fields.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, Final

import pyarrow as pa

from medark.catalog.sources import SourceAccount
from medark.errors import MedarkError
from medark.flows.data_map.keeping import Keeping
from medark.flows.lineage import cuts
from medark.flows.lineage.kept import FOLDER
from medark.flows.staging.tasks import stage_chunks
from medark.flows.workspace import Workspace
from medark.model.lineage import ROWS, Asset, Edge, How, Layer
from medark.model.record import Chunk, Format
from medark.model.source import Source
from medark.model.staging import PLACE
from medark.standardise.formats import has_reader, reader_of

RECORDS: Final = 12  # of a source and format that are looked at, spread over all that came
UNITS: Final = 24  # messages or resources of them
DOCUMENTS: Final = 2  # of CDA: each has hundreds of fields
LONGEST: Final = 200_000  # bytes of a sample
_PLACE: Final = tuple(column.name for column in PLACE)
_WHOLE: Final = "content"
_NOT_DATA: Final = frozenset({"unit_count", "unit_issue", "identifier"})
Rows = Mapping[str, Mapping[tuple[int, int], Mapping[str, Any]]]  # staging table → (row_no, part_no) → columns


def formats_of(source: SourceAccount) -> tuple[str, ...]:
    """The formats of a source that have a reader."""
    return tuple(sorted({one.format for one in source.formats if has_reader(Format(one.format))}))


def format_edges(workspace: Workspace, source: SourceAccount, format_: str, code: str) -> Sequence[Edge]:
    """From each field of a source's messages to what is staged of it; found again when twice as much has come.

    `code`: changes when a reader does.
    """
    told = hashlib.sha256(repr((source.name, format_, code, size_of(source, format_))).encode()).hexdigest()[:32]
    keeping, name = Keeping(workspace, FOLDER), f"fields-{told}.json"
    kept = keeping.told(name, list[Edge])
    if kept is None:
        kept = list(_found(workspace, source.name, format_))
        keeping.put(name, kept)
    return kept


def size_of(source: SourceAccount, format_: str) -> int:
    """How many records of a format there are, as a power of two."""
    return sum(one.records for one in source.formats if one.format == format_).bit_length()


def _found(workspace: Workspace, source: str, format_: str) -> Iterator[Edge]:
    kind, found = Format(format_), dict[tuple[str, str, str], How]()
    of = workspace.landing.source(source)
    told = _of_sample if cuts.is_cut(kind) else _of_whole
    for sample in _samples(workspace, source, kind):
        for field, staging, column, how in told(sample, kind, of):
            known = found.get((field, staging, column))
            if known is None or how.rank < known.rank:
                found[field, staging, column] = how
    for (field, staging, column), how in found.items():
        start, end = (
            Asset(Layer.FIELD, f"{source}/{format_}", field),
            Asset(Layer.STAGING, f"{source}: {staging}", column),
        )
        yield Edge(start, end, how, f"formats/{format_}")


def _samples(workspace: Workspace, source: str, kind: Format) -> Iterator[bytes]:
    """Some content of a source: single messages, lines and documents, no two of the same make-up."""
    records = list(workspace.landing.records(source=source, formats=[kind]))
    spread = records[:: max(1, len(records) // RECORDS)][:RECORDS]
    most = DOCUMENTS if kind is Format.CDA else UNITS
    seen: set[tuple[str, ...]] = set()
    count = 0
    for record in spread:
        with suppress(MedarkError), workspace.landing.open(record) as content:
            for unit in _units(islice(reader_of(kind).chunks(record, content), 1), kind):
                made_up = tuple(sorted(set(_fields(unit, kind)))) if cuts.is_cut(kind) else (str(count // 3),)
                if made_up and made_up not in seen and count < most:
                    seen.add(made_up)
                    count += 1
                    yield unit


def _units(chunks: Iterable[Chunk], kind: Format) -> Iterator[bytes]:
    for chunk in chunks:
        if kind is Format.HL7V2:
            yield from cuts.messages(chunk.content)
        elif kind is Format.FHIR_NDJSON:
            yield from (line for line in chunk.content.splitlines() if line.strip())
        elif len(chunk.content) <= LONGEST or not cuts.is_cut(kind):
            yield chunk.content


def _fields(unit: bytes, kind: Format) -> list[str]:
    try:
        return cuts.fields(unit, kind)
    except (ValueError, SyntaxError, AttributeError):  # not sound: its reader says so
        return []


def _of_sample(sample: bytes, kind: Format, source: Source) -> Iterator[tuple[str, str, str, How]]:
    before = _staged(
        cuts.changed(sample, kind, "", _taken_out), kind, source
    )  # written again, as what it is held against
    for field in _fields(sample, kind):
        for change in (_taken_out, cuts.another):
            after = _staged(cuts.changed(sample, kind, field, change), kind, source)
            yield from ((field, *told) for told in _differences(before, after))


def _of_whole(sample: bytes, kind: Format, source: Source) -> Iterator[tuple[str, str, str, How]]:
    """Of a record that is one field: all that is staged of it."""
    for staging, rows in _staged(sample, kind, source).items():
        yield _WHOLE, staging, ROWS, How.ROWS
        columns = {name for row in rows.values() for name, value in row.items() if value is not None}
        yield from ((_WHOLE, staging, name, How.VALUE) for name in sorted(columns - set(_PLACE)))


def _taken_out(_: str) -> str:
    return ""


def _staged(content: bytes, kind: Format, source: Source) -> Rows:
    made = stage_chunks(kind, [Chunk(1, content)], source)
    return {name: _by_place(rows) for name, rows in made.items() if name not in _NOT_DATA}


def _by_place(rows: pa.Table) -> Mapping[tuple[int, int], Mapping[str, Any]]:
    return {(row["row_no"], row["part_no"]): row for row in rows.to_pylist()}


def _differences(before: Rows, after: Rows) -> Iterator[tuple[str, str, How]]:
    """What differs: cells of rows that are in both; where rows come or go, which rows there are."""
    for staging in before.keys() | after.keys():
        old, new = before.get(staging, {}), after.get(staging, {})
        if old.keys() != new.keys():
            yield staging, ROWS, How.ROWS
            continue
        for place, row in old.items():
            yield from ((staging, name, How.VALUE) for name in _changed(row, new[place]))


def _changed(row: Mapping[str, Any], other: Mapping[str, Any]) -> Sequence[str]:
    return [name for name in row if name not in _PLACE and row[name] != other[name]]
