"""The fields of messages and documents, and the same message with one of them taken out or changed

A field is a segment's of HL7 ("OBX-5"), an element of a FHIR resource ("Observation.valueQuantity.value"), of a CDA
document ("observation/value/@value") or of a form: where it stands, never what it holds.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from lxml import etree

from medark.model.record import Format
from medark.standardise.formats.hl7v2 import cutting

Change = Callable[[str], str]  # of a value: "" takes it out
MOST: Final = 400  # fields of one sample
_PARTS: Final = re.compile(r"([\^~&])")  # components, repetitions, subcomponents
_KEPT: Final = frozenset({"resourceType", "fullUrl"})  # without these a resource is another, or none


def is_cut(format_: Format) -> bool:
    """Is it known where fields of this format begin and end? Else a record of it is one field."""
    return format_ in (Format.HL7V2, Format.FHIR_JSON, Format.FHIR_NDJSON, Format.CDA, Format.ANSWERS)


def fields(content: bytes, format_: Format) -> list[str]:
    """The fields that hold something, in order."""
    found = {
        Format.HL7V2: _of_hl7v2, Format.FHIR_JSON: _of_json, Format.FHIR_NDJSON: _of_json, Format.CDA: _of_xml,
        Format.ANSWERS: _of_json,
    }.get(format_)  # fmt: skip
    return list(dict.fromkeys(found(content)))[:MOST] if found is not None else []


def changed(content: bytes, format_: Format, field: str, change: Change) -> bytes:
    """The content with every value of one field changed; "" is no field, and only how it is written may be another."""
    if format_ is Format.HL7V2:
        return _change_hl7v2(content, field, change)
    if format_ is Format.CDA:
        return _change_xml(content, field, change)
    return _change_json(content, field, change)


def another(value: str) -> str:
    """A value that is another, and as likely: its last digit is one more; text has a letter more.

    >>> another("20240109"), another("M"), another("3.9")
    ('20240100', 'Mx', '3.0')
    """
    for at in range(len(value) - 1, -1, -1):
        if value[at].isdecimal() and value[at].isascii():
            return f"{value[:at]}{(int(value[at]) + 1) % 10}{value[at + 1 :]}"
    return f"{value}x"


def _of_hl7v2(content: bytes) -> Iterator[str]:
    for segment in content.replace(b"\n", b"\r").split(b"\r"):
        name, *cells = segment.split(b"|")
        code = name.decode("ascii", "replace").strip("\x0b")
        first = 2 if code == "MSH" else 1
        for number, cell in enumerate(cells, first):
            if cell and not (code == "MSH" and number <= 2):
                yield f"{code}-{number}"


def _change_hl7v2(content: bytes, field: str, change: Change) -> bytes:
    code, _, number = field.partition("-")
    at = int(number or 0) - (1 if code == "MSH" else 0)
    segments = content.replace(b"\n", b"\r").split(b"\r")
    for place, segment in enumerate(segments):
        cells = segment.split(b"|")
        if cells[0].strip(b"\x0b") == code.encode() and 0 < at < len(cells):
            parts = _PARTS.split(cells[at].decode("latin-1"))
            cells[at] = "".join(change(part) if part and part not in "^~&" else part for part in parts).encode(
                "latin-1"
            )
            segments[place] = b"|".join(cells)
    return b"\r".join(segments)


def messages(content: bytes) -> list[bytes]:
    """The messages of a file, each alone."""
    return [content[start:end] for start, end in cutting.units(content)]


def _of_json(content: bytes) -> Iterator[str]:
    for tree in _trees(content):
        for kind, resource in _resources(tree):
            yield from (f"{kind}.{path}" if kind else path for path, _, _ in _leaves(resource, ""))


def _change_json(content: bytes, field: str, change: Change) -> bytes:
    trees = list(_trees(content))
    for tree in trees:
        for kind, resource in _resources(tree):
            for path, holder, key in list(_leaves(resource, "")):
                if (f"{kind}.{path}" if kind else path) == field:
                    _change_leaf(holder, key, change)
    return b"\n".join(json.dumps(tree, ensure_ascii=False).encode() for tree in trees)


def _change_leaf(holder: Any, key: Any, change: Change) -> None:
    value = holder[key]
    if not change(str(value)):
        if isinstance(holder, dict):
            del holder[key]
        else:
            holder[key] = None
    elif isinstance(value, str):
        holder[key] = change(value)
    else:
        holder[key] = not value if isinstance(value, bool) else value + 1


def _trees(content: bytes) -> Iterator[Any]:
    try:
        yield json.loads(content)
    except ValueError:
        yield from (json.loads(line) for line in content.splitlines() if line.strip())


def _resources(tree: Any) -> Iterator[tuple[str, Any]]:
    entries = tree.get("entry") if isinstance(tree, dict) else None
    if isinstance(entries, list):
        for entry in entries:
            if isinstance(entry.get("resource"), dict):
                yield str(entry["resource"].get("resourceType", "")), entry["resource"]
    elif isinstance(tree, dict):
        yield str(tree.get("resourceType", "")), tree


def _leaves(node: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    items = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in list(items):
        here = path if isinstance(node, list) else f"{path}.{key}".lstrip(".")
        if isinstance(value, dict | list):
            yield from _leaves(value, here)
        elif value not in (None, "") and key not in _KEPT:
            yield here, node, key


def _of_xml(content: bytes) -> Iterator[str]:
    for path, _, _ in _xml_leaves(_parsed(content)):
        yield path


def _change_xml(content: bytes, field: str, change: Change) -> bytes:
    root = _parsed(content)
    for path, node, attribute in list(_xml_leaves(root)):
        if path == field:
            told = change(node.get(attribute, "") if attribute else node.text or "")
            if not attribute:
                node.text = told
            elif told:
                node.set(attribute, told)
            else:
                del node.attrib[attribute]
    written: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _parsed(content: bytes) -> Any:
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def _xml_leaves(root: Any) -> Iterator[tuple[str, Any, str]]:
    """Each attribute and text under the three nearest elements: a whole path would be another in each section."""
    for node in root.iter(etree.Element):
        near = [etree.QName(one).localname for one in (*list(node.iterancestors())[:2][::-1], node)]
        path = "/".join(near)
        for name in node.attrib:
            if not name.startswith("{") and name not in ("classCode", "moodCode", "typeCode", "xsi:type"):
                yield f"{path}/@{name}", node, name
        if (node.text or "").strip():
            yield path, node, ""
