"""kill -9 while the lake changes: no torn table, every acknowledged commit there once, whoever was erased is gone"""

from __future__ import annotations

import itertools
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from faults import lake_worker as worker
from faults.lake_rows import engine, open_lake, query, stored, told
from medark.model.omop import tables
from medark.store.lake import Append, Lake

ROUNDS = int(os.environ.get("MEDARK_FAULT_ROUNDS", "3"))  # a longer soak: MEDARK_FAULT_ROUNDS=200
LONGEST = 1.0  # seconds from the first words to the kill
TESTS = Path(__file__).resolve().parents[1]


def start(role: str, folder: Path, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", worker.__name__, role, str(folder), str(number)]
    environ = os.environ | {"PYTHONPATH": str(TESTS)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environ)


def killed(workers: list[subprocess.Popen[str]], after: float) -> list[str]:
    """What the workers had said (whole lines) when they were killed `after` seconds from their first words."""
    first = [process.stdout.readline() for process in workers if process.stdout]
    time.sleep(after)
    for process in workers:
        process.kill()
    rest = [process.communicate()[0] for process in workers]
    told = [(line + more)[: (line + more).rfind("\n") + 1] for line, more in zip(first, rest, strict=True)]
    return "".join(told).splitlines()


def numbers(folder: Path, lake: Lake, table: str) -> Counter[int]:
    key = tables()[table].primary_key or ""
    return Counter(row[key] for row in stored(folder, lake.snapshot(), table))  # type: ignore[misc]


def assert_whole(folder: Path, acknowledged: set[int]) -> Lake:
    """Every commit is there wholly or not at all, once, and the acknowledged ones are."""
    lake = open_lake(folder, buckets=worker.BUCKETS)
    one, other = (numbers(folder, lake, table) for table in ("measurement", "drug_exposure"))
    assert one == other, "two tables of one commit differ"
    assert set(one.values()) <= {1}, "a row is there twice"
    firsts = {n - n % 10 for n in one}
    assert all(one[n + i] for n in firsts for i in range(3)), "half a commit is seen"
    assert acknowledged <= firsts, "an acknowledged commit is lost"
    return lake


def assert_logs_agree(folder: Path, lake: Lake) -> None:
    """Delta's own reader sees the rows that we see, in every table."""
    for table in ("measurement", "drug_exposure", "care_site"):
        found = DeltaTable(str(folder / "lake" / table)).to_pyarrow_table()
        kept = [c for c in found.column_names if c != "person_bucket"]
        assert told(found.select(kept)) == stored(folder, lake.snapshot(), table)


def test_commits_are_whole_or_not_there(tmp_path: Path) -> None:
    moments, acknowledged = random.Random(21), set[int]()
    for round_ in range(ROUNDS):
        said = killed([start("write", tmp_path, 2 * round_ + n) for n in (1, 2)], moments.uniform(0, LONGEST))
        acknowledged |= {int(line.removeprefix("commit ")) for line in said if line.startswith("commit ")}
        lake = assert_whole(tmp_path, acknowledged)
        lake.compact(min_files=6)
        assert_logs_agree(tmp_path, assert_whole(tmp_path, acknowledged))
    assert len(acknowledged) > ROUNDS
    lake.vacuum(1)
    assert_logs_agree(tmp_path, assert_whole(tmp_path, acknowledged))
    assert not list((tmp_path / "lake/_medark/incoming").iterdir()), "what dead writers left is swept"
    on_disk = set((tmp_path / "lake").glob("*/person_bucket=*/*.parquet"))
    assert on_disk == {p for t in tables() for p in lake.snapshot().files(t)}


def test_compaction_vacuum_and_erasure_lose_nobody_and_leave_nobody(tmp_path: Path) -> None:
    moments, acknowledged, erased = random.Random(22), set[int](), 0
    for round_ in range(ROUNDS):
        both = [start("write", tmp_path, 50 + round_), start("tend", tmp_path, 500 + round_)]
        said = killed(both, 0.2 + moments.uniform(0, LONGEST))
        acknowledged |= {int(line.removeprefix("commit ")) for line in said if line.startswith("commit ")}
        lake = assert_whole(tmp_path, acknowledged)
        lake.delete_person(-1, "next writer")  # mends what the killed ones left, finishes an erasure that was due
        for line in (line for line in said if line.startswith("erased")):
            _, person, first = line.split()
            erased += 1
            assert not_on_disk(tmp_path, worker.mark(int(person), int(first))), f"rows of {person} are on the disk"
        assert_logs_agree(tmp_path, lake)
    assert acknowledged and erased


def not_on_disk(folder: Path, text: str) -> bool:
    """Does no file of the lake hold `text`, as it lies there or read back?"""
    for path in (folder / "lake").rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            if path.suffix == ".parquet" and "incoming" not in path.parts:  # a killed writer's own may be half a file
                content += str(pq.ParquetFile(path).read().to_pylist()).encode()
            if text.encode() in content:
                return False
    return True


class Killed(BaseException):
    """What kill -9 looks like from within: nothing catches it."""


def dies_at(patch: pytest.MonkeyPatch, step: int) -> None:
    """From now on the process dies before its call number `step` that changes a folder."""
    left = step

    def counted(call: Callable[..., object]) -> Callable[..., object]:
        def die_or(*arguments: object, **options: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                raise Killed
            return call(*arguments, **options)

        return die_or

    for name in ("link", "unlink", "rename"):
        patch.setattr(os, name, counted(getattr(os, name)))


def with_three_people(folder: Path) -> Lake:
    lake = open_lake(folder, buckets=worker.BUCKETS)
    with engine(folder).session() as session:
        for first, person in ((0, 1), (10, 100), (20, 2)):
            both = dict(zip(("measurement", "drug_exposure"), worker.rows(first, person), strict=True))
            lake.commit({t: Append(query(session, t, some)) for t, some in both.items()}, "b")
    return lake


def erased_up_to(lake: Lake, step: int) -> bool:
    """Is the erasure over before it dies at `step`?"""
    with pytest.MonkeyPatch.context() as patch:
        dies_at(patch, step)
        try:
            lake.erase_person(100)
        except Killed:
            return False
    return True


def test_an_erasure_killed_at_each_of_its_steps_is_finished_by_the_next_writer(tmp_path: Path) -> None:
    """Not at random: every moment between two changes of a folder, one after the other."""
    prepared = tmp_path / "prepared"
    with_three_people(prepared)
    for step in itertools.count(1, 3):
        folder = tmp_path / str(step)
        shutil.copytree(prepared, folder)
        finished = erased_up_to(open_lake(folder, buckets=worker.BUCKETS), step)
        lake = open_lake(folder, buckets=worker.BUCKETS)
        seen = lake.person_record(100) == {}
        assert seen or lake.person_record(100)["measurement"].num_rows == 3
        lake.delete_person(-1, "next writer")
        assert seen == not_on_disk(folder, worker.mark(100, 10)), "an erasure that was seen is finished"
        assert numbers(folder, lake, "measurement") == numbers(folder, lake, "drug_exposure")
        assert lake.person_record(1)["measurement"].num_rows == 3
        assert_logs_agree(folder, lake)
        if finished:
            break
    assert step > 12
