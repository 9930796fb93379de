"""Commits over many tables: what upsert, append, replace and `gone` mean, all at once or not at all"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from faults.lake_rows import DAY, drug, engine, in_order, measurement, open_lake, query, stored, table
from medark.errors import BusyError, DefinitionError, NotFoundError, StorageError, UsageError, WorkspaceError
from medark.model.omop import BUCKET, lake_columns, person_column, tables
from medark.store.durable import locked
from medark.store.engine import Session
from medark.store.lake import Append, Lake, Query, Replace, Upsert


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with engine(tmp_path).session() as opened:
        yield opened


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return open_lake(tmp_path)


@pytest.fixture
def rows(tmp_path: Path, lake: Lake) -> Callable[[str], list]:
    return lambda name: stored(tmp_path, lake.snapshot(), name)


def test_a_new_lake_is_empty_and_version_zero(lake: Lake) -> None:
    assert (lake.snapshot().version, lake.history(), lake.person_record(1)) == (0, [], {})
    assert lake.snapshot(0).files("measurement") == []


def test_a_commit_changes_many_tables_and_every_table_exists_after(
    lake: Lake, session: Session, rows: Callable[[str], list], tmp_path: Path
) -> None:
    after = lake.commit(
        {
            "measurement": Upsert(query(session, "measurement", [measurement(1, 10), measurement(2, -3)])),
            "drug_exposure": Append(query(session, "drug_exposure", [drug(7, 10)])),
            "care_site": Upsert(query(session, "care_site", [{"care_site_id": 5, "care_site_name": "A"}])),
        },
        "batch 1",
    )
    assert after.version == lake.snapshot().version == 1
    assert rows("measurement") == in_order([measurement(1, 10), measurement(2, -3)])
    assert [r["drug_exposure_id"] for r in rows("drug_exposure")] == [7]
    assert rows("care_site") == [{"care_site_id": 5, "care_site_name": "A"}]
    assert {p.parent.name for p in (tmp_path / "lake").glob("*/_delta_log")} == set(tables()), "all 39, and images"


def test_a_failing_table_takes_the_whole_commit_with_it(
    lake: Lake, session: Session, rows: Callable[[str], list], tmp_path: Path
) -> None:
    lake.commit({"measurement": Upsert(query(session, "measurement", [measurement(1, 1, "first")]))}, "b")
    with pytest.raises(DefinitionError):
        lake.commit(
            {
                "measurement": Upsert(query(session, "measurement", [measurement(1, 1, "second")])),
                "drug_exposure": Append(Query(session, "SELECT nothing FROM nowhere")),
            },
            "b",
        )
    assert [r["value_source_value"] for r in rows("measurement")] == ["first"]
    assert lake.snapshot().version == 1
    assert not list((tmp_path / "lake/_medark/incoming").iterdir())


def test_a_table_that_omop_lacks_is_refused(lake: Lake, session: Session) -> None:
    with pytest.raises(UsageError, match="no such table"):
        lake.commit({"patients": Append(Query(session, "SELECT 1"))}, "b")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("measurement", measurement(1, 9, "old"), measurement(1, 9, "new")),
        ("death", {"person_id": 9, "death_date": DAY, "cause_source_value": "a"},
         {"person_id": 9, "death_date": DAY, "cause_source_value": "b"}),
        ("care_site", {"care_site_id": 1, "care_site_name": "a"}, {"care_site_id": 1, "care_site_name": "b"}),
        ("fact_relationship",
         {"fact_id_1": 1, "fact_id_2": 2, "medark_person_id": 9, "medark_record_no": 1},
         {"fact_id_1": 1, "fact_id_2": 2, "medark_person_id": 9, "medark_record_no": 2}),
    ],
)  # fmt: skip
def test_an_upsert_replaces_the_row_of_the_same_key_and_no_other(
    lake: Lake, session: Session, rows: Callable[[str], list], name: str, old: dict, new: dict
) -> None:
    (key,) = {c for c in old if c.endswith(("_id", "_1"))} & {
        "measurement_id", "care_site_id", "fact_id_1", *(["person_id"] if name == "death" else []),
    }  # fmt: skip
    other = {**old, key: 77}
    lake.commit({name: Upsert(query(session, name, [old, other]))}, "b")
    lake.commit({name: Upsert(query(session, name, [new]))}, "b")
    assert rows(name) == in_order([new, other])


def test_an_upsert_looks_among_the_rows_of_its_own_person_or_anywhere(
    lake: Lake, session: Session, rows: Callable[[str], list]
) -> None:
    moved = measurement(1, 2, "moved")
    lake.commit({"measurement": Upsert(query(session, "measurement", [measurement(1, 1, "here")]))}, "b")
    lake.commit({"measurement": Upsert(query(session, "measurement", [moved]))}, "b")
    assert [r["person_id"] for r in rows("measurement")] == [1, 2]
    lake.commit({"measurement": Upsert(query(session, "measurement", [moved]), anywhere=True)}, "b")
    assert rows("measurement") == [moved]


def test_gone_keys_go_wherever_they_are_with_or_without_new_rows(
    lake: Lake, session: Session, rows: Callable[[str], list]
) -> None:
    first = [measurement(n, n % 5, "x") for n in range(20)]
    lake.commit({"measurement": Append(query(session, "measurement", first))}, "b")
    gone = pa.table({"measurement_id": pa.array([3, 4, 99], pa.int64())})
    lake.commit({"measurement": Upsert(gone=gone)}, "b")
    assert {r["measurement_id"] for r in rows("measurement")} == set(range(20)) - {3, 4}
    again = [measurement(5, 4, "moved")]
    lake.commit({"measurement": Upsert(query(session, "measurement", again), gone=gone.slice(2))}, "b")
    assert [r["person_id"] for r in rows("measurement") if r["measurement_id"] == 5] == [4]


def test_an_append_looks_nothing_up(lake: Lake, session: Session, rows: Callable[[str], list]) -> None:
    for _ in range(2):
        lake.commit({"measurement": Append(query(session, "measurement", [measurement(1, 1)]))}, "b")
    assert len(rows("measurement")) == 2


def test_replace_stands_for_the_whole_table_or_for_some_buckets(
    lake: Lake, session: Session, rows: Callable[[str], list]
) -> None:
    first = [measurement(n, n, "old") for n in range(16)]
    lake.commit({"measurement": Append(query(session, "measurement", first))}, "b")
    new = [measurement(100, 3, "new")]
    lake.commit({"measurement": Replace(query(session, "measurement", new), frozenset({3}))}, "b")
    assert rows("measurement") == in_order([r for r in first if r["person_id"] % 8 != 3] + new)
    lake.commit({"measurement": Replace(query(session, "measurement", new))}, "b")
    assert rows("measurement") == new
    lake.commit({"measurement": Replace(())}, "b")
    assert rows("measurement") == []


def test_rows_lie_in_the_bucket_of_their_person_sorted(lake: Lake, session: Session, tmp_path: Path) -> None:
    given = [measurement(n, (n * 7919) % 40 - 20) for n in range(500)]
    lake.commit({"measurement": Append(query(session, "measurement", given))}, "b")
    snapshot = lake.snapshot()
    for bucket in range(8):
        (path,) = snapshot.files("measurement", {bucket})
        assert path.parent.name == f"{BUCKET}={bucket}"
        with engine(tmp_path).session() as own:
            own.bind_parquet("f", [path], lake_columns("measurement"))
            people = own.query("SELECT person_id FROM f").column(0).to_pylist()
        assert people == sorted(people)
        assert {p % 8 for p in people} == {bucket}


def test_a_row_that_names_nobody_lies_in_bucket_zero(lake: Lake, session: Session) -> None:
    assert person_column("cost") == "medark_person_id"
    lake.commit({"cost": Append(query(session, "cost", [{"cost_id": 1}]))}, "b")
    assert [f.bucket for f in lake.snapshot().data_files("cost")] == [0]


def test_files_written_before_the_lock_are_committed_as_they_are(
    lake: Lake, session: Session, rows: Callable[[str], list]
) -> None:
    with lake.incoming() as folder:
        session.bind_arrow("mine", table("measurement", [measurement(1, 1, "x")]))
        files = lake.write(session, "measurement", "SELECT * FROM mine", folder)
        lake.commit({"measurement": Upsert(files)}, "b")
    assert rows("measurement") == [measurement(1, 1, "x")]


def test_who_waits_too_long_is_told_that_another_writes(lake: Lake, session: Session, tmp_path: Path) -> None:
    lake.commit({"measurement": Append(query(session, "measurement", [measurement(1, 1)]))}, "b")
    impatient = open_lake(tmp_path, patience=0.05)
    with (
        locked(tmp_path / "lake/_medark/write.lock", 0),
        pytest.raises(BusyError, match="another process is writing") as told,
    ):
        impatient.commit({"measurement": Append(query(session, "measurement", [measurement(2, 1)]))}, "b")
    assert told.value.exit_code == 5
    assert lake.snapshot().version == 1


def test_a_lake_keeps_its_number_of_buckets(lake: Lake, session: Session, tmp_path: Path) -> None:
    lake.commit({"measurement": Append(query(session, "measurement", [measurement(1, 1)]))}, "b")
    with pytest.raises(WorkspaceError, match="another number of buckets"):
        open_lake(tmp_path, buckets=16)


def test_a_version_that_is_not_kept_is_not_found(lake: Lake) -> None:
    with pytest.raises(NotFoundError) as told:
        lake.snapshot(3)
    assert told.value.where == {"version": 3}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format":1}', b"null"])
def test_a_damaged_manifest_is_told_and_says_what_to_do(
    lake: Lake, session: Session, tmp_path: Path, content: bytes
) -> None:
    lake.commit({"measurement": Append(query(session, "measurement", [measurement(1, 1)]))}, "b")
    (tmp_path / f"lake/_medark/versions/{1:020d}.json").write_bytes(content)
    with pytest.raises(StorageError, match="damaged") as told:
        open_lake(tmp_path)
    assert told.value.fix == "medark rebuild"


def test_a_lake_of_another_format_is_not_read(lake: Lake, session: Session, tmp_path: Path) -> None:
    lake.commit({"measurement": Append(query(session, "measurement", [measurement(1, 1)]))}, "b")
    path = tmp_path / f"lake/_medark/versions/{1:020d}.json"
    path.write_bytes(path.read_bytes().replace(b'"format":1', b'"format":2'))
    with pytest.raises(WorkspaceError, match="another medark version"):
        open_lake(tmp_path)


def test_a_torn_data_file_is_told_without_a_value(lake: Lake, session: Session, tmp_path: Path) -> None:
    lake.commit({"measurement": Append(query(session, "measurement", [measurement(1, 1, "SECRET")]))}, "b")
    (path,) = lake.snapshot().files("measurement")
    path.write_bytes(path.read_bytes()[:50])
    with pytest.raises(StorageError, match="can't be read") as told:
        open_lake(tmp_path).person_record(1)
    assert "SECRET" not in str(told.value)
