"""A message's own delimiters (MSH-1, MSH-2), and text freed of escape sequences"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_ABSENT = (
    "\x00"  # in place of a delimiter that MSH-2 does not give: it is taken out of every message, so it never splits
)
NULL = '""'  # "this was deleted", as against nothing said
_BREAKS = {"br": "\n", "sp": "\n", "ce": "\n", "sk": " ", "ti": " ", "in": " "}  # of formatted text (FT)


@dataclass(frozen=True, slots=True)
class Delimiters:
    """Field, component, repetition, escape, sub-component and truncation character of one message."""

    field: str
    component: str
    repetition: str
    escape: str
    sub: str
    truncation: str = _ABSENT

    def unescaped(self, text: str, codec: str = "utf-8") -> str:
        r"""The text with escape sequences replaced. What is no sequence of HL7 stays as it is.

        >>> Delimiters("|", "^", "~", "\\", "&").unescaped(r"A\T\E\.br\\X41\ \H\hot\N\ C:\foo\bar")
        'A&E\nA hot C:\\foo\\bar'
        """
        if self.escape == _ABSENT or self.escape not in text:
            return text
        return _sequences(self.escape).sub(lambda match: self._meaning(match[1], match[0], codec), text)

    def _meaning(self, body: str, whole: str, codec: str) -> str:
        kind = body[0]
        if kind == "X":
            return _from_hex(body[1:], codec, whole)
        if kind == ".":
            return _BREAKS.get(body[1:3], "")
        if kind in _OTHER_SETS:
            return ""  # highlighting, a switch of character set, or the sender's own
        return {
            "F": self.field, "S": self.component, "R": self.repetition, "E": self.escape, "T": self.sub,
            "P": self.truncation,
        }[kind].replace(_ABSENT, "")  # fmt: skip


_OTHER_SETS = "HNCMZ"


@lru_cache(maxsize=64)
def _sequences(escape: str) -> re.Pattern[str]:
    e = re.escape(escape)
    return re.compile(rf"{e}([FSRETPHN]|X[0-9A-Fa-f]+|\.[a-z]{{2}}[+-]?[0-9]{{0,9}}|[CM][0-9A-Fa-f]+|Z[^{e}\r\n]*){e}")


def _from_hex(digits: str, codec: str, whole: str) -> str:
    if len(digits) % 2:
        return whole
    return bytes.fromhex(digits).decode(codec, "replace").replace("\x00", "")


def delimiters(header: str) -> Delimiters | None:
    """The delimiters that an MSH line declares; None where they can't be delimiters.

    >>> delimiters("MSH|^~\\\\&|LAB")
    Delimiters(field='|', component='^', repetition='~', escape='\\\\', sub='&', truncation='\\x00')
    >>> delimiters("MSH|||LAB") is None
    True
    """
    field = header[3:4]
    declared = header[4:64].split(field, 1)[0] if field else ""
    marks = field + declared
    if not 1 <= len(declared) <= 5 or len(set(marks)) < len(marks):
        return None
    if any(mark.isalnum() or mark.isspace() or not "\x20" < mark < "\x7f" for mark in marks):
        return None
    return Delimiters(field, *declared.ljust(5, _ABSENT))
