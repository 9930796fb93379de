"""A made-up city: how fast its people and their systems' exports are written, and whether memory stays flat

Run: .venv/bin/python benchmarks/bench_city.py [--people 10000 100000 1000000] [--years 3]
Prints for each size people/s, MB/s, CPU seconds of all processes and the peak memory of the largest one, and beside
them, in the same run, the physical limit: what one process writes of bytes that it need not make.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

_BLOCK = 8 << 20
_MOST_OF_LIMIT = 2 << 30  # bytes: enough to know how fast a disk writes


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--people", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    arguments.add_argument("--years", type=int, default=3)
    arguments.add_argument("--workers", type=int, default=os.cpu_count())
    given = arguments.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {given.workers} workers, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("numpy", "pyarrow", "duckdb")))
    for people in given.people:
        with tempfile.TemporaryDirectory(prefix="bench-city-", dir=os.environ.get("BENCH_FOLDER")) as folder:
            report(people, given.years, given.workers, Path(folder))


def report(people: int, years: int, workers: int, folder: Path) -> None:
    """Write one city through the command line and say what it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = [sys.executable, "-m", "medark", "synth", str(folder / "city"), "--people", str(people)]
    period = ["--from", "2023-01-01", "--to", f"{2022 + years}-12-31", "--workers", str(workers), "--json"]
    subprocess.run([*command, *period], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    raw, truth = (weight(folder / "city" / name) for name in ("raw", "truth"))
    limit = bare_write(folder / "bare", raw + truth)
    print(f"\n{people:,} people, {years} years: {raw / 1e6:,.0f} MB of exports, {truth / 1e6:,.0f} MB of truth")
    print(f"  {wall:.1f} s wall, {cpu:.1f} CPU-s: {people / wall:,.0f} people/s, {raw / 1e6 / wall:,.0f} MB/s")
    print(f"  peak memory of the largest process {after.ru_maxrss / 1024:,.0f} MB")
    print(f"  physical limit (the same bytes, written only): {limit:.1f} s; the city took {wall / limit:.1f} times it")
    shutil.rmtree(folder / "city")


def weight(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def bare_write(path: Path, size: int) -> float:
    """Seconds to write so many bytes and have them on disk; a large number is reckoned from its first part."""
    todo = min(size, _MOST_OF_LIMIT)
    block = os.urandom(_BLOCK)
    started = time.perf_counter()
    with path.open("wb") as file:
        for _ in range(todo // _BLOCK):
            file.write(block)
        os.fsync(file.fileno())
    took = time.perf_counter() - started
    path.unlink()
    return took * size / todo


if __name__ == "__main__":
    main()
