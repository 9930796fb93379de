"""A process that changes a lake until it is killed, saying on its output what was acknowledged"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from faults.lake_rows import Row, drug, engine, measurement, query
from medark.errors import BusyError
from medark.store.lake import Append, Lake, Upsert

STAYING = range(12)  # people whose rows every round must find again
LEAVING = range(100, 112)  # people that are erased, over and over
BUCKETS = 3


def mark(person: int, first: int) -> str:
    """Text that only rows of this person hold, and of them only those of one commit."""
    return f"<<mark {person} {first}>>"


def rows(first: int, person: int) -> tuple[list[Row], list[Row]]:
    """What one commit writes: as many rows in one table as in the other, of one person, numbered alike."""
    numbers, text = range(first, first + 3), mark(person, first)
    return [measurement(n, person, text) for n in numbers], [drug(n, person, text) for n in numbers]


def write(lake: Lake, folder: Path, worker: int) -> None:
    """Commit to two tables at once; `commit FIRST` for each acknowledged one."""
    noise, first = random.Random(worker), worker * 1_000_000
    with engine(folder).session() as session:
        while True:
            first += 10
            both = dict(zip(("measurement", "drug_exposure"), rows(first, noise.choice(STAYING)), strict=True))
            kind = noise.choice((Append, Upsert))
            lake.commit({table: kind(query(session, table, some)) for table, some in both.items()}, f"w{worker}")
            say(f"commit {first}")


def tend(lake: Lake, folder: Path, worker: int) -> None:
    """Compact, vacuum, and erase people who were just written; `erased PERSON FIRST` for each acknowledged one."""
    noise = random.Random(worker)
    with engine(folder).session() as session:
        say("tending")
        while True:
            person, first = noise.choice(LEAVING), worker * 1_000_000 + 10 * noise.randrange(100_000)
            both = dict(zip(("measurement", "drug_exposure"), rows(first, person), strict=True))
            lake.commit({table: Upsert(query(session, table, some)) for table, some in both.items()}, "leaving")
            noise.choice((lambda: lake.compact(min_files=2), lambda: lake.vacuum(2), lambda: None))()
            lake.erase_person(person)
            say(f"erased {person} {first}")


def append_some(lake: Lake, folder: Path, worker: int) -> None:
    """Ten commits, then end: for writers at once."""
    with engine(folder).session() as session:
        for n in range(10):
            one = [measurement(worker * 1000 + n, n % 4, "")]
            lake.commit({"measurement": Upsert(query(session, "measurement", one))}, f"w{worker}")
            say(f"commit {worker * 1000 + n}")


def say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def main(role: str, folder: Path, worker: int) -> None:
    lake = Lake(folder / "lake", engine(folder), BUCKETS, patience=60)
    work = {"write": write, "tend": tend, "append_some": append_some}[role]
    try:
        work(lake, folder, worker)
    except BusyError:
        say("busy")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
