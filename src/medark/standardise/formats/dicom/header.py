"""The header of a DICOM file from its first bytes: bounded, without pixels, deflated or not, preamble or not"""

from __future__ import annotations

import logging
import re
import warnings
import zlib
from io import BytesIO
from itertools import count
from typing import NamedTuple

import pydicom
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset, read_partial
from pydicom.tag import BaseTag

from medark.standardise.formats.dicom.attributes import WANTED

HEADER_BYTES = 4 << 20  # of a file, and of what a deflated one may become: real headers are 1 kB to 1 MB
_ELEMENTS = 50_000  # in the outermost data set; real ones have some hundreds
_ITEMS = 50_000  # of all sequences; each becomes an object whether anybody asks for it or not
_ITEM_TAGS = (b"\xfe\xff\x00\xe0", b"\xff\xfe\xe0\x00")
_LAST_GROUP = 0x0050  # patient, study, series, specimen, report and device come before; pixels, waves, overlays after
_DEFLATED = b"1.2.840.10008.1.2.1.99"

# The preamble is free for any use, so a DICOM file can at the same time be a program (CVE-2019-11687). A TIFF one is
# what PS3.10 7.1 has it for (whole-slide images); programs, pages and archives have no business there.
_ACTIVE = (
    b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe", b"#!", b"PK",
    b"%PDF", b"%!PS",
)  # fmt: skip
_MARKUP = re.compile(rb"<\s*(?:!doctype|html|script|svg|\?xml|\?php|iframe|body|head)", re.IGNORECASE)

# What pydicom says about odd values quotes them, and a patient's value must not reach a log or a warning.
logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE


class Refused(Exception):  # noqa: N818  a verdict about the file
    """The file is not used: a fixed phrase says why."""


class Header(NamedTuple):
    """What was read. `cut`: where the part begins that is of no interest, None if the bytes ended before it."""

    dataset: Dataset
    cut: int | None


def header(content: bytes) -> Header:
    """The wanted elements of a file's first bytes. Refused when it is no DICOM, or hostile, or broken."""
    _screen(content)
    cut: list[int] = []
    stream, seen = BytesIO(content), count()

    def past(tag: BaseTag, vr: str | None, length: int) -> bool:
        # The reader stands behind what it has read of this element: a tag and a length, and more for some VRs.
        if next(seen) > _ELEMENTS:
            raise Refused("header too large")
        if tag >> 16 > _LAST_GROUP:
            cut.append(stream.tell())
        return bool(cut)

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            inflated = _inflated(content)
            _screen_items(content if inflated is None else inflated)
            if inflated is None:
                dataset: Dataset = read_partial(stream, past, defer_size=HEADER_BYTES, force=True, specific_tags=WANTED)
            else:
                stream = BytesIO(inflated)
                dataset = read_dataset(stream, False, True, stop_when=past, specific_tags=WANTED)
    except Refused:
        raise
    # The library raises anything on broken input, from struct.error to RecursionError; all of it means one thing.
    except Exception:
        raise Refused("not readable as DICOM: broken or cut short") from None
    if not cut and max(len(content), len(inflated or b"")) > HEADER_BYTES:
        raise Refused("header too large")
    return Header(dataset, cut[0] if cut and inflated is None else None)


def is_deflated(content: bytes) -> bool:
    """True when the file meta information names the deflated transfer syntax."""
    return content[128:132] == b"DICM" and _DEFLATED in content[132:4096]


def _screen(content: bytes) -> None:
    preamble = content[:128] if content[128:132] == b"DICM" else b""
    if preamble.startswith(_ACTIVE) or _MARKUP.search(preamble):
        raise Refused("executable preamble")
    if not preamble and not _begins_a_dataset(content):
        raise Refused("not DICOM")


def _screen_items(content: bytes) -> None:
    if any(content.count(tag) > _ITEMS for tag in _ITEM_TAGS):
        raise Refused("header too large")


def _begins_a_dataset(content: bytes) -> bool:
    """A file without a preamble: does it begin with an element of the first groups, in either byte order?"""
    head = content[:4]
    if len(head) < 4:
        return False
    groups = (int.from_bytes(head[:2], "little"), int.from_bytes(head[:2], "big"))
    elements = (int.from_bytes(head[2:], "little"), int.from_bytes(head[2:], "big"))
    return any(g in (0x0002, 0x0004, 0x0008) and e < 0x0100 for g, e in zip(groups, elements, strict=True))


def _inflated(content: bytes) -> bytes | None:
    """The data set of a deflated file as far as the limit goes, so that a bomb is no more than that; else None."""
    if not is_deflated(content):
        return None
    at = _meta_end(content)
    return zlib.decompressobj(-zlib.MAX_WBITS).decompress(content[at:], HEADER_BYTES + 1)


def _meta_end(content: bytes) -> int:
    """Where the file meta information (group 0002, always explicit little endian) ends."""
    at = 132
    while content[at : at + 2] == b"\x02\x00":
        long = content[at + 4 : at + 6] in (b"OB", b"OW", b"UN", b"UT", b"SQ")
        length = content[at + 8 : at + 12] if long else content[at + 6 : at + 8]
        at += (12 if long else 8) + int.from_bytes(length, "little")
    return at
