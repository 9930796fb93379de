"""The part of a record that one row came from, as text: a message, a resource, the beginning of a document"""

from __future__ import annotations

import json
from typing import Any, Final

from medark.standardise.formats.hl7v2 import cutting

MOST: Final = 4000  # characters


def excerpt(content: bytes, format_: str, unit: int) -> str:
    """Unit number `unit` of a chunk, at most `MOST` characters; "" for what is no text."""
    if format_ == "hl7v2":
        units = list(cutting.units(content))
        start, end = units[unit] if unit < len(units) else (0, 0)
        return _text(content[start:end]).replace("\r", "\n")
    if format_ in ("fhir", "fhir-ndjson"):
        return _resource(content, unit)
    return "" if format_ == "dicom" else _text(content)


def _resource(content: bytes, unit: int) -> str:
    try:
        found: Any = json.loads(content)
    except ValueError:
        lines = [line for line in content.splitlines() if line.strip()]
        found = json.loads(lines[unit]) if unit < len(lines) else {}
    if isinstance(found, dict) and isinstance(found.get("entry"), list):
        entries = found["entry"]
        found = entries[unit].get("resource", {}) if unit < len(entries) else {}
    return json.dumps(found, ensure_ascii=False, indent=1)[:MOST]


def _text(content: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)[:MOST]
        except UnicodeDecodeError:
            continue
    return content.decode("latin-1")[:MOST]
