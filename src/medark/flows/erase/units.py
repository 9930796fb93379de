"""Which units of a message, resource or document record are about a person, whether rows were made of them or not"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from medark.flows.erase.wanted import Wanted
from medark.flows.staging.tasks import stage_chunks
from medark.flows.workspace import Workspace
from medark.model.record import Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats import reader_of
from medark.standardise.formats.fhir import blank as fhir
from medark.standardise.formats.fhir.references import parsed
from medark.standardise.formats.hl7v2 import cutting as hl7v2
from medark.standardise.formats.hl7v2.delimiters import delimiters
from medark.standardise.formats.hl7v2.encoding import decoded
from medark.standardise.formats.hl7v2.patient import person_key
from medark.standardise.formats.hl7v2.reading import Reading

_COUNTED = ("unit_issue", "unit_count")
_SUBJECTS = ("patient", "subject", "beneficiary", "individual", "for")  # whom a resource is about, by FHIR's names
_PATIENT_NUMBERS = (3, 2, 4)  # fields of PID


@dataclass(slots=True)
class Found:
    """Units of a record that are a person's; `parts`: what is left of units that are another person's too."""

    rows: set[int] = field(default_factory=set)
    units: int = 0
    parts: dict[int, bytes] = field(default_factory=dict)

    @property
    def everything(self) -> bool:
        """Is there nothing else in the record?"""
        return bool(self.units) and len(self.rows) >= self.units


@dataclass(slots=True)
class _Staged:
    """How the units of a record were staged: a unit may be in more than one set."""

    mine: set[int] = field(default_factory=set)
    others: set[int] = field(default_factory=set)
    loaded: set[int] = field(default_factory=set)  # gave rows of any kind
    units: int = 0


def units_of(workspace: Workspace, record: RawRecord, source: Source, who: Wanted, told: Collection[int]) -> Found:
    """The units of a record that has a reader. `told`: units of which the lake has rows of this person.

    A document or picture is one person's whole: theirs, another's, or of nobody that could be read but who names them.
    """
    staged = _staged(workspace, record, source, who.keys_in(source.people))
    mine = staged.mine | (set(told) - staged.others)
    if record.format not in _ABOUT:
        is_theirs = bool(mine) or (not staged.others and who.is_named_in(_content(workspace, record)))
        return Found(set(range(staged.units)) if is_theirs else set(), staged.units)
    content = _content(workspace, record)
    found = Found(mine - staged.others, staged.units)
    about, spans = _ABOUT[record.format], _SPANS[record.format]
    for row_no, (start, end) in enumerate(spans(content)):
        if row_no in found.rows:
            continue
        unit = content[start:end]
        if row_no in staged.others:
            if row_no in staged.mine and (part := _PARTED[record.format](unit, source, who)) != unit:
                found.parts[row_no] = part
        elif (record.format is Format.HL7V2 or row_no not in staged.loaded) and about(unit, source, who):
            found.rows.add(row_no)
    return found


def without(record: RawRecord, content: bytes, found: Found, who: Wanted) -> bytes:
    """The record without those units: nothing else is moved. What frames the units names nobody any more."""
    if found.parts:
        content = _replaced(content, _SPANS[record.format](content), found.parts)
    content = reader_of(record.format).blanked(content, found.rows)
    if record.format in _SPANS:
        return _framed(content, _SPANS[record.format](content), who)
    return content


def _content(workspace: Workspace, record: RawRecord) -> bytes:
    with workspace.landing.open(record) as content:
        return content.read()


def _staged(workspace: Workspace, record: RawRecord, source: Source, keys: Collection[str]) -> _Staged:
    staged = _Staged()
    with workspace.landing.open(record) as content:
        for chunk in reader_of(record.format).chunks(record, content):
            tables = stage_chunks(record.format, (chunk,), source)
            for name, table in tables.items():
                if name == "unit_count":
                    staged.units += sum(table["units"].to_pylist())
                if name not in _COUNTED:
                    staged.loaded.update(table["row_no"].to_pylist())
                    _divide(table, keys, staged)
    return staged


def _divide(table: pa.Table, keys: Collection[str], staged: _Staged) -> None:
    wanted = pa.array(sorted(keys), pa.string())
    for column in {"person_key", "survivor_key"} & set(table.column_names):
        given = table.filter(pc.is_valid(table[column]))
        is_mine = pc.is_in(given[column], value_set=wanted)
        staged.mine.update(given.filter(is_mine)["row_no"].to_pylist())
        staged.others.update(given.filter(pc.invert(is_mine))["row_no"].to_pylist())


def _replaced(content: bytes, spans: Iterator[tuple[int, int]], parts: Mapping[int, bytes]) -> bytes:
    pieces, done = [], 0
    for row_no, (start, end) in enumerate(spans):
        pieces += [content[done:start], parts.get(row_no, content[start:end])]
        done = end
    return b"".join([*pieces, content[done:]])


def _framed(content: bytes, spans: Iterator[tuple[int, int]], who: Wanted) -> bytes:
    pieces, done = [], 0
    for start, end in spans:
        pieces += [who.masked(content[done:start]), content[start:end]]
        done = end
    return b"".join([*pieces, who.masked(content[done:])])


# -- FHIR ------------------------------------------------------------------------------------------------------------


def _fhir_spans(content: bytes) -> Iterator[tuple[int, int]]:
    return ((start, end) for start, end, _ in fhir.spans(content))


def _resource_about(unit: bytes, source: Source, who: Wanted) -> bool:
    """Is a resource or Bundle entry about the person? Its subject decides; without one, whom it names."""
    keys = who.keys_in(source.people)
    try:
        entry = orjson.loads(unit)
    except ValueError:
        return who.is_named_in(unit) or _refers_to(unit, keys)
    resource = entry.get("resource", entry) if isinstance(entry, dict) else entry
    if isinstance(resource, dict):
        if resource.get("resourceType") == "Patient" and isinstance(resource.get("id"), str):
            return resource["id"] in keys
        for name in _SUBJECTS:
            if key := _referred(resource.get(name)):
                return key in keys
    return who.is_named_in(unit) or _refers_to(unit, keys)


def _referred(reference: object) -> str:
    text = reference.get("reference") if isinstance(reference, dict) else None
    return parsed(text)[1] if isinstance(text, str) else ""


def _refers_to(unit: bytes, keys: Collection[str]) -> bool:
    before = (b"Patient/", b"urn:uuid:")
    return any(
        mark + key.encode() + after in unit for key in keys for mark in before for after in (b'"', b"/", b"?", b"|")
    )


def _bundle_without(unit: bytes, source: Source, who: Wanted) -> bytes:
    """A Bundle that is one unit, without the person's entries; all of it, where they can't be told apart."""
    spans = list(_fhir_spans(unit))
    mine = {n for n, (start, end) in enumerate(spans) if _resource_about(unit[start:end], source, who)}
    return fhir.blanked(unit, mine) if len(spans) > 1 else unit


# -- HL7 v2 ----------------------------------------------------------------------------------------------------------


def _message_about(unit: bytes, source: Source, who: Wanted) -> bool:
    """Is a message about the person? The numbers of its patients decide; without any, whom it names."""
    text, codec = decoded(unit)
    keys = {key for line in _segments(text) if (key := _patient_of(line, _reading(text, codec, source)))}
    return bool(keys & who.keys_in(source.people)) if keys else who.is_named_in(unit)


def _message_without(unit: bytes, source: Source, who: Wanted) -> bytes:
    """A message of several patients without what follows the person's PID, up to the next one's."""
    text, codec = decoded(unit)
    reading = _reading(text, codec, source)
    kept, mine = [], False
    for line in text.splitlines(keepends=True):
        if line.startswith("PID"):
            mine = _patient_of(line.strip(), reading) in who.keys_in(source.people)
        kept += [] if mine else [line]
    return "".join(kept).encode(codec)


def _segments(text: str) -> list[str]:
    return text.replace("\n", "\r").split("\r")


def _reading(text: str, codec: str, source: Source) -> Reading | None:
    marks = delimiters(text[text.find("MSH") :][:64]) if "MSH" in text else None
    return Reading(marks, codec, source.authorities) if marks else None


def _patient_of(segment: str, reading: Reading | None) -> str:
    """The key of the patient of a PID segment, or of the number that a MRG gives up; "" where there is none."""
    if reading is None or segment[:3] not in ("PID", "MRG"):
        return ""
    fields = reading.fields(segment, 5)
    numbers = [reading.identified(raw) for raw in reading.repetitions(fields[3 if segment[:3] == "PID" else 1])]
    return person_key(numbers) or next((k for n in (2, 4) if (k := reading.identified(fields[n]).key)), "")


_About = Callable[[bytes, Source, Wanted], bool]
_Part = Callable[[bytes, Source, Wanted], bytes]
_Spans = Callable[[bytes], Iterator[tuple[int, int]]]

_SPANS: Mapping[Format, _Spans] = {
    Format.FHIR_JSON: _fhir_spans,
    Format.FHIR_NDJSON: _fhir_spans,
    Format.HL7V2: lambda content: iter(hl7v2.units(content)),
}
_ABOUT: Mapping[Format, _About] = {
    Format.FHIR_JSON: _resource_about,
    Format.FHIR_NDJSON: _resource_about,
    Format.HL7V2: _message_about,
}
_PARTED: Mapping[Format, _Part] = {
    Format.FHIR_JSON: _bundle_without,
    Format.FHIR_NDJSON: _bundle_without,
    Format.HL7V2: _message_without,
}
