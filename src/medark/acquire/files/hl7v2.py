"""Is this HL7 v2? A header segment says so: MSH, or FHS/BHS of a batch, with delimiters of its own"""

from __future__ import annotations

_HEADERS = ("MSH", "FHS", "BHS")
_LEADING = " \t\r\n\v\x1c\0"  # MLLP's start and end blocks, blank lines, padding
_MOST_DELIMITERS = 6  # component, repetition, escape, subcomponent, truncation; one more to be kind


def kind(text: str) -> str:
    """The message's type ("ADT", "ORU" …), "batch", or "" if this is not HL7 v2."""
    message = text[:4096].lstrip(_LEADING)
    if message[:3] not in _HEADERS or not _delimiters(message):
        return ""
    if message[:3] != "MSH":
        return "batch"
    fields = message.splitlines()[0].split(message[3])
    return (
        "".join(c for c in fields[8].split(message[4])[0] if c.isalnum())[:3] or "message"
        if len(fields) > 8
        else "message"
    )


def _delimiters(message: str) -> bool:
    """The character after the segment's name ends the next field too, a few characters on: `MSH|^~\\&|`."""
    separator = message[3:4]
    if not separator or separator.isalnum() or separator.isspace() or not separator.isprintable():
        return False
    second = message[4 : 5 + _MOST_DELIMITERS].partition(separator)
    return bool(second[1]) and bool(second[0]) and not any(c.isalnum() or c.isspace() for c in second[0])
