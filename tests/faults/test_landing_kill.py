"""kill -9 at random moments: what was acknowledged is there, once, whole; what was being erased gets erased"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from faults import landing_worker as worker
from medark.store.landing import Landing

ROUNDS = int(os.environ.get("MEDARK_FAULT_ROUNDS", "6"))  # a longer soak: MEDARK_FAULT_ROUNDS=500
LONGEST = 0.25  # seconds from the first acknowledgement to the kill


def start(role: str, root: Path, number: int) -> subprocess.Popen[str]:
    command = [sys.executable, worker.__file__, role, str(root), str(number)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def killed(workers: list[subprocess.Popen[str]], after: float) -> list[list[str]]:
    """What the workers had said (whole lines) when they were killed `after` seconds from their first words."""
    first = [process.stdout.readline() for process in workers if process.stdout]
    time.sleep(after)
    for process in workers:
        process.kill()
    rest = [process.communicate()[0] for process in workers]
    return [(line + more).splitlines()[: (line + more).count("\n")] for line, more in zip(first, rest, strict=True)]


def leftovers(root: Path) -> list[Path]:
    return [p for p in root.glob("incoming/*/*") if p.name != "held"]


def test_every_acknowledged_record_is_there_once(tmp_path: Path) -> None:
    moments = random.Random(11)
    root, acknowledged = tmp_path / "landing", dict[int, int]()
    for round_ in range(ROUNDS):
        said = killed([start("write", root, 10 * round_ + n) for n in (1, 2)], moments.uniform(0, LONGEST))
        for line in (line for lines in said for line in lines):
            _, seed, record_no = line.split()
            assert acknowledged.setdefault(int(seed), int(record_no)) == int(
                record_no
            )  # shared ones: one number for all
        with Landing(root) as landing:
            records = list(landing.records())
            found = {r.record_no: landing.open(r).read() for r in records}  # each opens, whole or StorageError
            objects = [p.name for p in root.glob("objects/*/*")]
        numbers = Counter(int(content[1 : content.index(b">")]) for content in found.values())
        assert set(numbers.values()) == {1}, "a content is there twice"
        for seed, record_no in acknowledged.items():
            assert found[record_no] == worker.content(seed)
        large = {r.id for r in records if found[r.record_no] == worker.content(int(r.name)) and int(r.name) % 6 == 0}
        assert set(objects) == large, "an object without a record, or the other way round"
        assert not leftovers(root)
    assert len(acknowledged) > ROUNDS


def test_an_erasure_that_began_is_finished_or_never_happened(tmp_path: Path) -> None:
    moments = random.Random(12)
    root, began = tmp_path / "landing", dict[int, int]()
    for round_ in range(ROUNDS):
        (said,) = killed([start("erase", root, round_ + 1)], moments.uniform(0, LONGEST))
        done = set[int]()
        for line in said:
            word, seed, record_no = line.split()
            began[int(seed)] = int(record_no)
            if word == "done":
                done.add(int(seed))
        with Landing(root) as landing:
            disk = b"".join(path.read_bytes() for path in root.rglob("*") if path.is_file())
            for seed, record_no in began.items():
                erased = landing.erased_rows(record_no) == {0}
                assert erased or seed not in done
                if erased:
                    assert stored(landing, record_no) == worker.blanked(seed)
                    assert worker.canary(seed) not in disk, f"old bytes of record {record_no} are on the disk"
                else:
                    assert stored(landing, record_no) == worker.content(seed)
                    landing.replace(landing.record(record_no), worker.blanked(seed), [0])
        assert not leftovers(root)
    assert began


def stored(landing: Landing, record_no: int) -> bytes | None:
    record = landing.record(record_no)
    return None if record.size == 0 else landing.open(record).read()


@pytest.mark.parametrize("role", ["write", "erase"])
def test_two_processes_at_once_need_no_patience(tmp_path: Path, role: str) -> None:
    said = killed([start(role, tmp_path, 1), start(role, tmp_path, 2)], 0.3)
    assert all(said), "a writer starved"
