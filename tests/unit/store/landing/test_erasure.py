"""Erased means gone: from the journal, its log, the objects, and for good"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from medark.errors import NotFoundError
from medark.model.record import Format, RawRecord
from medark.store.landing import Arrival, Landing
from medark.store.landing.pack import INLINE_BYTES

CANARY = b"ZQXJV-canary-83712"
NOISE = random.Random(3).randbytes(2 * INLINE_BYTES)
LARGE = NOISE[: INLINE_BYTES + 4000] + CANARY * 3


def landed(landing: Landing, *contents: bytes) -> list[RawRecord]:
    arrivals = [Arrival(f"{CANARY.decode()}-{n}.hl7", c, Format.HL7V2) for n, c in enumerate(contents)]
    return [x.record for x in landing.put("lis", 1, arrivals)]


def holds(root: Path, needle: bytes) -> list[Path]:
    """Files that hold `needle` (a short incompressible content is stored by zstd as it is)."""
    return [path for path in root.rglob("*") if path.is_file() and needle in path.read_bytes()]


def neighbours(count: int) -> list[bytes]:
    return [b"neighbour %d %s" % (n, NOISE[n * 7 : n * 7 + 200 + n]) for n in range(count)]


@pytest.mark.parametrize("content", [CANARY, NOISE[:30000] + CANARY, LARGE], ids=["cell", "overflow pages", "object"])
@pytest.mark.parametrize("home", [False, True], ids=["in the log", "in the main file"])
def test_old_bytes_are_off_the_disk(tmp_path: Path, content: bytes, home: bool) -> None:
    root = tmp_path / "landing"
    landing = Landing(root)
    around = neighbours(60)
    records = landed(landing, *around[:30], content, *around[30:])
    if home:
        landing.close()
        landing = Landing(root)
    assert holds(root, CANARY)
    landing.replace(records[30], b"blanked", [0, 3], forget_name=True)
    assert landing.open(records[30]).read() == b"blanked"
    assert landing.erased_rows(31) == {0, 3}
    assert landing.record(31).size == 7
    for record in records:
        landing.replace(record, landing.open(record).read(), forget_name=True)  # the other names hold it too
    assert not holds(root, CANARY)
    assert [landing.open(r).read() for r in landing.records()] == [*around[:30], b"blanked", *around[30:]]
    landing.close()
    assert not holds(root, CANARY)


def test_a_tombstone_keeps_nothing_but_its_number_and_id(tmp_path: Path) -> None:
    with Landing(tmp_path) as landing:
        record, other = landed(landing, LARGE, b"other")
        landing.replace(record, None, [0])
        landing.replace(other, b"other", forget_name=True)
        assert not holds(tmp_path, CANARY)
        left = landing.record(1)
        assert (left.id, left.size, left.name) == (record.id, 0, "")
        assert [r.record_no for r in landing.records()] == [2]
        with pytest.raises(NotFoundError, match="erased"):
            landing.open(record)


@pytest.mark.parametrize("new", [None, b"blanked"])
def test_what_was_erased_never_lands_again(tmp_path: Path, new: bytes | None) -> None:
    with Landing(tmp_path) as landing:
        (record,) = landed(landing, LARGE)
        landing.replace(record, new)
        again = landing.put("lis", 2, [Arrival("again.hl7", LARGE, Format.HL7V2)])[0]
        assert not again.new
        assert again.record.record_no == 1
        assert not holds(tmp_path / "objects", CANARY)
        assert next(iter(landing.put("lis", 2, [Arrival("x", b"next", Format.HL7V2)]))).record.record_no == 2


@pytest.mark.parametrize("sizes", [(50, 60), (50, 400_000), (400_000, 50), (400_000, 400_000)])
def test_a_record_may_be_replaced_again_and_again(tmp_path: Path, sizes: tuple[int, int]) -> None:
    whole = random.Random(5).randbytes(sum(sizes) + 400_000)
    first, second = whole[: sizes[0]], whole[sizes[0] : sum(sizes)]
    with Landing(tmp_path) as landing:
        (record,) = landed(landing, whole)
        landing.replace(record, first, [1])
        landing.replace(record, second, [2])
        assert landing.open(record).read() == second
        assert landing.erased_rows(1) == {1, 2}
        assert not holds(tmp_path, first[-40:])
        assert not holds(tmp_path, whole[-40:])
        assert holds(tmp_path, second[-40:])
        landing.replace(record, None)
        assert not holds(tmp_path, second[-40:])
        assert not list(tmp_path.glob("objects/*/*"))


def test_records_that_become_equal_stay_apart(tmp_path: Path) -> None:
    same = NOISE[: INLINE_BYTES + 100]
    with Landing(tmp_path) as landing:
        one, two, three = landed(landing, same + b"1", same + b"2", same)
        landing.replace(one, same)
        landing.replace(two, same)
        landing.replace(one, None)
        assert landing.open(two).read() == landing.open(three).read() == same


def test_the_new_content_may_be_a_file(tmp_path: Path) -> None:
    path = tmp_path / "new"
    path.write_bytes(NOISE + b"new")
    with Landing(tmp_path / "landing") as landing:
        (record,) = landed(landing, LARGE)
        landing.replace(record, path)
        assert landing.open(record).read() == NOISE + b"new"
        assert not list((tmp_path / "landing").glob("incoming/*/*.[0-9]*"))


def test_an_unknown_record_is_said_to_be_unknown(tmp_path: Path) -> None:
    with Landing(tmp_path) as landing:
        (record,) = landed(landing, b"1")
        stranger = RawRecord(99, record.id, "lis", "", 1, Format.HL7V2, 1)
        with pytest.raises(NotFoundError, match="99"):
            landing.replace(stranger, LARGE)
        assert not list(tmp_path.glob("objects/*/*")) + list(tmp_path.glob("incoming/*/*.[0-9]*"))


def test_many_erasures_end_together(tmp_path: Path) -> None:
    with Landing(tmp_path) as landing:
        records = landed(landing, *(CANARY + b"%d" % n for n in range(20)), LARGE)
        with landing.erasing():
            for record in records:
                landing.replace(record, None)
            assert holds(tmp_path, CANARY), "not yet"
        assert not holds(tmp_path, CANARY)
        assert list(landing.records()) == []


def test_erasures_of_a_block_that_failed_are_finished(tmp_path: Path) -> None:
    with Landing(tmp_path) as landing:
        (record,) = landed(landing, LARGE)
        with pytest.raises(RuntimeError), landing.erasing():
            landing.replace(record, None)
            raise RuntimeError
        assert not holds(tmp_path, CANARY)
