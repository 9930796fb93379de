"""What the landing store promises: once, in order, byte for byte, found again"""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.errors import NotFoundError, SourceError, StorageError, UsageError
from medark.model.record import Format
from medark.model.source import Source
from medark.store.landing import Arrival, Landed, Landing
from medark.store.landing.pack import INLINE_BYTES, WHOLE_BYTES

NOISE = random.Random(7).randbytes(2 * INLINE_BYTES)  # does not compress: an object of its own


@pytest.fixture
def landing(tmp_path: Path) -> Iterator[Landing]:
    with Landing(tmp_path / "landing", clock=lambda: 1700000000.0) as store:
        yield store


def message(content: bytes, name: str = "a.hl7") -> Arrival:
    return Arrival(name, content, Format.HL7V2)


def put_one(landing: Landing, content: bytes | Path, name: str = "a") -> Landed:
    return landing.put("lis", 1, [Arrival(name, content, Format.UNKNOWN)])[0]


@pytest.mark.parametrize(
    "content", [b"", b"MSH|^~\\&|", b"x" * 1_000_000, NOISE], ids=["empty", "small", "long", "object"]
)
def test_bytes_come_back_exactly(landing: Landing, content: bytes) -> None:
    landed = put_one(landing, content)
    assert landed.new
    assert landed.record.size == len(content)
    with landing.open(landed.record) as file:
        assert file.read() == content


def test_a_file_larger_than_memory_allows_streams_through(landing: Landing, tmp_path: Path) -> None:
    path = tmp_path / "large.ndjson"
    line = NOISE[:4096]
    with path.open("wb") as file:
        for number in range(WHOLE_BYTES // len(line) + 100):
            file.write(number.to_bytes(8, "big") + line)
    landed = put_one(landing, path)
    assert landed.record.size == path.stat().st_size > WHOLE_BYTES
    with landing.open(landed.record) as stored, path.open("rb") as original:
        assert not stored.seekable()
        while piece := original.read(1 << 16):
            assert stored.read(len(piece)) == piece
        assert stored.read() == b""


def test_the_same_content_of_the_same_source_lands_once(landing: Landing) -> None:
    first, twin, other = landing.put("lis", 1, [message(b"1", "a"), message(b"1", "b"), message(b"2", "c")])
    again = landing.put("lis", 2, [message(b"1", "z")])[0]
    elsewhere = landing.put("his", 2, [message(b"1", "a")])[0]
    assert [x.new for x in (first, twin, other, again, elsewhere)] == [True, False, True, False, True]
    assert twin.record == first.record == again.record
    assert first.record.name == "a"
    assert elsewhere.record.id != first.record.id


def test_the_same_large_content_lands_once(landing: Landing, tmp_path: Path) -> None:
    assert [x.new for x in landing.put("lis", 1, [message(NOISE), message(NOISE)])] == [True, False]
    assert not put_one(landing, NOISE).new
    assert len(list((tmp_path / "landing" / "objects").glob("*/*"))) == 1
    assert not list((tmp_path / "landing" / "incoming").glob("*/*.[0-9]*"))


def test_records_are_in_order_and_filtered(landing: Landing) -> None:
    landing.put("lis", 1, [message(b"%d" % n) for n in range(2500)])
    landing.put("his", 2, [Arrival("p.csv", b"a,b", Format.DELIMITED)])
    assert [r.record_no for r in landing.records()] == list(range(1, 2502))
    assert [r.name for r in landing.records(source="his")] == ["p.csv"]
    assert len(list(landing.records(batch_no=1))) == 2500
    assert [r.source for r in landing.records(formats=[Format.DELIMITED, Format.CDA])] == ["his"]
    assert list(landing.records(formats=[])) == []


def test_records_may_be_landed_while_others_are_listed(landing: Landing) -> None:
    landing.put("lis", 1, [message(b"%d" % n) for n in range(1500)])
    listed = landing.records()
    next(listed)
    landing.put("lis", 1, [message(b"later")])
    assert len(list(listed)) == 1500


def test_a_record_is_found_by_number_and_by_the_beginning_of_its_id(landing: Landing) -> None:
    records = [x.record for x in landing.put("lis", 1, [message(b"%d" % n) for n in range(40)])]
    assert landing.record(7) == records[6]
    assert landing.by_id(records[3].id) == landing.by_id(records[3].id[:12].upper()) == records[3]
    with pytest.raises(NotFoundError):
        landing.record(41)
    with pytest.raises(NotFoundError):
        landing.by_id("0" * 64 if records[0].id != "0" * 64 else "1" * 64)
    crowded = next(d for d in "0123456789abcdef" if sum(r.id.startswith(d) for r in records) > 1)
    with pytest.raises(UsageError, match="several"):
        landing.by_id(crowded)
    for wrong in ("", "xyz", "0" * 65, "%"):
        with pytest.raises(UsageError):
            landing.by_id(wrong)


def test_batches_have_numbers_and_times(landing: Landing) -> None:
    assert [landing.next_batch("lis"), landing.next_batch("his"), landing.next_batch("lis")] == [1, 2, 3]
    assert landing.arrived(put_one(landing, b"x").record) == 1700000000.0


def test_sources_are_kept(tmp_path: Path) -> None:
    told = Source("north/lis", "Asia/Shanghai", ("HOSP", "LAB"), "city")
    with Landing(tmp_path) as landing:
        landing.put_source(Source("north/lis"))
        landing.put_source(told)
        landing.put("his", 1, [message(b"1")])
    with Landing(tmp_path) as landing:
        assert landing.source("north/lis") == told
        assert landing.sources() == [Source("his"), told]
        with pytest.raises(NotFoundError):
            landing.source("ris")
        with pytest.raises(SourceError):
            landing.put("", 1, [message(b"1")])


def test_an_arrival_is_read_before_the_next_is_asked_for(landing: Landing, tmp_path: Path) -> None:
    """As `walk` gives them: each unpacked copy is gone when the next file comes."""
    path = tmp_path / "scratch"

    def arrivals() -> Iterator[Arrival]:
        for number in range(700):
            path.write_bytes(b"%d" % number)
            yield Arrival("x", path, Format.UNKNOWN)
            path.unlink()

    records = [landed.record for landed in landing.put("lis", 1, arrivals())]
    assert [landing.open(r).read() for r in records] == [b"%d" % n for n in range(700)]


def test_a_file_that_changes_or_goes_is_left_out_and_the_rest_lands(landing: Landing, tmp_path: Path) -> None:
    gone, stays = tmp_path / "gone", tmp_path / "stays"
    stays.write_bytes(b"here")
    landed = landing.put("lis", 1, [Arrival(p.name, p, Format.UNKNOWN) for p in (gone, stays)])
    assert [x.record.name for x in landed] == ["stays"]


@pytest.mark.parametrize("size", [1000, WHOLE_BYTES + 1000])
def test_a_file_that_grows_while_it_is_read_is_left_out(
    landing: Landing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    path = tmp_path / "growing"
    path.write_bytes(bytes(size))
    real = os.fstat

    def growing(handle: int) -> os.stat_result:
        told = real(handle)
        with path.open("ab") as file:
            file.write(b"more")
        return told

    monkeypatch.setattr("medark.store.landing.pack.os.fstat", growing)
    assert landing.put("lis", 1, [Arrival("growing", path, Format.UNKNOWN)]) == []
    assert not list((tmp_path / "landing" / "incoming").glob("*/*.[0-9]*"))


def test_an_error_of_the_caller_is_the_callers(landing: Landing) -> None:
    def arrivals() -> Iterator[Arrival]:
        yield message(b"1")
        raise OSError("the walk failed")

    with pytest.raises(OSError, match="the walk failed"):
        landing.put("lis", 1, arrivals())
    assert landing.put("lis", 1, [message(b"1")])[0].new


@pytest.mark.parametrize("content", [NOISE, bytes(WHOLE_BYTES + 1) + NOISE], ids=["whole", "streamed"])
def test_damage_is_found_and_names_the_record(landing: Landing, tmp_path: Path, content: bytes) -> None:
    record = put_one(landing, content).record
    path = next((tmp_path / "landing" / "objects").glob("*/*"))
    sound = path.read_bytes()
    for damaged in (sound[:-30], sound[:5000] + b"\0" + sound[5001:], b"", b"nothing of ours"):
        path.write_bytes(damaged)
        with pytest.raises(StorageError, match="record_no=1"), landing.open(record) as file:
            file.read()
    path.unlink()
    with pytest.raises(StorageError, match="record_no=1"):
        landing.open(record)


def test_a_swapped_inline_content_is_found(landing: Landing, tmp_path: Path) -> None:
    import sqlite3

    one, two = (x.record for x in landing.put("lis", 1, [message(b"one"), message(b"two")]))
    with sqlite3.connect(tmp_path / "landing" / "journal.db") as journal:
        journal.execute(
            "UPDATE content SET bytes = (SELECT bytes FROM content WHERE record_no = 1) WHERE record_no = 2"
        )
    journal.close()
    assert landing.open(one).read() == b"one"
    with pytest.raises(StorageError, match="record_no=2"):
        landing.open(two)


@pytest.mark.parametrize("at", [-1, -5, 40, 0], ids=["checksum", "content", "header", "whose it is"])
def test_damaged_inline_content_is_found(landing: Landing, tmp_path: Path, at: int) -> None:
    import sqlite3

    record = put_one(landing, b"a result that is small").record
    with sqlite3.connect(tmp_path / "landing" / "journal.db") as journal:
        told = bytearray(journal.execute("SELECT bytes FROM content").fetchone()[0])
        told[at] ^= 0x11
        journal.execute("UPDATE content SET bytes = ?", (bytes(told),))
    journal.close()
    with pytest.raises(StorageError, match="record_no=1"):
        landing.open(record)


def test_threads_that_put_at_once_share_commits(landing: Landing) -> None:
    def work(worker: int) -> None:
        for number in range(50):
            told = landing.put("lis", 1, [message(b"%d/%d" % (worker, number)), message(b"all/%d" % number)])
            assert landing.open(told[0].record).read() == b"%d/%d" % (worker, number)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    contents = [landing.open(r).read() for r in landing.records()]
    assert len(contents) == len(set(contents)) == 6 * 50 + 50


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["his", "lis"]), st.binary(max_size=40)), max_size=40))
def test_each_source_and_content_is_one_record(
    tmp_path_factory: pytest.TempPathFactory, sent: list[tuple[str, bytes]]
) -> None:
    with Landing(tmp_path_factory.mktemp("landing")) as landing:
        new = [landing.put(source, 1, [message(content)])[0].new for source, content in sent]
        stored = [(r.source, landing.open(r).read()) for r in landing.records()]
    assert stored == list(dict.fromkeys(sent))
    assert sum(new) == len(stored)


def test_no_content_in_the_representation_of_an_arrival() -> None:
    assert "CANARY" not in repr(Arrival("a", b"CANARY", Format.UNKNOWN))
