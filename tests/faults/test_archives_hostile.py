"""Hostile archives: refused with a reason, in bounded time, memory and disk, and the rest of the folder goes on"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import resource
import stat
import struct
import subprocess
import sys
import tarfile
import time
import zipfile
import zlib
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medark.acquire.files import Found, Limits, Refused, walk

GOOD = b"MSH|^~\\&|A|B|C|D|20240101||ADT^A01|1|P|2.5\r"
LIMITS = Limits(ratio_free=1 << 20, entries=1000)  # smaller than the defaults, so that the tests are quick


def reasons(folder: Path, limits: Limits = LIMITS) -> dict[str, str]:
    """Name to reason ('' for what was found); the good neighbour must always be among it."""
    (folder / "~good.hl7").write_bytes(GOOD)
    scratch = folder.parent / "scratch"
    found: dict[str, str] = {}
    for item in walk(folder, limits, scratch):
        assert item.name.isprintable()
        found[item.name] = item.reason if isinstance(item, Refused) else ""
        used = sum(p.stat().st_size for p in scratch.rglob("*") if p.is_file())
        assert used < 64 << 20, "more on scratch than the limits allow"
    assert not list(scratch.glob("*"))
    assert found.pop("~good.hl7") == ""
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members:
            file.writestr(name, content)
    return packed.getvalue()


def tarred(*members: tarfile.TarInfo, form: int = tarfile.GNU_FORMAT) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=form) as file:
        for info in members:
            file.addfile(info, io.BytesIO(bytes(info.size)) if info.isfile() else None)
    return packed.getvalue()


def info(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, link: str = "") -> tarfile.TarInfo:
    told = tarfile.TarInfo(name)
    told.type, told.size, told.linkname = kind, size, link
    return told


ZEROS = bytes(40 << 20)
SWELLS = "unpacks to more than 250 times its size"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, bz2.compress, lzma.compress])
def test_a_compressed_bomb(folder: Path, pack: object) -> None:
    assert callable(pack)
    (folder / "bomb.gz").write_bytes(pack(ZEROS))
    assert reasons(folder) == {"bomb.gz": f"{SWELLS}: the rest is not read"}


def test_a_zip_bomb_costs_itself_only(folder: Path) -> None:
    (folder / "a.zip").write_bytes(zipped(("good", b"1"), ("bomb", ZEROS), ("also good", b"2")))
    assert reasons(folder) == {"a.zip!/good": "", "a.zip!/bomb": SWELLS, "a.zip!/also good": ""}


def test_a_zip_that_lies_about_its_sizes(folder: Path) -> None:
    packed = bytearray(zipped(("bomb", ZEROS)))
    at = packed.rindex(b"PK\1\2")
    packed[at + 24 : at + 28] = struct.pack("<L", 100)  # as it says: a hundred bytes
    (folder / "a.zip").write_bytes(packed)
    assert reasons(folder) == {"a.zip!/bomb": "longer than it says"}


def test_a_tar_bomb_inside_a_gzip(folder: Path) -> None:
    (folder / "a.tgz").write_bytes(gzip.compress(tarred(info("zeros", size=40 << 20))))
    assert reasons(folder) == {"a.tgz": f"{SWELLS}: the rest is not read"}


def test_nested_bombs_share_one_budget(folder: Path) -> None:
    """Each level swells a little less than the limit; all levels together don't pass."""
    inner = gzip.compress(b"0" * (200 * 4000), 9)
    for _ in range(4):
        inner = zipped(*((f"{n}.gz", inner) for n in range(60)))
    (folder / "a.zip").write_bytes(inner)
    before = time.monotonic()
    found = reasons(folder, Limits(ratio_free=1 << 20, entries=100_000, ratio=100))
    assert found["a.zip"] == "unpacks to more than 100 times its size: the rest is not read"
    assert time.monotonic() - before < 20


def test_total_size_is_limited(folder: Path) -> None:
    (folder / "a.tar").write_bytes(tarred(*(info(f"{n}", size=100_000) for n in range(20))))
    found = reasons(folder, Limits(bytes_unpacked=1_000_000))
    assert found["a.tar"] == "more than 1,000,000 bytes unpacked: the rest is not read"
    assert sum(reason == "" for reason in found.values()) == 10


def overlapping(entries: int) -> bytes:
    """One deflated kernel, told of by many directory entries (the construction that makes petabytes)."""
    kernel = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = kernel.compress(bytes(1 << 20)) + kernel.flush()
    crc = zlib.crc32(bytes(1 << 20))
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(data), 1 << 20, 1, 0) + b"x" + data
    entry = (
        struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, len(data), 1 << 20, 1, 0, 0, 0, 0, 0, 0) + b"x"
    )
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, entries, entries, len(entry) * entries, len(local), 0)
    return local + entry * entries + end


def test_members_that_overlap(folder: Path) -> None:
    (folder / "a.zip").write_bytes(overlapping(900))
    (folder / "b.zip").write_bytes(overlapping(1))
    assert reasons(folder, Limits(ratio_free=2 << 20)) == {"a.zip": "members that overlap", "b.zip!/x": ""}


def test_a_zip_that_contains_itself_for_ever(folder: Path) -> None:
    """A gzip chain a thousand levels deep stands for the quine: depth ends both."""
    content = GOOD
    for _ in range(1000):
        content = gzip.compress(content, 1)
    (folder / "a.gz").write_bytes(content)
    (name,) = found = reasons(folder)
    assert found[name] == "archives inside archives, more than 5 deep"


def test_too_many_members(folder: Path) -> None:
    (folder / "a.zip").write_bytes(zipped(*((f"{n}", b"") for n in range(1001))))
    (folder / "b.tar").write_bytes(tarred(*(info(f"{n}") for n in range(1001))))
    found = reasons(folder)
    assert found["a.zip"] == "more than 1,000 members"
    assert found["b.tar"] == "more than 1,000 members: the rest is not read"
    assert sum(name.startswith("b.tar!/") for name in found) == 1000


TRICKS = {
    "../out": "a path that leads out of the archive",
    "a/../../out": "a path that leads out of the archive",
    "..\\..\\out": "a path that leads out of the archive",
    "/etc/passwd": "an absolute path",
    "\\\\server\\share": "an absolute path",
    "C:\\windows\\x": "an absolute path",
    "n" * 5000: "its name is too long",
}


@pytest.mark.parametrize("kind", ["zip", "tar"])
@pytest.mark.parametrize("trick", TRICKS, ids=lambda name: name[:12])
def test_path_tricks(folder: Path, kind: str, trick: str) -> None:
    if kind == "zip":
        (folder / "a").write_bytes(zipped((trick, b"1"), ("good", b"2")))
    else:
        (folder / "a").write_bytes(tarred(info(trick), info("good")))
    found = reasons(folder)
    assert found.pop("a!/good") == ""
    assert list(found.values()) == [TRICKS[trick]]


def test_nul_in_a_name(folder: Path) -> None:
    (folder / "a.zip").write_bytes(zipped(("aXb.hl7", b"1")).replace(b"aXb", b"a\0b"))
    assert reasons(folder) == {"a.zip!/a\\x00b.hl7": "a NUL in its name"}


def test_links_and_devices(folder: Path) -> None:
    link = zipfile.ZipInfo("link")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    (folder / "a.zip").write_bytes(zipped((link, b"/etc/passwd"), ("good", b"1")))
    kinds = {"symlink": b"2", "hardlink": b"1", "char": b"3", "block": b"4", "fifo": b"6"}
    (folder / "b.tar").write_bytes(tarred(*(info(n, k, link="/etc/passwd") for n, k in kinds.items()), info("good")))
    assert reasons(folder) == {
        "a.zip!/link": "a link",
        "a.zip!/good": "",
        "b.tar!/symlink": "a link",
        "b.tar!/hardlink": "a link",
        "b.tar!/char": "a device",
        "b.tar!/block": "a device",
        "b.tar!/fifo": "a FIFO",
        "b.tar!/good": "",
    }


def test_encrypted_and_exotic_members(folder: Path) -> None:
    packed = bytearray(zipped(("secret", b"1"), ("odd", b"2"), ("good", b"3")))
    secret, odd = packed.index(b"PK\1\2"), packed.index(b"PK\1\2", packed.index(b"PK\1\2") + 4)
    packed[secret + 8] |= 1
    packed[odd + 10] = 97
    (folder / "a.zip").write_bytes(packed)
    assert reasons(folder) == {
        "a.zip!/secret": "encrypted",
        "a.zip!/odd": "packed in a way that is not supported",
        "a.zip!/good": "",
    }


def test_a_tar_with_holes_or_endless_names(folder: Path) -> None:
    """A kilobyte that claims exabytes, and a name that claims gigabytes: neither is believed."""
    sparse = info("holes")
    sparse.pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.realsize": str(1 << 60)}
    (folder / "a.tar").write_bytes(tarred(sparse, info("good"), form=tarfile.PAX_FORMAT))
    for name, kind in (("b.tar", b"L"), ("c.tar", b"x")):
        huge = info("././@LongLink", kind, size=1 << 32)
        (folder / name).write_bytes(huge.tobuf(tarfile.GNU_FORMAT) + bytes(4096))
    (folder / "d.tar").write_bytes(info("sparse", b"S", size=0).tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    (folder / "e.tar").write_bytes(info("cut", size=1 << 40).tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    assert reasons(folder) == {
        "a.tar!/holes": "a file with holes",
        "a.tar!/good": "",
        "b.tar": "damaged",
        "c.tar": "damaged",
        "d.tar!/sparse": "a file with holes",
        "e.tar!/cut": "cut short",
    }


def test_cut_and_damaged_archives(folder: Path) -> None:
    whole = zipped(("a", os.urandom(5000)), ("b", b"2"))
    (folder / "cut.zip").write_bytes(whole[:-40])
    (folder / "damaged.zip").write_bytes(whole[:2000] + b"damage" + whole[2006:])
    (folder / "cut.tar").write_bytes(tarred(info("a", size=3000))[:2000])
    assert reasons(folder) == {
        "cut.zip": "cut short",
        "damaged.zip!/a": "damaged",
        "damaged.zip!/b": "",
        "cut.tar!/a": "cut short",
    }


def test_no_room_to_unpack(folder: Path) -> None:
    (folder / "a.zip").write_bytes(zipped(("large", os.urandom(2 << 20)), ("small", b"1")))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, hard))
    try:
        found = reasons(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert found == {"a.zip!/large": "no room in the scratch folder to unpack it", "a.zip!/small": ""}


def test_memory_stays_flat(tmp_path: Path) -> None:
    """Bombs of every kind, with the default limits, in a process that may hold little more than Python itself."""
    folder = tmp_path / "in"
    folder.mkdir()
    zeros = bytes(100 << 20)
    for name, content in (
        ("a.gz", gzip.compress(zeros)),
        ("b.zst", zstandard.ZstdCompressor(level=19).compress(zeros)),
        ("c.bz2", bz2.compress(zeros)),
        ("d.xz", lzma.compress(zeros)),
        ("e.zip", zipped(("x", zeros))),
        ("f.zip", zipped(*((f"{n}", b"") for n in range(20_000)))),
    ):
        (folder / name).write_bytes(content)
    with (folder / "line.csv").open("wb") as file:
        file.write(b"a,b\n")
        file.truncate(2 << 30)
    program = (
        "import resource, sys; from pathlib import Path; from medark.acquire.files import Limits, walk\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "count = sum(1 for _ in walk(Path(sys.argv[1]), Limits(), Path(sys.argv[2])))\n"
        "print(count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    command = [sys.executable, "-c", program, str(folder), str(tmp_path / "scratch")]
    count, grown = map(int, subprocess.run(command, capture_output=True, check=True, timeout=120).stdout.split())
    assert count == 5 + 20_000 + 1
    assert grown < 160 << 10, "kilobytes above what Python and its imports take"


MUTABLE = [
    zipped(("a/b.hl7", GOOD), ("c", zipped(("d", b"1" * 300)))),
    tarred(info("a", size=700), info("e" * 200, size=3), info("l", b"2", link="x")),
    tarred(info("a", size=700), info("检" * 80, size=3), form=tarfile.PAX_FORMAT),
    gzip.compress(tarred(info("a", size=700))),
    zstandard.compress(GOOD * 50),
    bz2.compress(GOOD),
    lzma.compress(GOOD),
]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(MUTABLE),
    st.lists(st.tuples(st.integers(0, 1 << 16), st.binary(min_size=1, max_size=8)), max_size=6),
)
def test_damage_anywhere_never_stops_the_walk(tmp_path: Path, packed: bytes, changes: list[tuple[int, bytes]]) -> None:
    content = bytearray(packed)
    for place, new in changes:
        at = place % len(content)
        content[at : at + len(new)] = new
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    (folder / "a").write_bytes(content)
    for item in walk(folder, LIMITS, tmp_path / "scratch"):
        if isinstance(item, Found):
            assert len(item.path.read_bytes()) == item.size
    assert not list((tmp_path / "scratch").glob("*"))
