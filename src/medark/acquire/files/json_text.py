"""JSON from its head: one document or one a line, FHIR or not, without parsing what may never end"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]', re.DOTALL)
_RESOURCE = re.compile(r"[A-Z][A-Za-z]{2,60}\Z")


@dataclass(frozen=True, slots=True)
class Shape:
    """`lines`: one object a line, at least two. `resource`: FHIR's resourceType of the first object, or ""."""

    lines: bool
    one_line: bool  # all there is stands on one line: only its name can tell a line from a document
    resource: str


def shape(text: str, whole: bool) -> Shape | None:
    """How the text is laid out, None if it does not begin as a JSON object."""
    text = text.lstrip("\ufeff \t\r\n\0")
    if not text.startswith("{"):
        return None
    first, ended, rest = text.partition("\n")
    rest = rest.lstrip(" \t\r\n\0")
    lines = first.rstrip().endswith("}") and rest.startswith("{")
    return Shape(lines, not ended or (whole and not rest), _resource_type(text))


def _resource_type(text: str) -> str:
    """The value of the key `resourceType` of the outermost object, wherever in the object it stands."""
    depth, key = 0, ""
    previous = ""
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token in "{[":
            depth += 1
        elif token in "}]":
            depth -= 1
            if depth == 0:
                return ""
        elif depth == 1 and token == ":":
            key = previous
        elif depth == 1 and previous == ":" and key == '"resourceType"':
            value = token[1:-1]
            return value if _RESOURCE.match(value) else ""
        previous = token
    return ""


def is_array(text: str) -> bool:
    """Does it begin as a JSON array?"""
    return re.match(r'[\ufeff\s\0]*\[\s*(?:[{\["\]]|-?\d|true|false|null)', text) is not None
