"""Hostile FHIR: it ends in quarantine with a reason, in bounded time and memory, and costs its neighbours nothing."""

from __future__ import annotations

import io
import json
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.model.record import Chunk, Format, RawRecord
from medark.model.source import Source
from medark.standardise.formats.fhir import READER

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "fhir"
RECORDS = [path.read_bytes() for path in sorted(GOLDEN.glob("*.in.*"))]
PATIENT = b'{"resourceType":"Patient","id":"p1"'
OBSERVATION = (
    b'{"resourceType":"Observation","id":"o1","status":"final","subject":{"reference":"Patient/p1"},'
    b'"code":{"text":"x"},"valueQuantity":{"value":%s}}'
)
DEEP = b"[" * 100_000 + b"]" * 100_000


def staged(content: bytes | BinaryIO, kind: Format = Format.FHIR_JSON) -> dict[str, list[Any]]:
    """Rows of a record; every unit must be accounted for and every table must fit the contract."""
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    rows: dict[str, list[Any]] = {}
    for chunk in READER.chunks(RawRecord(1, "0" * 64, "s", "n", 0, kind, 1), stream):
        found = READER.stage(chunk, Source("s"))
        found.tables()
        for table, more in found.rows.items():
            rows.setdefault(table, []).extend(more)
    (count,) = rows["unit_count"]
    issues = [row.row_no for row in rows["unit_issue"]]
    assert len(issues) == len(set(issues)) and all(0 <= row_no < count.units for row_no in issues)
    assert "the reader failed on it" not in {row.reason for row in rows["unit_issue"]}
    return rows


def in_a_bundle(resource: bytes) -> bytes:
    good = PATIENT + b"}"
    return b'{"resourceType":"Bundle","entry":[{"resource":%s},{"resource":%s},{"resource":%s}]}' % (
        good,
        resource,
        good,
    )


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (PATIENT + b',"unread":' + DEEP + b"}", "nested too deep"),
        (PATIENT + b',"name":' + DEEP + b"}", "nested too deep"),
        (PATIENT + b',"extension":' + b'[{"extension":' * 50_000 + b"[]" + b"}]" * 50_000 + b"}", "nested too deep"),
        (PATIENT + b',"x":NaN}', "not JSON"),
        (PATIENT + b',"x":-Infinity}', "not JSON"),
        (OBSERVATION % b"NaN", "not JSON"),
        (OBSERVATION % (b"9" * 4301), "number too long"),
        (OBSERVATION % b'"7.1"', "wrong type"),
        (OBSERVATION % b"{}", "wrong type"),
        (b'{"resourceType":"Patient","id":"\\ud800 x"}', "not JSON"),
        (b'{"resourceType":"Patient","id":"\xff"}', "not UTF-8"),
        (b'{"resourceType":"Patient","id":["p1"]}', "wrong type"),
        (b'{"resourceType":["Patient"]}', "not a FHIR resource"),
        (b'["Patient"]', "not a FHIR resource"),
        (b"17", "not a FHIR resource"),
    ],
)
def test_one_bad_resource_is_quarantined_and_its_neighbours_load(resource: bytes, reason: str) -> None:
    alone = staged(resource)
    assert [(row.outcome, row.reason) for row in alone["unit_issue"]] == [("quarantined", reason)]
    rows = staged(in_a_bundle(resource))
    assert [(row.row_no, row.outcome, row.reason) for row in rows["unit_issue"]] == [(1, "quarantined", reason)]
    assert [row.row_no for row in rows["person"]] == [0, 2]


def test_digits_without_end_where_nobody_reads_them_do_no_harm() -> None:
    assert len(staged(PATIENT + b',"unread":' + b"9" * 4301 + b"}")["person"]) == 1
    series = b'{"resourceType":"ImagingStudy","status":"available","series":[{"numberOfInstances":%s}]}' % (b"9" * 4301)
    assert staged(series)["unit_issue"][0].outcome == "quarantined"


def test_of_duplicate_keys_the_last_holds() -> None:
    assert [row.gender for row in staged(PATIENT + b',"gender":"male","gender":"female"}')["person"]] == ["female"]


@pytest.mark.parametrize(
    "content", [b"", b" ", b"null", b"{", b"[", b"[]", b"{}", b'"', b"\x00", b"\xff\xfe{\x00}\x00", DEEP, b"[" * 10**6]
)
def test_what_is_no_document_ends_with_a_word(content: bytes) -> None:
    for kind in (Format.FHIR_JSON, Format.FHIR_NDJSON):
        assert staged(content, kind)["unit_issue"]


class Endless(io.RawIOBase):
    """A record of a given size that is made as it is read."""

    def __init__(self, head: bytes, filler: bytes, size: int, tail: bytes) -> None:
        self._head, self._left, self._tail = head, size, tail
        self._block = filler * ((8 << 20) // len(filler))

    def read(self, size: int = -1) -> bytes:
        """Less than it is asked for, as a stream that decompresses may give."""
        if self._head or not self._left:
            part = "_head" if self._head else "_tail"
            held = getattr(self, part)
            setattr(self, part, held[size:])
            return held[:size]
        out = self._block[: min(size, self._left)]
        self._left -= len(out)
        return out

    def readline(self, size: int | None = -1) -> bytes:
        """A whole line or so many bytes, as the standard library's buffered readers give."""
        if self._head:
            end = (self._head.find(b"\n") + 1) or len(self._head)
            line, self._head = self._head[:end], self._head[end:]
            return line if line.endswith(b"\n") else line + self.readline((size or 0) - len(line))
        if self._left:
            count = min(size or 0, self._left)
            self._left -= count
            return self._block[:1] * count
        end = (self._tail.find(b"\n") + 1) or len(self._tail)
        line, self._tail = self._tail[:end], self._tail[end:]
        return line


@pytest.mark.parametrize("kind", [Format.FHIR_NDJSON, Format.FHIR_JSON])
def test_a_string_of_one_gigabyte_is_passed_over_in_bounded_memory(kind: Format) -> None:
    good = PATIENT + b"}"
    lines = (good + b"\n" + PATIENT + b',"x":"', b'"}\n' + good)
    entries = (b'{"entry":[{"resource":%s},{"resource":%s,"x":"' % (good, PATIENT), b'"}},{"resource":%s}]}' % good)
    head, tail = lines if kind is Format.FHIR_NDJSON else entries
    tracemalloc.start()
    rows = staged(cast(BinaryIO, Endless(head, b"abcdefgh", 1 << 30, tail)), kind)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [(row.row_no, row.reason) for row in rows["unit_issue"]] == [(1, "too large")]
    assert [row.row_no for row in rows["person"]] == [0, 2]
    assert peak < 400 << 20


def test_brackets_by_the_million_are_counted_in_linear_time() -> None:
    assert staged(b'{"resourceType":"Bundle","entry":[' + b"[{}" * 2_000_000)["unit_issue"][-1].reason == "cut short"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
ODD = JSON | st.sampled_from(
    ["Patient/1", "#x", "urn:uuid:1", "entered-in-error", 10**400, "\ud800", "2023-99-99", [None], [[]]]
)


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inner:
        yield from nodes(part, (*path, key))


DOCUMENTS = [
    json.loads(record)
    for record in RECORDS
    if record.startswith(b"{") and b"NaN" not in record and b"}\n{" not in record
]
PLACES = [(number, path) for number, document in enumerate(DOCUMENTS) for path in nodes(document)]


@given(st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=3))
@settings(max_examples=400, deadline=None)
def test_anything_anywhere_never_stops_the_reader(changes: list[tuple[tuple[int, tuple[Any, ...]], Any]]) -> None:
    number = changes[0][0][0]
    document = json.loads(json.dumps(DOCUMENTS[number]))
    for (_, path), odd in changes:
        holder = document
        try:
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = odd
        except (KeyError, IndexError, TypeError):
            continue
    staged(json.dumps(document).encode("utf-8", "surrogatepass"))


@given(st.sampled_from(RECORDS), st.data())
@settings(max_examples=300, deadline=None)
def test_torn_and_flipped_bytes_never_stop_the_reader(record: bytes, data: st.DataObject) -> None:
    broken = bytearray(record[: data.draw(st.integers(0, len(record)))])
    for _ in range(data.draw(st.integers(0, 4))):
        if broken:
            broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    kind = data.draw(st.sampled_from([Format.FHIR_JSON, Format.FHIR_NDJSON]))
    staged(bytes(broken), kind)
    READER.blanked(bytes(broken), {0, 2})


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_bytes_in_any_framing_never_stop_the_reader(content: bytes) -> None:
    for frame in (b"", b"[", b"\x1e", b"\x18", b"\x19"):
        READER.stage(Chunk(1, frame + content), Source("s")).tables()
