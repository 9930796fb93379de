"""What is in a folder: files, archives in archives, and what is told instead of followed"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import socket
import struct
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zstandard

from medark.acquire.files import Found, Limits, Refused, walk
from medark.errors import SourceError

MESSAGE = b"MSH|^~\\&|A|B|C|D|20240101||ADT^A01|1|P|2.5\r"


def told(root: Path, scratch: Path, limits: Limits | None = None) -> dict[str, bytes | str]:
    """Name to content, or to the reason why there is none."""
    found: dict[str, bytes | str] = {}
    for item in walk(root, limits or Limits(), scratch):
        assert item.name not in found
        found[item.name] = item.reason if isinstance(item, Refused) else item.path.read_bytes()
    assert not list(scratch.glob("*")), "scratch is left empty"
    return found


def zipped(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return packed.getvalue()


def tarred(members: dict[str, bytes], form: int = tarfile.GNU_FORMAT) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=form) as file:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return packed.getvalue()


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    return tmp_path / "scratch"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def test_a_mix_of_everything(folder: Path, scratch: Path) -> None:
    (folder / "b").mkdir()
    (folder / "b" / "z.hl7").write_bytes(MESSAGE)
    (folder / "empty").mkdir()
    (folder / "north.zip").write_bytes(
        zipped({"lis/": b"", "lis/a.hl7": b"1", "deep.tgz": gzip.compress(tarred({"c/d": b"2"}))})
    )
    (folder / "a.csv.gz").write_bytes(gzip.compress(b"x,y\n"))
    assert told(folder, scratch) == {
        "a.csv.gz!/a.csv": b"x,y\n",
        "north.zip!/lis/a.hl7": b"1",
        "north.zip!/deep.tgz!/c/d": b"2",
        "b/z.hl7": MESSAGE,
    }


def test_one_file_is_a_root_too(folder: Path, scratch: Path) -> None:
    (folder / "a.zip").write_bytes(zipped({"x": b"1"}))
    assert told(folder / "a.zip", scratch) == {"a.zip!/x": b"1"}
    (folder / "plain.hl7").write_bytes(MESSAGE)
    assert told(folder / "plain.hl7", scratch) == {"plain.hl7": MESSAGE}


def test_no_such_folder(folder: Path, scratch: Path) -> None:
    with pytest.raises(SourceError):
        list(walk(folder / "nothing", Limits(), scratch))


STREAMS: dict[str, Callable[[bytes], bytes]] = {
    "gz": gzip.compress,
    "zst": zstandard.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
}


@pytest.mark.parametrize("ending", STREAMS)
def test_compressed_streams(folder: Path, scratch: Path, ending: str) -> None:
    packed, content = STREAMS[ending], os.urandom(400_000) + bytes(2_500_000)
    (folder / f"one.bin.{ending}").write_bytes(packed(content))
    (folder / f"two.{ending}").write_bytes(packed(b"first,") + packed(b"second\n"))
    (folder / f"x.tar.{ending}").write_bytes(packed(tarred({"m": b"1"})))
    (folder / f"cut.{ending}").write_bytes(packed(content)[:-9])
    (folder / f"damaged.{ending}").write_bytes(packed(content)[:1000] + b"damage" * 9 + packed(content)[1054:])
    (folder / f"empty.{ending}").write_bytes(packed(b""))
    found = told(folder, scratch)
    assert found[f"one.bin.{ending}!/one.bin"] == content
    assert found[f"two.{ending}!/two"] == b"first,second\n"
    assert found[f"x.tar.{ending}!/m"] == b"1"
    assert found[f"cut.{ending}"] == "cut short"
    assert found[f"empty.{ending}!/empty"] == b""
    # zstd stores what does not compress as it is, and its frames carry no checksum unless asked for.
    assert found.get(f"damaged.{ending}") == "damaged" or ending == "zst"


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
def test_ways_to_pack_a_zip(folder: Path, scratch: Path, method: int) -> None:
    content = os.urandom(1_500_000) + b"a" * 4_000_000
    (folder / "a.zip").write_bytes(zipped({"x": content, "y": b"", "z": b"1"}, method))
    assert told(folder, scratch) == {"a.zip!/x": content, "a.zip!/y": b"", "a.zip!/z": b"1"}


def test_zip64_sizes_and_directory(folder: Path, scratch: Path) -> None:
    """Sizes and counts that an old zip has no room for stand in records of their own."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file, file.open("a", "w", force_zip64=True) as member:
        member.write(b"1")
    whole = packed.getvalue()
    end = whole.rindex(b"PK\5\6")
    _, _, _, _, count, length, offset, _ = struct.unpack("<4s4H2LH", whole[end:])
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, offset)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    old = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    (folder / "a.zip").write_bytes(whole[:end] + end64 + locator + old)
    assert zipfile.ZipFile(folder / "a.zip").namelist() == ["a"]
    assert told(folder, scratch) == {"a.zip!/a": b"1"}


def test_an_empty_zip_and_an_empty_tar_hold_nothing(folder: Path, scratch: Path) -> None:
    (folder / "a.zip").write_bytes(zipped({}))
    (folder / "b.tar").write_bytes(tarred({}))
    found = told(folder, scratch)
    assert set(found) == {"b.tar"}  # ten kilobytes of NULs are no tar to anyone


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_tar_names_of_all_kinds(folder: Path, scratch: Path, form: int) -> None:
    long = "d" * 90 + "/" + "f" * 90
    names = ["plain", long] + ([] if form == tarfile.USTAR_FORMAT else ["e" * 300, "检验/血.hl7"])
    (folder / "a.tar").write_bytes(tarred({name: name.encode() for name in names}, form))
    assert told(folder, scratch) == {f"a.tar!/{name}": name.encode() for name in names}


def test_names_in_gbk(folder: Path, scratch: Path) -> None:
    """As Chinese Windows writes them: no flag, the bytes of GBK."""
    plain = zipped({"ABCDEFGH.hl7": b"1"}, zipfile.ZIP_STORED)
    (folder / "a.zip").write_bytes(plain.replace(b"ABCDEFGH", "检验结果".encode("gbk")))
    (folder / "b.tar").write_bytes(tarred({}, tarfile.USTAR_FORMAT))
    with tarfile.open(folder / "b.tar", "w", encoding="gbk", format=tarfile.USTAR_FORMAT) as file:
        file.addfile(tarfile.TarInfo("血常规"), io.BytesIO())
    assert told(folder, scratch) == {"a.zip!/检验结果.hl7": b"1", "b.tar!/血常规": b""}


def test_backslashes_of_windows_are_separators(folder: Path, scratch: Path) -> None:
    (folder / "a.zip").write_bytes(zipped({"lisXa.hl7": b"1"}, zipfile.ZIP_STORED).replace(b"lisXa", b"lis\\a"))
    assert told(folder, scratch) == {"a.zip!/lis/a.hl7": b"1"}


def test_names_that_could_write_on_a_screen(folder: Path, scratch: Path) -> None:
    (folder / "a\x1b[2Jb\n").write_bytes(b"1")
    (Path(os.fsdecode(os.fsencode(folder) + b"/" + "检验".encode("gbk")))).write_bytes(b"2")
    (folder / "c.zip").write_bytes(zipped({"x\x1b]0;title\x07": b"3"}))
    found = told(folder, scratch)
    assert found == {"a\\x1b[2Jb\\n": b"1", "检验": b"2", "c.zip!/x\\x1b]0;title\\x07": b"3"}
    assert all(name.isprintable() for name in found)


def test_links_are_told_not_followed_out_or_round(folder: Path, scratch: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"not ours")
    (folder / "sub").mkdir()
    (folder / "sub" / "real").write_bytes(b"1")
    (folder / "inside").symlink_to("sub/real")
    (folder / "out").symlink_to(tmp_path / "secret")
    (folder / "out_folder").symlink_to("/etc")
    (folder / "up").symlink_to("..")
    (folder / "sub" / "loop").symlink_to(folder)
    (folder / "self").symlink_to("self")
    (folder / "broken").symlink_to("nothing")
    found = told(folder, scratch)
    assert found["inside"] == found["sub/real"] == b"1"
    assert found["out"] == found["out_folder"] == found["up"] == "a link that leads out of the folder"
    assert found["sub/loop"] == "a link to a folder, which is read under its own name"
    assert found["self"] == "a link in a circle"
    assert found["broken"] == "a link to nothing"


def test_what_is_no_file_is_told_and_nobody_waits(folder: Path, scratch: Path) -> None:
    os.mkfifo(folder / "fifo")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(folder / "socket"))
        (folder / "z").write_bytes(b"1")
        assert told(folder, scratch) == {"fifo": "not a file", "socket": "not a file", "z": b"1"}


def test_what_nobody_may_read_is_told(folder: Path, scratch: Path) -> None:
    """As a user who may not: root may read everything, so the walk runs as nobody where it can."""
    for name in ("file", "folder"):
        (folder / name).mkdir() if name == "folder" else (folder / name).write_bytes(b"1")
        (folder / name).chmod(0)
    (folder / "z").write_bytes(b"1")
    reading, writing = os.pipe()
    for place in (folder, scratch):
        place.mkdir(exist_ok=True)
        place.chmod(0o777)
    for parent in folder.parents[: len(folder.parents) - 2]:
        parent.chmod(0o755)
    if (child := os.fork()) == 0:
        if os.getuid() == 0:
            os.setuid(65534)
        try:
            os.write(writing, repr(told(folder, scratch)).encode())
        except BaseException as error:
            os.write(writing, repr(error).encode())
        os._exit(0)
    os.close(writing)
    os.waitpid(child, 0)
    answer = os.read(reading, 10_000).decode()
    os.close(reading)
    (folder / "folder").chmod(0o700)
    assert answer == repr({"file": "can't be read", "z": b"1", "folder": "can't be read"})


def test_a_file_that_changes_is_told(folder: Path, scratch: Path) -> None:
    for name in ("a", "b", "c"):
        (folder / name).write_bytes(b"1")
    found = []
    for item in walk(folder, Limits(), scratch):
        found.append((item.name, getattr(item, "reason", "")))
        if item.name == "a":
            with (folder / "a").open("ab") as file:
                file.write(b"2")
        if item.name == "b" and isinstance(item, Found):
            (folder / "b").unlink()
    changed = "changed while it was read: send it again"
    assert found == [("a", ""), ("a", changed), ("b", ""), ("b", changed), ("c", "")]


def test_each_copy_is_gone_when_the_next_file_comes(folder: Path, scratch: Path) -> None:
    (folder / "a.zip").write_bytes(zipped({f"{n}": b"x" * 1000 for n in range(20)}))
    last: Path | None = None
    for item in walk(folder, Limits(), scratch):
        assert isinstance(item, Found)
        assert last is None or not last.exists()
        assert len([p for p in scratch.rglob("*") if p.is_file()]) == 1
        last = item.path


def test_scratch_is_cleared_when_nobody_goes_on(folder: Path, scratch: Path) -> None:
    (folder / "a.zip").write_bytes(zipped({"x": b"1", "y": zipped({"z": b"2"})}))
    walking = walk(folder, Limits(), scratch)
    assert isinstance(walking, Iterator)
    next(walking)
    walking.close()  # type: ignore[attr-defined]
    assert not list(scratch.glob("*"))


def test_our_own_scratch_is_not_read(folder: Path) -> None:
    (folder / "a.zip").write_bytes(zipped({"x": b"1", "y": b"2"}))
    (folder / "ws" / "scratch").mkdir(parents=True)
    assert [f.name for f in walk(folder, Limits(), folder / "ws" / "scratch")] == ["a.zip!/x", "a.zip!/y"]


def test_depth_is_limited(folder: Path, scratch: Path) -> None:
    content = b"1"
    for _ in range(4):
        content = zipped({"x.zip": content})
    (folder / "a.zip").write_bytes(content)
    assert told(folder, scratch)["a.zip" + "!/x.zip" * 4] == b"1"
    assert told(folder, scratch, Limits(depth=3)) == {
        "a.zip" + "!/x.zip" * 3: "archives inside archives, more than 3 deep",
    }
