"""A sound copy of a file with bad lines: every good row once, every bad one told, whatever the form"""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.errors import SourceError, StorageError
from medark.store.delimited import PLACE, sound_copy
from medark.store.engine import Delimited

FORM = Delimited(("a", "b"), header=False)


def copied(tmp_path: Path, content: bytes, form: Delimited = FORM) -> tuple[list[list[str]], list[dict]]:
    """The rows of the copy (their number first) and the lines left out."""
    path = tmp_path / "in.csv"
    path.write_bytes(content)
    copy = sound_copy(path, form, tmp_path / "out.csv", file_no=3)
    assert copy.form.columns == (PLACE, *form.columns)
    with copy.path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file)), copy.rejects.to_pylist()


def test_good_rows_are_copied_with_their_number(tmp_path: Path) -> None:
    found, bad = copied(tmp_path, b'1,"x,y"\n\n2,"say ""hi"""\n"3\n4",\n')
    assert found == [["0", "1", "x,y"], ["1", "2", 'say "hi"'], ["2", "3\n4", ""]]
    assert bad == []


def test_bad_rows_are_told_with_row_and_line(tmp_path: Path) -> None:
    found, bad = copied(tmp_path, b'1,a\n2\n3,b,c\n"4"x,d\n\xff,e\n6,f\n')
    assert [row[0] for row in found] == ["0", "5"]
    assert [(b["file_no"], b["row_no"], b["line_no"], b["reason"]) for b in bad] == [
        (3, 1, 2, "1 cells, not 2"),
        (3, 2, 3, "3 cells, not 2"),
        (3, 3, 4, "a quote is left open, or followed by text"),
        (3, 4, 5, "bytes that are not utf-8"),
    ]


def test_an_open_quote_swallows_no_good_line(tmp_path: Path) -> None:
    found, bad = copied(tmp_path, b'1,a\n2,"open\n3,c\n4,d\n')
    assert [row[1:] for row in found] == [["1", "a"], ["3", "c"], ["4", "d"]]
    assert [(b["row_no"], b["line_no"]) for b in bad] == [(1, 2)]


def test_the_header_is_no_row_and_no_bad_one(tmp_path: Path) -> None:
    found, bad = copied(tmp_path, b"\xef\xbb\xbfa,b,too many\n1,x\n", Delimited(("a", "b")))
    assert (found, bad) == ([["0", "1", "x"]], [])


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"1|'x|y'\n", Delimited(("a", "b"), header=False, delimiter="|", quote="'")),
        (b'1\t"x|y\n', Delimited(("a", "b"), header=False, delimiter="\t", quote="", escape="")),
        (b'1,"x\\"y"\n', Delimited(("a", "b"), header=False, escape="\\")),
        ("1,肺炎\n".encode("utf-16"), Delimited(("a", "b"), header=False, encoding="utf-16")),
    ],
)
def test_forms(tmp_path: Path, content: bytes, form: Delimited) -> None:
    (row,), bad = copied(tmp_path, content, form)
    assert row[2] in ("x|y", '"x|y', 'x"y', "肺炎")
    assert bad == []


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(CELL, min_size=1, max_size=3), max_size=8))
def test_every_row_is_copied_or_told(tmp_path_factory: pytest.TempPathFactory, given_: list[list[str]]) -> None:
    folder = tmp_path_factory.mktemp("d")
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(given_)
    found, bad = copied(folder, text.getvalue().encode())
    good = {str(n): row for n, row in enumerate(given_) if len(row) == 2}
    assert {row[0]: row[1:] for row in found} == good
    assert {b["row_no"] for b in bad} == set(range(len(given_))) - {int(n) for n in good}


def test_an_unknown_encoding_and_a_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="encoding"):
        copied(tmp_path, b"", Delimited(("a",), encoding="no-such"))
    with pytest.raises(StorageError):
        sound_copy(tmp_path / "gone.csv", FORM, tmp_path / "out.csv")


def test_a_line_without_end_stays_in_bounds(tmp_path: Path) -> None:
    _, bad = copied(tmp_path, b'1,"' + b"x" * (3 << 20))
    assert bad
