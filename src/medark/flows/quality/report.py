"""One order that was reported, as a message or a resource tells of it"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Report:
    """One order, and what was reported of it: its place in the record, its code, minutes from what was done to the
    report (None where one of the two is not told, or what was reported was corrected later), how many results it has
    and how many of them say nothing; `is_utf8`: None of what has no letter beyond ASCII, and of a message's reports
    but the first. `numbers`: of the order; when it was ordered, and when there were results, where it says so.
    """

    row_no: int
    code: str
    minutes: float | None
    results: int
    empty: int
    is_utf8: bool | None = None
    numbers: tuple[str, ...] = ()
    ordered: dt.datetime | None = None
    resulted: dt.datetime | None = None


def is_utf8(content: bytes) -> bool | None:
    """Are the letters beyond ASCII UTF-8? None where there are none."""
    if content.isascii():
        return None
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
