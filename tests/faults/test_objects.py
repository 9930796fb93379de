"""Hostile JSON lines and XML lists: a reason for what is bad, in bounded time and memory; the rest is read."""

from __future__ import annotations

import io
import time
import tracemalloc
from contextlib import suppress

import pytest

from medark.acquire.files import recognise
from medark.errors import RefusedInput
from medark.model.record import Format
from medark.standardise.formats import tabular

MIB = 1 << 20
JSON, XML = Format.JSON_LINES, Format.XML_RECORDS


class Endless(io.RawIOBase):
    """A file that is never held: `head`, then `unit` over and over up to `size` bytes."""

    def __init__(self, head: bytes, unit: bytes, size: int) -> None:
        self._head, self._unit, self._length, self.left = head, unit * (MIB // len(unit) + 1), len(unit), size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        head, self._head = self._head[:size], self._head[size:]
        if head:
            return head
        size = min(size, self.left, len(self._unit))
        size -= size % self._length if size > self._length else 0
        self.left -= size
        return self._unit[:size]


def taken(content: io.RawIOBase, again: io.RawIOBase, fmt: Format) -> tuple[int, int, float, int]:
    """Rows, rejects, seconds, and the most memory held."""
    begun, rejects, rows, bad = time.process_time(), list[tabular.Reject](), 0, 0
    tracemalloc.start()
    try:
        with suppress(RefusedInput):
            for shape in tabular.shapes(content, fmt):
                for batch in tabular.rows(again, shape, rejects):
                    rows, bad = rows + batch.num_rows, bad + len(rejects)
                    rejects.clear()
        return rows, bad + len(rejects), time.process_time() - begun, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


BOMBS = {
    "a line of brackets": (JSON, b'{"a":', b"["),
    "a line of objects": (JSON, b"", b'{"a":'),
    "a line of quotes": (JSON, b'{"a":"', b'\\"'),
    "a line of digits": (JSON, b'{"a":', b"9"),
    "empty objects": (JSON, b"", b"{}\n"),
    "one object a line twice": (JSON, b"", b"{}{}\n"),
    "no objects": (JSON, b"", b"x\n"),
    "NULs": (JSON, b'{"a":1}\n', b"\0"),
    "elements in elements": (XML, b"", b"<a>"),
    "empty elements": (XML, b"<a>", b"<b/>"),
    "empty elements in one": (XML, b"<a><b>", b"<c/>"),
    "a tag of attributes": (XML, b"<a><b ", b'c="1" '),
    "a tag of blanks": (XML, b"<a><b", b" "),
    "text": (XML, b"<a><b>1</b><b>", b"x"),
    "a comment": (XML, b"<a><b>1</b><!-- ", b"x"),
    "ever the same child": (XML, b"<a><b>1</b><b>", b"<c>1</c>"),
    "no XML": (XML, b"<a><b/>", b"&"),
}


MANY = (b"{}\n", b"{}{}\n", b"x\n", b"<b/>", b"<c/>", b"<c>1</c>", b"<a>")  # rows or elements: each takes its time


@pytest.mark.parametrize("name", BOMBS)
def test_bounded_time_and_memory(name):
    fmt, head, unit = BOMBS[name]
    size = MIB // 16 if unit in MANY else 24 * MIB
    recognise((head + unit * 20_000)[: 1 << 16], "a", size)
    *_, seconds, memory = taken(Endless(head, unit, size), Endless(head, unit, size), fmt)
    assert memory < 300 * MIB and seconds < 60


@pytest.mark.parametrize(
    "keys",
    [
        lambda i: f'{{"k{i}":1}}',  # another name each time
        lambda i: f'{{"k{i % 1900}":1}}',  # a wide, empty table
        lambda i: f'{{"a":{{"k{i}":{{}}}}}}',  # objects without values
        lambda i: "{" + ",".join(f'"k{j}":1' for j in range(i % 7)) + "}",
    ],
)
def test_names_without_end_cost_no_more_than_they_weigh(keys):
    content = "\n".join(map(keys, range(4_000))).encode()
    rows, bad, seconds, memory = taken(io.BytesIO(content), io.BytesIO(content), JSON)
    assert memory < 300 * MIB and seconds < 60 and rows + bad in (0, 4_000)


@pytest.mark.parametrize(
    "prologue",
    [
        '<!DOCTYPE L [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE L SYSTEM "http://127.0.0.1:1/x.dtd">',
        '<!DOCTYPE L [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x "&b;&b;&b;&b;">]>',
        '<!DOCTYPE L [<!ENTITY % p SYSTEM "file:///etc/hostname">%p;]>',
    ],
)
def test_document_types_are_refused_unread(prologue):
    content = f"{prologue}<L><P><a>&x;</a></P><P><a>2</a></P></L>".encode()
    with pytest.raises(RefusedInput, match="without a sound record"):
        tabular.shapes(io.BytesIO(content), XML)


def test_memory_is_flat_however_many_rows():
    for fmt, head, unit in ((JSON, b"", b'{"id":"0017","n":1.50}\n'), (XML, b"<L>", b"<P><id>0017</id></P>")):
        small, large = (taken(Endless(head, unit, size), Endless(head, unit, size), fmt)[3] for size in (MIB // 4, MIB))
        assert large < 1.3 * small + 8 * MIB, fmt
