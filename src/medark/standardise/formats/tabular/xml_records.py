"""XML lists as tables: an element that comes again and again is a row, dotted paths of what is in it are columns"""

from __future__ import annotations

import codecs
import io
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

import pyarrow as pa

from medark.errors import RefusedInput
from medark.standardise.formats.tabular.encoding import encoding_of
from medark.standardise.formats.tabular.json_objects import Reject
from medark.standardise.formats.tabular.object_columns import Names, flat, tables
from medark.standardise.formats.tabular.transcode import HEAD_BYTES, utf8_blocks
from medark.standardise.formats.tabular.xml_level import record_level
from medark.standardise.formats.tabular.xml_parse import TABLE_ROWS, Parser, Record

_READ = 256 << 10
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{1,200}?\bencoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")


@dataclass(frozen=True, slots=True)
class XmlList:
    """One table of a file: the elements of one name. `repeated`: paths, that name first, that are arrays."""

    name: str
    paths: tuple[str, ...]
    repeated: tuple[str, ...]
    first_row_no: int


def lists(head: bytes, content: BinaryIO, encoding: str) -> tuple[XmlList, ...]:
    """The tables of a file that goes on after its `head`, in the order of their first rows.

    RefusedInput if there is no record at all, or the names in them are no table's.
    """
    found: dict[str, Names] = {}
    parser = Parser(record_level(_utf8_head(head, encoding)))
    for records in _records(parser, utf8_blocks(head, content, encoding, _READ)):
        for name, some in _by_table(records).items():
            objects = [record.value for record in some if isinstance(record.value, dict)]
            found.setdefault(name, Names()).add(flat(objects), len(objects))
    if not any(found):
        raise RefusedInput("XML without a sound record")
    return tuple(
        XmlList(name, _outermost(name, names.paths(), parser.repeated), _of(name, parser.repeated), i * TABLE_ROWS)
        for i, (name, names) in enumerate(found.items())
    )


def rows(
    content: BinaryIO,
    encoding: str,
    table: XmlList,
    columns: Sequence[str],
    rejects: list[Reject],
    *,
    row_no: str,
) -> Iterator[pa.Table]:
    """The records of one table, NULL where a path has no value; what is none goes to `rejects`."""
    head = content.read(HEAD_BYTES)
    parser = Parser(record_level(_utf8_head(head, encoding)), table.repeated)
    for records in _records(parser, utf8_blocks(head, content, encoding, _READ)):
        mine = [record for record in records if record.table == table.name]
        objects = [record.value for record in mine if isinstance(record.value, dict)]
        rejects += [Reject(r.row_no, r.line_no, r.value) for r in mine if isinstance(r.value, str)]
        numbers = [record.row_no for record in mine if isinstance(record.value, dict)]
        yield from tables(flat(objects), numbers, table.paths, columns, row_no)


def encoding(head: bytes, *, complete: bool) -> str:
    """The codec of a file: what its bytes say or, where they leave it open, what it declares."""
    said = _DECLARED.match(head)
    if said and head.isascii():
        try:
            name = codecs.lookup(said[1].decode()).name
        except LookupError:
            name = "utf-8"
        return "gb18030" if name in ("gbk", "gb2312") else name
    return encoding_of(head, complete=complete)


def blanked_into(out: BinaryIO, head: bytes, content: BinaryIO, row_nos: Collection[int]) -> None:
    """The same file, in UTF-8, with these rows' elements emptied. What is held is one block and one record.

    The last row may be what can't be read: of that nothing is left.
    """
    parser = Parser(record_level(head), wanted=row_nos)
    held, base = b"", 0
    for block in chain([head], iter(lambda: content.read(_READ), b""), [b""]):
        held += block
        is_sound = parser.feed(block, final=not block)
        for span in parser.spans:
            out.writelines([held[: span.start - base], b"<", span.name, b"/>"])
            held, base = held[span.end - base :], span.end
        kept = max(parser.done - base, 0)
        out.write(held[:kept])
        held, base = held[kept:], base + kept
        if not is_sound:
            break
        parser.forget()
    is_gone = bool(parser.records) and parser.records[-1].row_no in row_nos and not is_sound
    for rest in chain([held], iter(lambda: content.read(_READ), b"")):
        out.write(b"" if is_gone else rest)


def _records(parser: Parser, blocks: Iterator[bytes]) -> Iterator[list[Record]]:
    """Runs of records, each block's, up to where nothing more can be read."""
    for block in blocks:
        is_sound = parser.feed(block)
        yield parser.records
        parser.records = []
        if not is_sound:
            return
    parser.feed(b"", final=True)
    yield parser.records


def _by_table(records: Sequence[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[record.table].append(record)
    return found


def _utf8_head(head: bytes, encoding: str) -> bytes:
    return next(utf8_blocks(head, io.BytesIO(), encoding, 1), b"")


def _of(name: str, repeated: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(path for path in repeated if path.startswith(f"{name}.")))


def _outermost(name: str, paths: Sequence[str], repeated: Collection[str]) -> tuple[str, ...]:
    """The paths of a table whose elements are arrays wherever one comes twice: what is in these is no column."""
    arrays = [path.removeprefix(f"{name}.") for path in _of(name, repeated)]
    whole = (min((a for a in arrays if path == a or path.startswith(f"{a}.")), key=len, default=path) for path in paths)
    return tuple(dict.fromkeys(whole))
