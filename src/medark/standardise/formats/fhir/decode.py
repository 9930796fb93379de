"""A chunk's bytes to resources, each with its fullUrl; what can't be decoded is an issue in its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from msgspec import MsgspecError, Raw, Struct, ValidationError, json

from medark.standardise.formats.fhir import cut
from medark.standardise.formats.fhir.blank import is_one_document, lines
from medark.standardise.formats.fhir.elements import Resource
from medark.standardise.formats.fhir.issue import Issue, excluded, not_understood, quarantined
from medark.standardise.formats.fhir.resources.registry import (
    KNOWN_TYPES,
    Bundle,
    decode_document,
    decode_entries,
    decode_entry,
    decode_resource,
)
from medark.standardise.formats.fhir.scan import entry_array, skip_space, value_end

Decoded = tuple[str | None, Resource | Issue]  # fullUrl, and what the unit holds

# All that bytes can do to a decoder: no JSON, not the type, nested too deep, digits without end, no UTF-8.
UNDECODABLE = (MsgspecError, RecursionError, ValueError, OverflowError)
_AT = re.compile(r" - at `\$\.?([A-Za-z0-9_.\[\]]*)`$")


_STAND_INS = {cut.TOO_LARGE: "too large", cut.CUT_SHORT: "cut short", cut.MORE: "more than one document"}


class Head(Struct):
    """The one element that says what everything else is."""

    resourceType: Raw = Raw()  # noqa: N815  FHIR's own name


class EntryHead(Struct):
    """The same, one level down."""

    resource: Head | None = None


def units(content: bytes) -> list[Decoded]:
    """What a chunk holds, one for each unit, in order."""
    content = content.removeprefix(cut.BOM)
    kind = content[:1]
    if kind == cut.LINES:
        return [(None, _resource(line)) for line in content[1:].split(b"\n")]
    if len(content) == 1 and content in _STAND_INS:  # to look up a longer one, all of it would be hashed
        return [_entry(content)]
    if kind == b"[":
        return _entries(content)
    return _document(content)


def nested(entries: Iterable[bytes]) -> list[Decoded]:
    """The entries of a Bundle that is itself an entry or a line."""
    return [_entry(bytes(entry)) for entry in entries]


def _document(content: bytes) -> list[Decoded]:
    if not content.strip():
        return [(None, excluded("nothing in it"))]
    try:
        document = decode_document(content)
    except UNDECODABLE:
        return _salvaged(content)
    if isinstance(document, Bundle):
        return [_opened(entry) for entry in document.entry or ()] or [(None, excluded("nothing in it"))]
    return [(None, document)]


def _salvaged(content: bytes) -> list[Decoded]:
    """What is not sound as one document: line by line if it is lines, entry by entry if it is a Bundle."""
    if not is_one_document(content, 0):
        return [(None, _resource(content[first:last])) for first, last in lines(content, 0)]
    array = entry_array(content)
    if array is None:
        return [(None, _resource(content))]
    return _cut(content, array + 1)


def _entries(content: bytes) -> list[Decoded]:
    try:
        return [_opened(entry) for entry in decode_entries(content)] or [(None, excluded("nothing in it"))]
    except UNDECODABLE:
        return _cut(content + b"}", 1)  # as if it still stood in its Bundle


def _cut(content: bytes, at: int) -> list[Decoded]:
    window = cut.Window(None, content)
    window.at = at
    return [_entry(entry) for entry in cut.entries(window)]


def _opened(entry: Any) -> Decoded:
    if entry.resource is not None:
        return entry.full_url, entry.resource
    if entry.request and entry.request.method == "DELETE":
        return None, not_understood("a deletion is not carried out", "request.method")
    if entry.resource_type:
        return None, not_understood("a resource that is no entry of a Bundle")
    return None, excluded("nothing in it")


def _entry(entry: bytes) -> Decoded:
    if len(entry) == 1 and entry in _STAND_INS:
        return None, quarantined(_STAND_INS[entry])
    decoded = _decoded(decode_entry, entry, "resource")
    return (None, decoded) if isinstance(decoded, Issue) else _opened(decoded)


def _resource(content: bytes) -> Resource | Issue:
    decoded: Resource | Issue = _decoded(decode_resource, content)
    return decoded


def _decoded(decode: Callable[[bytes], Any], content: bytes, inside: str = "") -> Any:
    """What the decoder makes of the bytes, or an issue that says why not and where: names, never values."""
    try:
        return decode(content)
    except ValidationError as error:
        return _misfit(str(error), content, inside)
    except RecursionError:
        return quarantined("nested too deep")
    except UnicodeDecodeError:
        return quarantined("not UTF-8")
    except UNDECODABLE:
        return quarantined("not JSON" if value_end(content, skip_space(content, 0)) else "cut short")


def _misfit(message: str, content: bytes, inside: str) -> Issue:
    """JSON, but not the resource it should be: an unknown type, or an element of the wrong one."""
    try:
        found = _type_in(content, inside)
    except RecursionError:
        return quarantined("nested too deep")
    if content.lstrip()[:2] == b"{}":
        return excluded("nothing in it")
    if found is None:
        return quarantined("not a FHIR resource", "resourceType")
    if found not in KNOWN_TYPES:
        return not_understood("unknown resource type", "resourceType")
    at = _AT.search(message)
    path = at[1] if at else ""
    return quarantined("wrong type", path.removeprefix(inside).lstrip(".") or None)


def _type_in(content: bytes, inside: str) -> str | None:
    try:
        held = json.decode(content, type=EntryHead).resource if inside else json.decode(content, type=Head)
        return json.decode(held.resourceType, type=str) if held else None
    except (MsgspecError, ValueError):
        return None
