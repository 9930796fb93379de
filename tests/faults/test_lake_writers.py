"""Writers at once are all there once; readers while commits happen never see half of one"""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

from faults import lake_worker as worker
from faults.lake_rows import open_lake
from faults.test_lake_kill import assert_logs_agree, killed, numbers, start
from medark.errors import StorageError
from medark.store.lake import Lake

WRITERS = 4


def test_four_writers_of_ten_commits_make_forty(tmp_path: Path) -> None:
    writers = [start("append_some", tmp_path, n) for n in range(1, WRITERS + 1)]
    said = [process.communicate()[0] for process in writers]
    assert [process.returncode for process in writers] == [0] * WRITERS, said
    lake = open_lake(tmp_path, buckets=worker.BUCKETS)
    wanted = {n * 1000 + i for n in range(1, WRITERS + 1) for i in range(10)}
    assert numbers(tmp_path, lake, "measurement") == dict.fromkeys(wanted, 1)
    assert [c.version for c in lake.history()] == list(range(1, 10 * WRITERS + 1))
    assert_logs_agree(tmp_path, lake)


def test_readers_never_see_half_a_commit_nor_a_file_that_went(tmp_path: Path) -> None:
    """Two writers, one that compacts, vacuums and erases; the reader takes a fresh version each time."""
    writer, tender = start("write", tmp_path, 1), start("tend", tmp_path, 900)
    assert writer.stdout and writer.stdout.readline()
    lake, seen, until = open_lake(tmp_path, buckets=worker.BUCKETS), set[int](), time.monotonic() + 30
    try:
        while len(seen) < 15 and time.monotonic() < until:
            snapshot = lake.snapshot()
            assert snapshot.rows("measurement") == snapshot.rows("drug_exposure")
            assert snapshot.version >= max(seen, default=0), "a reader goes back in time"
            seen.add(snapshot.version)
            assert len(set(rows_of(lake, 1).values())) <= 1, "tables of one person differ"
    finally:
        killed([writer, tender], 0)
    assert len(seen) == 15


def rows_of(lake: Lake, person: int) -> Mapping[str, int]:
    """Rows by table. An erasure takes files from under a reader, who is told so and reads the newest version."""
    for _ in range(50):
        try:
            return {table: rows.num_rows for table, rows in lake.person_record(person).items()}
        except StorageError:
            continue
    raise AssertionError("the reader never came through")
