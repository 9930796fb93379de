"""Where a page of a search ends: what the next page begins after, of which version of the lake"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from dataclasses import dataclass, field
from typing import Final

import msgspec

from medark.errors import UsageError
from medark.flows.fhir import After

_LEAST, _MOST = -(1 << 63), (1 << 63) - 1
_LONGEST: Final = 400


class _Told(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    digest: str
    version: int
    part: int
    person_id: int | None
    day: int | None
    key: int


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page: of which part, and its place in that part's order."""

    version: int
    part: int
    after: After = field(repr=False)

    def text(self, digest: str) -> str:
        """For a URL: says nothing that the page before it did not show."""
        day = None if self.after.day is None else self.after.day.toordinal()
        told = _Told(digest, self.version, self.part, self.after.person_id, day, self.after.key)
        return base64.urlsafe_b64encode(msgspec.msgpack.encode(told)).rstrip(b"=").decode()

    def of_part(self, part: int, *, newest_first: bool) -> After:
        """The place in another part: of one day the rows of the earlier part come first."""
        if part == self.part:
            return self.after
        is_told = (part < self.part) is not newest_first
        return After(self.after.person_id, self.after.day, _MOST if is_told else _LEAST)


def read_cursor(text: str, digest: str) -> Cursor:
    """The cursor of a URL. UsageError for what is none, or of another search."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        told = msgspec.msgpack.decode(base64.urlsafe_b64decode(padded), type=_Told)
        day = None if told.day is None else dt.date.fromordinal(told.day)
        if (
            len(text) > _LONGEST
            or told.digest != digest
            or not all(map(_fits, (told.key, told.person_id or 0, told.version)))
        ):
            raise ValueError
    except (UnicodeEncodeError, binascii.Error, msgspec.MsgspecError, ValueError, OverflowError):
        raise UsageError(
            "this page is not of this search", fix="begin with the first page", parameter="_cursor"
        ) from None
    return Cursor(told.version, told.part, After(told.person_id, day, told.key))


def _fits(number: int) -> bool:
    return _LEAST <= number <= _MOST
