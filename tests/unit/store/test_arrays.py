"""Arrays in a file: read as they were written, for the owner's eyes, and a file that is not whole is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from medark.errors import StorageError
from medark.store.arrays import read_arrays, write_arrays

ARRAYS = {
    "words": np.array([b"kidney", "血糖".encode()]),
    "empty": np.zeros(0, np.int64),
    "scores": np.array([[0.5, 1.5], [2.5, -1]], np.float16),
    "bytes": np.frombuffer(b"abc", np.uint8),
}


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "new" / "index.arrays"
    write_arrays(path, ARRAYS, {"stamp": "1"})
    found = read_arrays(path)
    assert found is not None and found[1] == {"stamp": "1"} and list(found[0]) == list(ARRAYS)
    for name, array in ARRAYS.items():
        assert found[0][name].dtype == array.dtype and (found[0][name] == array).all()
    assert path.stat().st_mode & 0o077 == 0 and [one.name for one in path.parent.iterdir()] == [path.name]


def test_who_reads_the_old_one_goes_on_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_arrays(path, {"n": np.arange(3)}, {})
    before = read_arrays(path)
    write_arrays(path, {"n": np.arange(9)}, {})
    after = read_arrays(path)
    assert before is not None and after is not None
    assert before[0]["n"].tolist() == [0, 1, 2] and after[0]["n"].size == 9


@pytest.mark.parametrize("cut", [0, 5, 40, -70])
def test_a_file_that_is_not_whole_is_none(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "a"
    write_arrays(path, ARRAYS, {})
    path.write_bytes(path.read_bytes()[:cut])
    assert read_arrays(path) is None
    path.write_bytes(b"{}" * 100)
    assert read_arrays(path) is None and read_arrays(tmp_path / "nothing") is None


def test_a_place_that_can_not_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError):
        write_arrays(tmp_path / "file" / "a", ARRAYS, {})
