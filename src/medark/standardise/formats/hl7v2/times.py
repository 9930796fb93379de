"""HL7 time stamps: those that can be read, as they were given"""

from __future__ import annotations

import re
from datetime import date

_HOUR = "(?:[01][0-9]|2[0-3])"
_STAMP = re.compile(
    rf"([12][0-9]{{3}})(?:(0[1-9]|1[0-2])(?:(0[1-9]|[12][0-9]|3[01])"
    rf"(?:{_HOUR}(?:[0-5][0-9](?:[0-5][0-9](?:\.[0-9]{{1,9}})?)?)?)?(?:[+-](?:0[0-9]|1[0-4])[0-5][0-9])?)?)?"
)


def readable(stamp: str) -> bool:
    """Is this YYYY[MM[DD[HH[MM[SS[.f]]]]]][±HHMM] with a day that exists?

    >>> [readable(s) for s in ("202310", "20231010041747.5+0800", "20230229", "2023-10-10", "00000000")]
    [True, True, False, False, False]
    """
    match = _STAMP.fullmatch(stamp)
    if match is None:
        return False
    year, month, day = match.groups()
    return day is None or int(day) <= 28 or _exists(int(year), int(month), int(day))


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True
