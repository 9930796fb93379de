"""JSON objects, one a line, with every number as it is written: a quick decoder, and an exact one for odd lines"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import msgspec
from msgspec import Raw

Object = dict[str, object]

NO_JSON = "no JSON"
CUT_SHORT = "a line of JSON that is cut short"
NO_OBJECT = "no object, but other JSON"
TWICE = "a name stands twice in one object"
TOO_DEEP = "nested too deep"
MOST_LEVELS = 100
NO_TEXT = "bytes that are not text of its encoding"

# A number with a point or an exponent stays text, as Raw; whole ones are exact as they are.
_QUICK = msgspec.json.Decoder(dict, float_hook=Raw)
_REFUSED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_MINUS_ZERO = re.compile(rb"-0(?=[\s,}\]])")  # the one whole number that an integer does not keep
_SPACED_KEY = re.compile(rb'(?<!\\)"[ \t\r]+:')
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
BLANK = b" \t\r\n"


class Reject(NamedTuple):
    """A line that is no row of the table."""

    row_no: int
    line_no: int  # from 1
    reason: str


@dataclass(frozen=True, slots=True)
class Decoded:
    """The objects in a run of lines, the row and line of each within the run, and what is no object."""

    objects: Sequence[Object] = field(repr=False)
    rows_of: Sequence[int]
    lines_of: Sequence[int]
    rejects: Sequence[Reject]  # row_no and line_no from 0, within the run
    row_count: int
    line_count: int

    def without(self, numbers: Collection[int], reason: str) -> Decoded:
        """Some objects, by their place in `objects`, are rejected."""
        rejects = [Reject(self.rows_of[i], self.lines_of[i], reason) for i in sorted(numbers)]
        kept = [i for i in range(len(self.objects)) if i not in numbers]
        return replace(
            self,
            objects=[self.objects[i] for i in kept],
            rows_of=[self.rows_of[i] for i in kept],
            lines_of=[self.lines_of[i] for i in kept],
            rejects=sorted([*self.rejects, *rejects]),
        )


def quickly(text: bytes) -> Decoded | None:
    """The objects of whole lines, all at once; None where any line wants a closer look.

    What is not seen here is a name that stands twice: compare `keys_written` with what came out.
    """
    lines = text.count(b"\n") + (not text.endswith(b"\n"))
    # A line that begins and ends with braces holds whole values: none can go on after `}` with `{`.
    edges = text.count(b"}\n{") + text.count(b"}\r\n{")
    if edges != lines - 1 or not text.startswith(b"{") or not text.rstrip().endswith(b"}"):
        return None
    if _MINUS_ZERO.search(text):
        return None
    try:
        objects = _QUICK.decode_lines(text)
    except _REFUSED:
        return None
    if len(objects) != lines:
        return None
    return Decoded(objects, range(lines), range(lines), (), lines, lines)


def exactly(text: bytes) -> Decoded:
    """The same, line by line, without any doubt."""
    lines = text.split(b"\n")
    if not lines[-1]:
        lines.pop()
    filled = [(number, line) for number, line in enumerate(lines) if line.strip(BLANK)]
    told = [_exact(line) for _, line in filled]
    good = [i for i, value in enumerate(told) if isinstance(value, dict)]
    return Decoded(
        objects=[value for value in told if isinstance(value, dict)],
        rows_of=good,
        lines_of=[filled[i][0] for i in good],
        rejects=[Reject(i, filled[i][0], reason) for i, reason in enumerate(told) if isinstance(reason, str)],
        row_count=len(filled),
        line_count=len(lines),
    )


def keys_written(text: bytes) -> int:
    r"""How many names of objects stand in JSON: quotes before a colon. Never fewer, but for names that end in `\`.

    Text that begins with a colon is taken for one too: then a closer look finds nothing, and that is all.

    >>> keys_written(b'{"a":{"b" : "\\":"}}')
    2
    """
    keys = text.count(b'":') - text.count(b'\\":')
    if b'" ' in text or b'"\t' in text or b'"\r' in text:
        keys += len(_SPACED_KEY.findall(text))
    return keys


def as_json(value: object) -> bytes:
    """An array or object as JSON, numbers as they were written."""
    return msgspec.json.encode(value)


def _exact(line: bytes) -> Object | str:
    """A line's object, or why it has none."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        return CUT_SHORT if error.reason == "unexpected end of data" else NO_TEXT
    try:
        value = _EXACT.decode(text.strip())
    except _Twice:
        return TWICE
    except RecursionError:
        return TOO_DEEP
    except json.JSONDecodeError as error:
        return CUT_SHORT if error.pos >= len(text.strip()) or _in_open_string(error) else NO_JSON
    if not isinstance(value, dict):
        return NO_OBJECT
    if line.count(b"[") + line.count(b"{") > MOST_LEVELS and _levels(value) > MOST_LEVELS:
        return TOO_DEEP
    return NO_TEXT if _SURROGATE.search(line) and _has_lone_surrogate(value) else value


def _levels(value: object) -> int:
    """How deep it is nested, up to one more than is allowed."""
    layer, depth = [value], 0
    while layer and depth <= MOST_LEVELS:
        depth += 1
        nested = (v.values() if isinstance(v, dict) else v for v in layer if isinstance(v, dict | list))
        layer = [inner for values in nested for inner in values]
    return depth


def _in_open_string(error: json.JSONDecodeError) -> bool:
    return error.msg.startswith("Unterminated string")


def _has_lone_surrogate(value: Object) -> bool:
    try:
        as_json(value)
    except UnicodeEncodeError:
        return True
    return False


class _Twice(Exception):  # noqa: N818  a verdict about the line
    """A name stands twice in one object."""


def _once(pairs: list[tuple[str, object]]) -> Object:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


def _number(text: str) -> Raw:
    return Raw(text.encode())


_EXACT = json.JSONDecoder(object_pairs_hook=_once, parse_float=_number, parse_int=_number, parse_constant=_number)
