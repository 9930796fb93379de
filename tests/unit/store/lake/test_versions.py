"""Versions of the lake: time travel, history, compaction, vacuum, and Delta's own reader beside ours"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from faults.lake_rows import engine, in_order, measurement, open_lake, query, stored, told
from medark.errors import NotFoundError
from medark.store.engine import Session
from medark.store.lake import Append, Lake, Upsert


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with engine(tmp_path).session() as opened:
        yield opened


def append(lake: Lake, session: Session, *numbers: int, batch: str = "b") -> None:
    given = [measurement(n, n % 3, f"v{n}") for n in numbers]
    lake.commit({"measurement": Append(query(session, "measurement", given))}, batch)


def keys(folder: Path, lake: Lake, version: int | None = None) -> list[int]:
    return sorted(r["measurement_id"] for r in stored(folder, lake.snapshot(version), "measurement"))


def by_delta(folder: Path, version: int | None = None) -> list:
    found = DeltaTable(str(folder / "lake/measurement"), version=version).to_pyarrow_table()
    return told(found.drop_columns(["person_bucket"]))


def test_every_version_stays_as_it_was(tmp_path: Path, session: Session) -> None:
    lake = open_lake(tmp_path)
    for n in range(5):
        append(lake, session, n)
    lake.commit({"measurement": Upsert(query(session, "measurement", [measurement(0, 0, "mended")]))}, "mend")
    lake.delete_person(1, "leave")
    assert [keys(tmp_path, lake, v) for v in range(8)] == [
        [], [0], [0, 1], [0, 1, 2], [0, 1, 2, 3], [0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [0, 2, 3],
    ]  # fmt: skip
    values = {r["measurement_id"]: r["value_source_value"] for r in stored(tmp_path, lake.snapshot(5), "measurement")}
    assert values[0] == "v0"


def test_history_says_who_committed_when_and_how_many_rows(tmp_path: Path, session: Session) -> None:
    lake = open_lake(tmp_path, clock=lambda: 1_700_000_000.5)
    append(lake, session, 1, 2, batch="night")
    append(lake, session, 3, batch="day")
    assert [(c.version, c.batch, c.committed_ms, dict(c.rows)) for c in lake.history()] == [
        (1, "night", 1_700_000_000_500, {"measurement": 2}),
        (2, "day", 1_700_000_000_500, {"measurement": 3}),
    ]


def test_compaction_says_the_same_rows_in_fewer_sorted_files(tmp_path: Path, session: Session) -> None:
    lake = open_lake(tmp_path)
    for n in range(0, 60, 6):
        append(lake, session, *range(n, n + 6))
    before = stored(tmp_path, lake.snapshot(), "measurement")
    assert len(lake.snapshot().files("measurement")) == 30
    after = lake.compact()
    assert len(after.files("measurement")) == 3
    assert stored(tmp_path, after, "measurement") == before == by_delta(tmp_path)
    for path in after.files("measurement"):
        table = pq.read_table(path, partitioning=None)
        order = list(zip(table["person_id"].to_pylist(), table["measurement_id"].to_pylist(), strict=True))
        assert order == sorted(order)
    assert lake.compact().version == after.version, "nothing to do makes no version"


def test_compaction_says_in_the_log_that_no_row_changed(tmp_path: Path, session: Session) -> None:
    lake = open_lake(tmp_path)
    for n in range(4):
        append(lake, session, n * 3)
    lake.compact()
    entry = sorted((tmp_path / "lake/measurement/_delta_log").glob("*.json"))[-1].read_text()
    assert '"dataChange":false' in entry
    assert '"dataChange":true' not in entry


def test_vacuum_forgets_old_versions_and_the_files_only_they_had(tmp_path: Path, session: Session) -> None:
    lake = open_lake(tmp_path)
    for n in range(6):
        append(lake, session, n)
    lake.compact(min_files=2)
    now = keys(tmp_path, lake)
    assert lake.vacuum(keep=2) == 0, "the version before compaction still has them"
    assert [c.version for c in lake.history()] == [6, 7]
    assert keys(tmp_path, lake, 6) == now
    with pytest.raises(NotFoundError):
        lake.snapshot(5)
    assert lake.vacuum(keep=1) == 6
    assert keys(tmp_path, lake) == now
    assert by_delta(tmp_path) == stored(tmp_path, lake.snapshot(), "measurement")
    on_disk = {p for p in (tmp_path / "lake/measurement").rglob("*.parquet") if "_delta_log" not in p.parts}
    assert on_disk == set(lake.snapshot().files("measurement"))
    append(lake, session, 99)
    assert keys(tmp_path, open_lake(tmp_path)) == [*now, 99]


def test_vacuum_sweeps_what_dead_writers_left_and_nothing_of_living_ones(tmp_path: Path, session: Session) -> None:
    lake = open_lake(tmp_path)
    append(lake, session, 1)
    dead = tmp_path / "lake/_medark/incoming/dead"
    dead.mkdir()
    (dead / "held").touch()
    (dead / "half.parquet").write_bytes(b"PAR1")
    orphan = tmp_path / "lake/measurement/person_bucket=1/orphan.parquet"
    orphan.write_bytes(b"PAR1")
    with lake.incoming() as living:
        (living / "work.parquet").write_bytes(b"PAR1")
        assert lake.vacuum() == 1
        assert (living / "work.parquet").exists()
    assert not dead.exists()
    assert not orphan.exists()


def test_delta_reads_every_version_the_same(tmp_path: Path, session: Session) -> None:
    lake = open_lake(tmp_path)
    for n in range(4):
        append(lake, session, n, n + 10)
    lake.commit({"measurement": Upsert(query(session, "measurement", [measurement(2, 2, "mended")]))}, "mend")
    lake.delete_person(1, "leave")
    lake.compact(min_files=2)
    for version in range(1, 8):
        snapshot = lake.snapshot(version)
        wanted = stored(tmp_path, snapshot, "measurement")
        assert by_delta(tmp_path, snapshot.tables["measurement"].delta_version) == wanted
    assert in_order(by_delta(tmp_path)) == stored(tmp_path, lake.snapshot(), "measurement")


def test_the_log_keeps_no_statistics_of_columns(tmp_path: Path, session: Session) -> None:
    lake = open_lake(tmp_path)
    for n in range(3):
        append(lake, session, n)
    lake.vacuum(keep=1)
    entries = list((tmp_path / "lake").glob("*/_delta_log/*.json"))
    assert entries and not any(b"minValues" in path.read_bytes() for path in entries)
    checkpoints = list((tmp_path / "lake").glob("*/_delta_log/*.parquet"))
    assert checkpoints
    for path in checkpoints:
        said = str(pq.read_table(path).to_pylist())
        assert "minValues" not in said and "min_values" not in said
