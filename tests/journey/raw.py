"""Raw files, read by the plainest means there are: nothing here comes from the product"""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

Row = dict[str, str]


def members(archive: Path | io.BytesIO, prefix: str = "") -> dict[str, bytes]:
    """Every file in an archive with its bytes; zip and gzip files in it are opened too.

    A nested archive's files are named `outer.zip!/inner`.
    """
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            if not member.is_dir():
                found |= _opened(prefix + _name(member), opened.read(member))
    return found


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name; of archives that do not say so it is UTF-8 all the same, where it can be."""
    if member.flag_bits & 0x800:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.filename


def _opened(name: str, content: bytes) -> dict[str, bytes]:
    if content.startswith(b"PK\x03\x04"):
        return members(io.BytesIO(content), f"{name}!/")
    if content.startswith(b"\x1f\x8b"):
        return {f"{name}!/{name.rsplit('/', 1)[-1].removesuffix('.gz')}": gzip.decompress(content)}
    return {name: content}


def csv_rows(content: bytes) -> list[Row]:
    """The rows of a CSV file."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def parquet_rows(content: bytes) -> pa.Table:
    """The rows of a Parquet file."""
    return pq.read_table(pa.BufferReader(content))


def named(files: dict[str, bytes], ending: str) -> bytes:
    """The one file whose name ends so, case aside."""
    (content,) = [c for name, c in files.items() if name.lower().endswith(ending.lower())]
    return content


def numbers(values: Iterator[str]) -> list[float]:
    """Those that read as a number."""
    read = []
    for value in values:
        try:
            read.append(float(value))
        except (TypeError, ValueError):
            continue
    return read
