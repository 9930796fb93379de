"""A FHIR record with some units emptied to `{}`, every other byte as it was."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from medark.standardise.formats.fhir.cut import BOM
from medark.standardise.formats.fhir.scan import Skipper, entry_array, skip_space, value_end

EMPTY = b"{}"
_BRACE = ord("{")
Span = tuple[int, int, bytes]  # where a unit begins and ends, and what stands in for it


def blanked(content: bytes, row_nos: Collection[int]) -> bytes:
    """The record with the units of those numbers emptied; number and order of units stay.

    >>> blanked(b'{"resourceType":"Patient","id":"1"}\\n{"resourceType":"Patient","id":"2"}\\n', {0})
    b'{}\\n{"resourceType":"Patient","id":"2"}\\n'
    """
    wanted, pieces, done = frozenset(row_nos), [], 0
    for row_no, (start, end, instead) in enumerate(spans(content)):
        if row_no in wanted:
            pieces += [content[done:start], instead]
            done = end
    return b"".join([*pieces, content[done:]])


def spans(content: bytes) -> Iterator[Span]:
    """Where each unit of a record lies."""
    start = len(BOM) if content.startswith(BOM) else 0
    array = entry_array(content[start:]) if is_one_document(content, start) else None
    if array is not None:
        yield from _entries(content, start + array + 1)
    elif is_one_document(content, start):
        yield skip_space(content, start), len(content.rstrip()), EMPTY
    else:
        yield from ((first, last, EMPTY) for first, last in lines(content, start))


def _rest(content: bytes, at: int) -> Iterator[Span]:
    """What follows the end of the document is one more unit."""
    end, ended = Skipper(depth=1).skip(content, at)
    begin = skip_space(content, end)
    if ended and begin < len(content):
        yield begin, len(content), EMPTY


def is_one_document(content: bytes, start: int) -> bool:
    """One JSON value, whole or cut short, rather than lines: of lines, at least one is a value of its own."""
    at = skip_space(content, start)
    end = value_end(content, at)
    if end is not None:
        return skip_space(content, end) == len(content) or b"\n" in content[at:end]
    return not any(content[line] == _BRACE and value_end(content, line) == stop for line, stop in lines(content, start))


def lines(content: bytes, at: int) -> Iterator[tuple[int, int]]:
    while at < len(content):
        end = content.find(b"\n", at)
        end = len(content) if end < 0 else end
        first, last = skip_space(content, at), len(content[at:end].rstrip()) + at
        if first < last:
            yield first, last
        at = end + 1


def _entries(content: bytes, at: int) -> Iterator[Span]:
    while True:
        at = skip_space(content, at)
        if content[at : at + 1] == b"]":
            yield from _rest(content, at + 1)
            return
        end = value_end(content, at)
        if end is None:
            yield at, len(content), b""  # cut short, and still so without it
            return
        yield at, end, EMPTY
        at = skip_space(content, end)
        if content[at : at + 1] == b",":
            at += 1
        elif content[at : at + 1] != b"]":
            yield at, len(content), b""
            return
