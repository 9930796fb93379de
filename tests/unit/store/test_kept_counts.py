"""Counts that are kept: who counted a newer version of the lake is never overwritten, and nothing is kept by half."""

from __future__ import annotations

import inspect
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from medark.errors import StorageError
from medark.store.kept_counts import KeptCounts, Result


def put(path: Path, version: int) -> None:
    """What was counted of a version of the lake, in which there is a file of each version so far."""
    told = str(version).encode()
    lines = {f"file {number}": told for number in range(1, version + 1)}
    with KeptCounts(path) as kept:
        kept.put("measurement", version, [Result("rows", told, lines)], {f"stamp {version}": told})


def apart(path: Path, version: int) -> int:
    """The same in a process of its own. Returns its exit status."""
    code = f"""from pathlib import Path
from medark.store.kept_counts import KeptCounts, Result
{inspect.getsource(put)}
put(Path({str(path)!r}), {version})"""
    return subprocess.run([sys.executable, "-c", code], check=False).returncode


def test_an_older_version_leaves_what_is_known_of_a_newer_one(tmp_path: Path) -> None:
    path = tmp_path / "counts.db"
    put(path, 2)
    put(path, 1)
    with KeptCounts(path) as kept:
        assert kept.results("measurement") == {"rows": b"2"} and kept.results("person") == {}
        assert kept.lines("measurement", "rows", ["file 1", "file 2", "file 3"]) == {"file 1": b"2", "file 2": b"2"}
    put(path, 3)
    with KeptCounts(path) as kept:
        assert kept.lines("measurement", "rows", ["file 3"]) == {"file 3": b"3"}
        kept.put("measurement", 4, [Result("rows", b"4", {"file 4": b"4"}, gone=("file 1",))], {})
        assert kept.lines("measurement", "rows", ["file 1", "file 2", "file 4"]) == {"file 2": b"3", "file 4": b"4"}
        kept.put("measurement", 4, [Result("rows", b"5", {"file 4": b"5"}, is_anew=True)], {})
        assert kept.lines("measurement", "rows", ["file 2", "file 4"]) == {"file 4": b"5"}


def test_many_who_count_at_once_end_with_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "counts.db"
    with ThreadPoolExecutor(3) as at_once:
        assert not any(at_once.map(lambda version: apart(path, version), [4, 1, 6, 2, 5, 3, 6, 1, 4, 2, 3, 5]))
    with KeptCounts(path) as kept:
        assert kept.results("measurement") == {"rows": b"6"}
        assert kept.lines("measurement", "rows", (f"file {number}" for number in range(1, 8))) == {
            f"file {number}": b"6" for number in range(1, 7)
        }


def test_a_file_that_is_damaged_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "counts.db"
    path.write_bytes(b"no database at all, but longer than its header is" * 100)
    with KeptCounts(path) as kept:
        assert kept.results("measurement") == {} and kept.files("stamp 1") is None and kept.told("x") is None
    put(path, 1)
    with KeptCounts(path) as kept:
        kept.tell("x", b"y")
        assert (kept.files("stamp 1"), kept.told("x")) == (b"1", b"y")
    assert path.stat().st_mode & 0o077 == 0


def test_where_nothing_can_be_kept_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("")
    with pytest.raises(StorageError, match="kept"):
        put(tmp_path / "a file" / "counts.db", 1)
