"""Is this DICOM? The mark after the preamble, or a data set that begins without one"""

from __future__ import annotations

from struct import Struct

PREAMBLE = 128
_VRS = frozenset(
    b"AE AS AT CS DA DS DT FD FL IS LO LT OB OD OF OL OV OW PN SH SL SQ SS ST SV TM UC UI UL UN UR US UT UV".split()
)
_LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_UNDEFINED = 0xFFFFFFFF
_FIRST_GROUPS = (0x0002, 0x0004, 0x0008)
_BEGINNINGS = {group.to_bytes(2, order) for group in _FIRST_GROUPS for order in ("little", "big")}
_ENOUGH = 4  # elements in a row that make sense


def is_dicom(head: bytes, size: int) -> bool:
    """What stands in the preamble does not matter: it may make the file a TIFF, or a program, as well."""
    if head[PREAMBLE : PREAMBLE + 4] == b"DICM":
        return True
    if head[:2] not in _BEGINNINGS:
        return False
    return any(_makes_sense(head, size, order, explicit) for order in "<>" for explicit in (True, False))


def _makes_sense(head: bytes, size: int, order: str, explicit: bool) -> bool:
    """Elements in ascending order whose lengths stay inside the file."""
    at, last, good = 0, (0, 0), 0
    pair, long = Struct(f"{order}HH"), Struct(f"{order}L")
    while at + 12 <= len(head) and good < _ENOUGH:
        tag = pair.unpack_from(head, at)
        if tag <= last or (not good and tag[0] not in _FIRST_GROUPS) or tag[0] > 0x7FE0:
            return False
        length, at = _length(head, at + 4, pair, long, explicit)
        if length < 0 or (length != _UNDEFINED and (length % 2 or at + length > size)):
            return False
        good += 1
        if length == _UNDEFINED:
            break  # a sequence: far enough to be sure of what came before it
        at, last = at + length, tag
    return good >= _ENOUGH or (good >= 2 and at + 12 > size)


def _length(head: bytes, at: int, pair: Struct, long: Struct, explicit: bool) -> tuple[int, int]:
    """The element's length and where its value begins; -1 if there is no such value representation."""
    if not explicit:
        return int(long.unpack_from(head, at)[0]), at + 4
    vr = head[at : at + 2]
    if vr not in _VRS:
        return -1, at
    if vr in _LONG_VRS:
        return int(long.unpack_from(head, at + 4)[0]), at + 8
    return int(pair.unpack_from(head, at)[1]), at + 4
