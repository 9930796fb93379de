"""People and their keys: what is kept, found, moved and forgotten, and that nothing of it leaks."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medark.errors import BusyError, InternalError, MedarkError, StorageError, WorkspaceError
from medark.store.crosswalk import IDENTIFIERS, LINKS, PERSONS, PLACES, Crosswalk, Identifier, Moved, PersonKey


def persons(**numbers: int) -> pa.Table:
    return pa.table({"person_key": list(numbers), "person_id": list(numbers.values())}, schema=PERSONS)


def rows(schema: pa.Schema, *given_rows: tuple[object, ...]) -> pa.Table:
    columns = [list(column) for column in zip(*given_rows, strict=True)] or [[] for _ in schema]
    return pa.table(columns, schema=schema)


@pytest.fixture
def crosswalk(tmp_path: Path) -> Iterator[Crosswalk]:
    opened = Crosswalk(tmp_path / "crosswalk.db")
    yield opened
    opened.close()


def filled(crosswalk: Crosswalk) -> None:
    crosswalk.put(
        "north",
        persons(A1=11, B2=12, C3=13),
        identifiers=rows(
            IDENTIFIERS,
            ("A1", "MR", "urn:north", "00017"),
            ("A1", "NI", None, "110101199003071234"),
            ("B2", "MR", "urn:north", "00018"),
        ),
        places=rows(PLACES, ("A1", 1), ("A1", 4), ("B2", 1), ("C3", 2)),
        links=rows(LINKS, ("A1", "B2", 4, 0, 0)),
    )


def test_what_was_put_is_found(crosswalk: Crosswalk) -> None:
    filled(crosswalk)
    assert crosswalk.persons("north", ["A1", "B2", "no such"]) == {"A1": 11, "B2": 12}
    assert crosswalk.persons("north") == {"A1": 11, "B2": 12, "C3": 13}
    assert crosswalk.persons("south") == {}
    assert crosswalk.find("00017") == [11]
    assert crosswalk.find("B2") == [12]
    assert crosswalk.find("110101199003071234", kind="NI") == [11]
    assert crosswalk.find("110101199003071234", kind="MR") == []
    assert crosswalk.find("00018", system="urn:north") == [12]
    assert crosswalk.keys(11) == [PersonKey("north", "A1")]
    assert crosswalk.identifiers(11) == [
        Identifier("MR", "urn:north", "00017"),
        Identifier("NI", "", "110101199003071234"),
    ]
    assert crosswalk.records(11) == [1, 4]
    assert crosswalk.people_of([1, 2]) == 3
    assert crosswalk.people_of([4, 99]) == 1
    assert crosswalk.people_of([]) == 0


def test_the_same_key_of_another_organisation_is_another_person(crosswalk: Crosswalk) -> None:
    crosswalk.put("north", persons(A1=11))
    crosswalk.put("south", persons(A1=21))
    assert crosswalk.find("A1") == [11, 21]


def test_saying_it_again_changes_nothing(crosswalk: Crosswalk) -> None:
    filled(crosswalk)
    once = (crosswalk.identifiers(11), crosswalk.records(11), crosswalk.links("north").to_pylist())
    filled(crosswalk)
    assert (crosswalk.identifiers(11), crosswalk.records(11), crosswalk.links("north").to_pylist()) == once


def test_a_merged_person_moves_and_everything_follows(crosswalk: Crosswalk) -> None:
    filled(crosswalk)
    assert crosswalk.put("north", persons(A1=12, B2=12)) == (Moved(11, 12),)
    assert crosswalk.find("00017") == [12]
    assert crosswalk.records(12) == [1, 4]
    assert crosswalk.keys(11) == []
    assert crosswalk.keys(12) == [PersonKey("north", "A1"), PersonKey("north", "B2")]


def test_links_come_back_in_order_of_arrival(crosswalk: Crosswalk) -> None:
    said = [("A", "B", 10, 0, 0), ("C", "A", 9, 5, 0), ("B", "D", 9, 4, 1)]
    crosswalk.put("north", persons(), links=rows(LINKS, *said))
    assert [tuple(row.values()) for row in crosswalk.links("north").to_pylist()] == sorted(said, key=lambda r: r[2:])
    assert crosswalk.links("south").num_rows == 0


def test_identifiers_of_unknown_keys_are_left_out(crosswalk: Crosswalk) -> None:
    crosswalk.put("north", persons(A1=11), identifiers=rows(IDENTIFIERS, ("Z", "MR", "", "1")))
    assert crosswalk.find("1") == []


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    path = tmp_path / "crosswalk.db"
    path.touch(mode=0o644)
    before = os.umask(0o000)
    try:
        crosswalk = Crosswalk(path)
        filled(crosswalk)
        modes = {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
        crosswalk.close()
    finally:
        os.umask(before)
    assert modes == {0o600}


def test_what_is_forgotten_is_nowhere_in_the_files(tmp_path: Path) -> None:
    crosswalk = Crosswalk(tmp_path / "crosswalk.db")
    many = 3000
    keys = [f"key-{(n * 7919) % many:05d}-of-a-person" for n in range(many)]
    crosswalk.put(
        "north",
        pa.table({"person_key": keys, "person_id": range(many)}, schema=PERSONS),
        identifiers=rows(IDENTIFIERS, *((key, "NI", "urn:x", f"value-{key}") for key in keys)),
        places=rows(PLACES, *((key, n) for n, key in enumerate(keys))),
        links=rows(LINKS, *((key, keys[n - 1], n, 0, 0) for n, key in enumerate(keys) if n)),
    )
    for person_id in (5, 1500, 2998):
        key = keys[person_id].encode()
        assert any(key in file.read_bytes() for file in tmp_path.iterdir())
        assert crosswalk.forget(person_id) == 1
        assert not any(key in file.read_bytes() for file in tmp_path.iterdir())
    assert len(crosswalk.persons("north")) == many - 3
    assert crosswalk.find(f"value-{keys[6]}") == [6]
    assert crosswalk.forget(5) == 0
    crosswalk.close()


def test_a_killed_writer_leaves_all_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "crosswalk.db"
    script = (
        "import os, signal, sys, pyarrow as pa; from pathlib import Path; from medark.store import crosswalk as c\n"
        "w = c.Crosswalk(Path(sys.argv[1])); w.put('a', pa.table({'person_key': ['K'], 'person_id': [1]}))\n"
        "w._db.execute('BEGIN IMMEDIATE'); w._db.execute(\"INSERT INTO person VALUES (9, 'a', 'L', 2, 2)\")\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(path)], check=False).returncode == -9
    crosswalk = Crosswalk(path)
    assert crosswalk.persons("a") == {"K": 1}
    crosswalk.close()


def test_a_writer_that_waits_too_long_says_so(tmp_path: Path) -> None:
    crosswalk = Crosswalk(tmp_path / "crosswalk.db", patience=0.05)
    other = sqlite3.connect(tmp_path / "crosswalk.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusyError):
        crosswalk.put("north", persons(A1=1))
    other.close()
    crosswalk.put("north", persons(A1=1))
    crosswalk.close()


def test_no_error_holds_a_key_or_identifier(tmp_path: Path, crosswalk: Crosswalk) -> None:
    canary = "CANARY-8841"
    wrong = pa.table({"person_key": [canary], "person_id": ["not a number" + canary]})
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"not a database, but long enough to be looked at " * 40 + canary.encode())
    attempts = [
        lambda: crosswalk.put("north", wrong, links=rows(LINKS, (canary, None, 1, 0, 0))),
        lambda: crosswalk.put("north", persons(A=1), links=rows(LINKS, (canary, None, 1, 0, 0))),
        lambda: Crosswalk(broken),
        lambda: Crosswalk(tmp_path / "no folder" / "crosswalk.db"),
    ]
    kinds = []
    for attempt in attempts:
        with pytest.raises(MedarkError) as caught:
            attempt()
        kinds.append(caught.type)
        assert canary not in "".join(traceback.format_exception(caught.value))
        assert canary not in repr(caught.value.__reduce__())
    assert kinds[1:] == [InternalError, WorkspaceError, StorageError]
    assert crosswalk.persons("north") == {}
    assert canary not in repr(PersonKey("north", canary)) + repr(Identifier("MR", "", canary))


@settings(max_examples=25, deadline=None)
@given(
    waves=st.lists(
        st.lists(st.tuples(st.sampled_from("ABCDEF"), st.integers(1, 4), st.integers(1, 9)), max_size=8), max_size=5
    )
)
def test_it_holds_what_a_dictionary_would(
    tmp_path_factory: pytest.TempPathFactory, waves: list[list[tuple[str, int, int]]]
) -> None:
    crosswalk = Crosswalk(tmp_path_factory.mktemp("crosswalk") / "crosswalk.db")
    numbers: dict[str, int] = {}
    places: set[tuple[str, int]] = set()
    for wave in waves:
        crosswalk.put(
            "p",
            persons(**{key: number for key, number, _ in wave}),
            places=rows(PLACES, *((key, record) for key, _, record in wave)),
        )
        numbers |= {key: number for key, number, _ in wave}
        places |= {(key, record) for key, _, record in wave}
    assert crosswalk.persons("p") == numbers
    for number in range(1, 5):
        mine = {key for key, value in numbers.items() if value == number}
        assert crosswalk.records(number) == sorted({record for key, record in places if key in mine})
    assert crosswalk.people_of(range(1, 10)) == len({numbers[key] for key, _ in places})
    crosswalk.close()
