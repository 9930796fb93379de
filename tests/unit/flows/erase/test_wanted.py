"""What says that something is about the person to be erased, and what does not"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from medark.bootstrap import init_workspace
from medark.flows.erase.wanted import Wanted, wanted
from medark.flows.workspace import Workspace
from medark.store.crosswalk import IDENTIFIERS, PERSONS

ANN = Wanted(1, {"north": frozenset({"100471", "17"})}, frozenset({"100471", "Lee^Ann", "王小明同学", "A&B 12345"}))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("PID|1||100471^^^", True),
        ("number 1004712", False),
        ("x100471", False),
        ("(100471)", True),
        ("患者王小明同学住院", True),
        ("17", False),
        ("", False),
        ("Ann Lee", False),  # another way of writing it: `wanted` adds those
    ],
)
def test_a_value_counts_as_a_word_of_its_own(content: str, found: bool) -> None:
    assert ANN.is_named_in(content.encode()) is found


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16-le", "utf-16-be"])
def test_in_every_encoding_that_records_come_in(codec: str) -> None:
    assert ANN.is_named_in("姓名：王小明同学。".encode(codec))


@pytest.mark.parametrize(
    "content", [rb'"\u738b\u5c0f\u660e\u540c\u5b66"', rb'"\u738B\u5C0F\u660E\u540C\u5B66"', b"<a>A&amp;B 12345</a>"]
)
def test_escaped_as_json_and_xml_do(content: bytes) -> None:
    assert ANN.is_named_in(content)


def test_a_quick_look_misses_nothing_over_the_edge_of_a_block() -> None:
    for at in range((4 << 20) - 6, (4 << 20) + 1):
        assert ANN.may_be_in(io.BytesIO(b"." * at + b"100471" + b"." * 100), "north")
    assert not ANN.may_be_in(io.BytesIO(b"." * (9 << 20)), "north")
    assert ANN.may_be_in(io.BytesIO(b"bed 17"), "north"), "a short key: it is for others to say what it is"
    assert not ANN.may_be_in(io.BytesIO(b"bed 17"), "south"), "keys of another namespace are other people's"


def test_file_names() -> None:
    assert ANN.is_named_as("feed.zip!/Lee_Ann-3.json")
    assert ANN.is_named_as("ann lee.pdf")
    assert ANN.is_named_as("scan100471.pdf")
    assert not ANN.is_named_as("lee/ward17.json")
    assert not ANN.is_named_as("")


def test_what_is_written_over_keeps_its_length() -> None:
    content = "https://ehr/Observation?patient=100471&x=王小明同学".encode()
    masked = ANN.masked(content)
    assert len(masked) == len(content) and not ANN.is_named_in(masked)
    assert masked.startswith(b"https://ehr/Observation?patient=xxxxxx&x=")


def test_nobody_is_found_nowhere() -> None:
    nobody = Wanted(1, {}, frozenset())
    assert not nobody.is_named_in(b"anything") and nobody.masked(b"anything") == b"anything"
    assert not nobody.may_be_in(io.BytesIO(b"anything"), "north") and nobody.times_named_in(b"a") == 0


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with init_workspace(tmp_path / "ws") as opened:
        persons = pa.table({"person_key": ["100471", "100472", "9"], "person_id": [1, 2, 1]}, schema=PERSONS)
        told = [("100471", "name", "Lee^Ann"), ("100472", "name", "Lee^Bob"), ("100471", "SS", "123-45-6789"),
                ("100471", "phone", "555 0100"), ("100472", "phone", "555 0100"), ("100471", "MR", "471")]  # fmt: skip
        columns = list(zip(*((key, kind, None, value) for key, kind, value in told), strict=True))
        opened.crosswalk.put("north", persons, identifiers=pa.table(columns, schema=IDENTIFIERS))
        yield opened


def test_what_somebody_else_has_too_tells_nothing(workspace: Workspace) -> None:
    who = wanted(workspace, 1)
    assert who.keys_in("north") == {"100471", "9"} and who.keys_in("south") == frozenset()
    assert {"100471", "123-45-6789", "Lee^Ann"} <= who.values
    assert not {"555 0100", "471", "9"} & who.values
    assert who.is_named_in(b"Lee, Ann") and who.is_named_in(b"for Ann Lee.") and not who.is_named_in(b"Lee, Bob")


def test_it_shows_nothing(workspace: Workspace) -> None:
    assert "Lee" not in repr(wanted(workspace, 1)) and "100471" not in repr(wanted(workspace, 1))
