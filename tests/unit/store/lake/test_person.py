"""One person's record is the full scan filtered; deleting takes them out of now, erasing out of every byte"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable
from hypothesis import given, settings
from hypothesis import strategies as st

from faults.lake_rows import DAY, drug, engine, in_order, measurement, open_lake, query, stored, told
from medark.errors import NotFoundError
from medark.model.omop import lake_columns, person_column, tables
from medark.store.engine import Session
from medark.store.lake import Append, Lake, Upsert
from medark.store.lake.person import PersonReader

CANARY = "Zx9-canary"
PERSON = 4_242_424_242_424_242
PERSONAL = [name for name in tables() if person_column(name)]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with engine(tmp_path).session() as opened:
        yield opened


def row_of(table: str, key: int, person: int, text: str) -> dict[str, object]:
    """A row of any person's table, its text columns filled."""
    primary = tables()[table].primary_key
    cells: dict[str, object] = {c.name: text for c in lake_columns(table) if c.type == "VARCHAR"}
    cells |= {c.name: DAY for c in lake_columns(table) if c.type == "DATE"}
    return cells | ({primary: key} if primary else {}) | {person_column(table) or "": person, "medark_record_no": key}


def scan(folder: Path, lake: Lake, person: int) -> dict[str, list]:
    """The oracle: every row of every table, those of one person kept."""
    return by_person(folder, lake).get(person, {})


def by_person(folder: Path, lake: Lake) -> dict[int, dict[str, list]]:
    """Every row of every table, full scans all, by person and table."""
    found: dict[int, dict[str, list]] = {}
    with engine(folder).session() as session:
        for name in PERSONAL:
            lake.snapshot().bind(session, name)
            for row in told(session.query(f"SELECT * FROM {name}")):
                found.setdefault(row[person_column(name) or ""], {}).setdefault(name, []).append(row)
    return found


def test_a_record_holds_every_table_that_is_a_persons(tmp_path: Path, session: Session) -> None:
    lake = open_lake(tmp_path)
    given = {name: [row_of(name, n, p, f"t{n}") for n, p in enumerate((5, 13, 5, 6))] for name in PERSONAL}
    given |= {name: given[name][:1] + given[name][1:2] for name in ("person", "death")}
    lake.commit({name: Append(query(session, name, rows)) for name, rows in given.items()}, "b")
    record = lake.person_record(5)
    assert {name: told(rows) for name, rows in record.items()} == scan(tmp_path, lake, 5)
    assert set(record) == set(PERSONAL)
    for name, rows in record.items():
        assert rows.column_names == [c.name for c in lake_columns(name)]
    assert lake.person_record(21) == {}


_PEOPLE = st.integers(-(1 << 63), (1 << 63) - 1) | st.integers(-9, 9)
_ROWS = st.lists(st.tuples(_PEOPLE, st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)))


@settings(max_examples=8, deadline=None)
@given(batches=st.lists(_ROWS, min_size=1, max_size=3))
def test_a_record_is_the_full_scan_filtered(tmp_path_factory: pytest.TempPathFactory, batches: list) -> None:
    folder = tmp_path_factory.mktemp("lake")
    lake = open_lake(folder)
    number = iter(range(10_000))
    with engine(folder).session() as session:
        for batch in batches:
            both = {
                "measurement": [measurement(next(number), p, t) for p, t in batch],
                "drug_exposure": [drug(next(number), p, t) for p, t in batch[::2]],
            }
            lake.commit({t: Append(query(session, t, rows)) for t, rows in both.items()}, "b")
    wanted = by_person(folder, lake)
    for person in {p for batch in batches for p, _ in batch} | {0}:
        assert {t: told(rows) for t, rows in lake.person_record(person).items()} == wanted.get(person, {})


def test_people_across_row_groups_are_found_whole(tmp_path: Path, session: Session) -> None:
    """Rows of one person that cross from one row group to the next, and people at its edges."""
    lake = open_lake(tmp_path, buckets=1)
    noise = random.Random(3)
    people = [noise.randrange(40) for _ in range(30_000)]
    rows = [measurement(n, p) for n, p in enumerate(people)]
    lake.commit({"measurement": Append(query(session, "measurement", rows))}, "b")
    (path,) = lake.snapshot().files("measurement")
    assert pq.ParquetFile(path).num_row_groups > 3
    for person in range(40):
        assert lake.person_record(person)["measurement"].num_rows == people.count(person)


def test_an_unsorted_file_is_read_as_right(tmp_path: Path) -> None:
    """Should somebody else have written a file: a person's rows in several runs."""
    path = tmp_path / "f.parquet"
    pq.write_table(pa.table({"person_id": [2, 1, 2, 3, 2], "measurement_id": [0, 1, 2, 3, 4]}), path)
    (mine,) = PersonReader()._rows(path, "measurement", 2)
    assert mine["measurement_id"].to_pylist() == [0, 2, 4]


def test_the_reader_keeps_little_and_forgets_what_went(tmp_path: Path, session: Session) -> None:
    lake = open_lake(tmp_path)
    for n in range(4):
        lake.commit({"measurement": Append(query(session, "measurement", [measurement(n, 8)]))}, "b")
        assert lake.person_record(8)["measurement"].num_rows == n + 1
    assert len(lake._reader._files) == 4
    lake.compact()
    assert lake.person_record(8)["measurement"].num_rows == 4
    assert len(lake._reader._files) == 1
    small = PersonReader(decoded_bytes=1)
    small.record(lake.snapshot(), 8)
    assert not small._decoded


def with_canary(folder: Path, session: Session) -> Lake:
    """A lake in which one person is everywhere: in several versions, files, and a compaction."""
    lake = open_lake(folder)
    for turn in range(2):
        rows = {
            name: [row_of(name, turn, PERSON + 1, "neighbour"), row_of(name, 10 + turn, PERSON, f"{CANARY}{turn}")]
            for name in PERSONAL
        }
        lake.commit({name: Upsert(query(session, name, given)) for name, given in rows.items()}, f"b{turn}")
    lake.compact(min_files=2)
    mended = [row_of("measurement", 11, PERSON, f"{CANARY}-again")]
    lake.commit({"measurement": Upsert(query(session, "measurement", mended))}, "again")
    return lake


def test_deleting_takes_a_person_out_of_now_and_leaves_the_past(tmp_path: Path, session: Session) -> None:
    lake = with_canary(tmp_path, session)
    was = lake.snapshot()
    neighbour = scan(tmp_path, lake, PERSON + 1)
    after = lake.delete_person(PERSON, "moved away")
    assert lake.person_record(PERSON) == scan(tmp_path, lake, PERSON) == {}
    assert scan(tmp_path, lake, PERSON + 1) == neighbour
    assert set(lake.person_record(PERSON, was)) == set(PERSONAL)
    assert after.version == was.version + 1


def test_an_erased_person_is_in_no_byte_of_the_folder(tmp_path: Path, session: Session) -> None:
    lake = with_canary(tmp_path, session)
    assert everywhere(tmp_path / "lake"), "the search finds what is planted"
    neighbour = scan(tmp_path, lake, PERSON + 1)
    nobody = {n: stored(tmp_path, lake.snapshot(), n) for n in tables() if not person_column(n)}
    after = lake.erase_person(PERSON)
    assert everywhere(tmp_path / "lake") == []
    assert lake.person_record(PERSON) == {}
    assert scan(tmp_path, lake, PERSON + 1) == neighbour
    assert nobody == {n: stored(tmp_path, lake.snapshot(), n) for n in nobody}
    assert [c.version for c in lake.history()] == [after.version]
    with pytest.raises(NotFoundError):
        lake.snapshot(after.version - 1)
    for name in PERSONAL:
        assert in_order(told(DeltaTable(str(tmp_path / "lake" / name)).to_pyarrow_table().drop_columns("person_bucket"))
                        ) == stored(tmp_path, after, name)  # fmt: skip
    assert not (tmp_path / "lake/_medark/purge").exists()
    assert CANARY not in str(lake._reader._decoded), "nor in the memory of this process"


def test_erasing_someone_unknown_forgets_the_past_all_the_same(tmp_path: Path, session: Session) -> None:
    lake = open_lake(tmp_path)
    for n in range(3):
        lake.commit({"measurement": Append(query(session, "measurement", [measurement(n, 4)]))}, "b")
    lake.erase_person(77)
    assert lake.person_record(4)["measurement"].num_rows == 3
    assert len(lake.history()) == 1


def everywhere(root: Path) -> list[str]:
    """Files that say something of the person: as they lie on the disk, and read back when they are compressed."""
    marks = [CANARY.encode(), str(PERSON).encode(), PERSON.to_bytes(8, "little"), PERSON.to_bytes(8, "big")]
    found = []
    for path in (p for p in root.rglob("*") if p.is_file()):
        content = path.read_bytes()
        if path.suffix == ".parquet":
            table = pq.ParquetFile(path).read()
            content += str(table.to_pylist()).encode() + str(pq.read_metadata(path).to_dict()).encode()
        if any(mark in content for mark in marks):
            found.append(str(path.relative_to(root)))
    return found
