"""Chunks: every unit once, in order, whatever the sizes; no more in memory than a chunk."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medark.model.record import Chunk, Format, RawRecord
from medark.standardise.formats.fhir import cut

WORDS = st.text(max_size=12)


def pieces(content: bytes, kind: Format = Format.FHIR_JSON) -> list[Chunk]:
    record = RawRecord(7, "0" * 64, "s", "name", len(content), kind, 1)
    return list(cut.chunks(record, io.BytesIO(content)))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut, "CHUNK_BYTES", 200)
    monkeypatch.setattr(cut, "UNIT_BYTES", 1000)
    monkeypatch.setattr(cut, "BLOCK", 64)


def bundle(entries: list[object], indent: int | None = None) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries}, indent=indent).encode()


def held(chunks: list[Chunk]) -> list[object]:
    return [entry for chunk in chunks for entry in json.loads(chunk.content)]


def test_what_fits_is_one_chunk_as_it_came() -> None:
    (only,) = pieces(b' {"resourceType":"Patient"} ')
    assert only == Chunk(7, b' {"resourceType":"Patient"} ', "name", 0, last=True)


def test_nothing_is_still_a_chunk() -> None:
    assert pieces(b"") == pieces(b"\n \n", Format.FHIR_NDJSON) == [Chunk(7, b"", "name", 0, last=True)]


@given(
    st.lists(st.dictionaries(WORDS, WORDS | st.lists(st.integers(0, 99), max_size=5), max_size=3), max_size=20),
    st.sampled_from([None, 2]),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.usefixtures("small")
def test_a_large_bundle_is_cut_into_all_its_entries(entries: list[object], indent: int | None) -> None:
    entries = [*entries, {"pad": "x" * 200}]
    chunks = pieces(bundle(entries, indent))
    assert held(chunks) == entries
    assert [chunk.first_row_no for chunk in chunks] == list(_running(chunks))
    assert [chunk.last for chunk in chunks] == [False] * (len(chunks) - 1) + [True]


def _running(chunks: list[Chunk]) -> Iterator[int]:
    total = 0
    for chunk in chunks:
        yield total
        total += len(json.loads(chunk.content))


@pytest.mark.usefixtures("small")
def test_a_unit_too_large_is_passed_over_and_the_rest_goes_on() -> None:
    chunks = pieces(bundle([{"a": 1}, {"b": '"]}' * 2000}, {"c": [3]}]))
    assert [chunk.content for chunk in chunks] == [b'[{"a": 1}]', cut.TOO_LARGE, b'[{"c": [3]}]']
    assert [chunk.first_row_no for chunk in chunks] == [0, 1, 2]


@pytest.mark.usefixtures("small")
def test_a_bundle_cut_short_ends_with_a_unit_that_says_so() -> None:
    whole = bundle([{"a": "x" * 50}] * 10)
    chunks = pieces(whole[:-40])
    assert chunks[-1].content == cut.CUT_SHORT and chunks[-1].first_row_no == 9
    assert len(held(chunks[:-1])) == 9


@pytest.mark.usefixtures("small")
def test_a_single_resource_larger_than_a_chunk_stays_whole_up_to_the_limit() -> None:
    resource = json.dumps({"resourceType": "Binary", "data": "x" * 500}).encode()
    assert [chunk.content for chunk in pieces(resource)] == [resource]
    assert [chunk.content for chunk in pieces(resource.replace(b"x", b"xxx"))] == [cut.TOO_LARGE]


@pytest.mark.usefixtures("small")
def test_lines_come_in_runs_and_blank_ones_are_not_counted() -> None:
    lines = [json.dumps({"n": n, "pad": "x" * 30}).encode() for n in range(20)]
    chunks = pieces(b"\xef\xbb\xbf" + b"\r\n\n".join(lines), Format.FHIR_NDJSON)
    assert all(chunk.content[:1] == cut.LINES for chunk in chunks) and len(chunks) > 3
    assert b"\n".join(chunk.content[1:] for chunk in chunks).split(b"\n") == lines
    assert chunks[1].first_row_no == chunks[0].content.count(b"\n") + 1


@pytest.mark.usefixtures("small")
def test_a_line_too_large_is_one_unit_in_its_place() -> None:
    chunks = pieces(b'{"a":1}\n"' + b"x" * 5000 + b'"\n{"b":2}', Format.FHIR_NDJSON)
    assert [chunk.content for chunk in chunks] == [b'\x1e{"a":1}', cut.TOO_LARGE, b'\x1e{"b":2}']


def test_a_bundle_of_countless_empty_entries_is_cut_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cut, "UNITS", 100)
    chunks = pieces(b'{"entry":[' + b",".join([b"{}"] * 950) + b"]}")
    assert [chunk.content.count(b"{}") for chunk in chunks] == [100] * 9 + [50]


class Counting(io.RawIOBase):
    """A Bundle without end, that remembers nothing: only what the reader holds is in memory."""

    def __init__(self, entries: int) -> None:
        self.left, self.begun = entries, False

    def read(self, size: int = -1) -> bytes:
        if not self.begun:
            self.begun = True
            return b'{"resourceType":"Bundle","entry":['
        count = min(self.left, max(1, size // 1000))
        self.left -= count
        if not count:
            return b""
        entry = b'{"resource":{"resourceType":"Basic","id":"' + b"x" * 900 + b'"}}'
        return b",".join([entry] * count) + (b"]}" if not self.left else b",")


def test_memory_stays_flat_however_large_the_bundle() -> None:
    record = RawRecord(1, "0" * 64, "s", "n", 0, Format.FHIR_JSON, 1)
    sizes = [len(chunk.content) for chunk in cut.chunks(record, Counting(150_000))]  # type: ignore[arg-type]
    assert sum(sizes) > 140_000_000
    assert max(sizes) < cut.CHUNK_BYTES + (1 << 20)
