"""Orders and their reports in a message of HL7 v2"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Final

from medark.flows.quality.report import Report, is_utf8

_LINES: Final = re.compile(rb"[\r\n]+")
_CORRECTED: Final = (b"C", b"X")  # OBR-25, HL7 table 0123: corrected, cancelled
_NEW: Final = (b"NW", b"SN")  # ORC-1, HL7 table 0119: ORC-9 of others is when that was done which they tell of


def reports_of_message(message: bytes, row_no: int) -> Iterator[Report]:
    """Each OBR with its results. Done: OBR-7; reported: OBR-22, else MSH-7; ordered: ORC-9 of a new order, OBR-6."""
    field, component = message[3:4], message[4:5]
    if not message.startswith(b"MSH") or not field:
        return
    yield Report(row_no, "", None, 0, 0, is_utf8(message))
    sent, common, order, results, empty = b"", [b""] * 11, [b""], 0, 0
    for segment in _LINES.split(message):
        name = segment[:3]
        if name == b"MSH":
            sent = (segment.split(field, 7) + [b""] * 7)[6]
        elif name in (b"ORC", b"OBR") and order[0]:
            yield _of_order(common, order, sent, component, row_no, results, empty)
            order, results, empty = [b""], 0, 0
        if name == b"ORC":
            common = segment.split(field, 10) + [b""] * 10
        elif name == b"OBR":
            order, results, empty = segment.split(field, 26) + [b""] * 26, 0, 0
        elif name == b"OBX":
            told = segment.split(field, 12) + [b""] * 12
            results += 1
            empty += not told[5].strip() and told[11] in (b"F", b"C", b"")
    if order[0]:
        yield _of_order(common, order, sent, component, row_no, results, empty)


def _of_order(
    common: list[bytes], order: list[bytes], sent: bytes, component: bytes, row_no: int, results: int, empty: int
) -> Report:
    code = _first(order[4], component)
    done, reported = _stamp(order[7]), _stamp(order[22] or sent)
    is_new, is_final = common[1].strip() in _NEW, order[25] not in _CORRECTED
    minutes = (reported - done).total_seconds() / 60 if done and reported and is_final and not is_new else None
    named = (("placer", order[2] or common[2]), ("filler", order[3] or common[3]))
    return Report(
        row_no, code[:60], minutes, results, empty,
        numbers=tuple(f"{who} {_first(number, component)}" for who, number in named if number.strip()),
        ordered=_stamp(common[9] if is_new else order[6]),
        resulted=reported if results and is_final and not is_new else None,
    )  # fmt: skip


def _first(told: bytes, component: bytes) -> str:
    return told.split(component, 1)[0].strip().decode("ascii", "replace") if component else ""


def _stamp(told: bytes) -> dt.datetime | None:
    """A time of HL7 that says at least the minute, as it is on the sender's clock."""
    digits = told[:14]
    if len(digits) < 12 or not digits[:12].isdigit():
        return None
    parts = [int(digits[a:b]) for a, b in ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12))]
    try:
        return dt.datetime(*parts)  # type: ignore[arg-type]
    except ValueError:
        return None
