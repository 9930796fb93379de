"""A made-up city's nineteen systems taken in one after the other, as a health authority would connect them

Run: .venv/bin/python benchmarks/bench_connect.py [--people 2000 10000] [--years 1]
Prints for each size exports and OMOP rows per second, CPU seconds of all processes and the peak memory of the largest
one, and beside them, in the same run, the physical limit: the same bytes read and hashed once, on one core.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import Any

CITY = Path(__file__).resolve().parents[1] / "examples" / "city"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--people", type=int, nargs="+", default=[2_000, 10_000])
    arguments.add_argument("--years", type=int, default=1)
    given = arguments.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "deltalake")))
    for people in given.people:
        with tempfile.TemporaryDirectory(prefix="bench-connect-", dir=os.environ.get("BENCH_FOLDER")) as folder:
            report(people, given.years, Path(folder))


def report(people: int, years: int, folder: Path) -> None:
    """Write a city, connect its systems through the command line, and say what the connecting took."""
    period = ["--from", "2023-01-01", "--to", f"{2022 + years}-12-31"]
    medark("synth", folder / "city", "--people", people, *period)
    raw, workspace = folder / "city" / "raw", folder / "workspace"
    medark("init", workspace, "--time-zone", "Asia/Shanghai")
    shutil.copytree(CITY / "maps", workspace / "maps", dirs_exist_ok=True)
    described = (CITY / "systems.toml").read_text(encoding="utf-8")
    with (workspace / "medark.toml").open("a", encoding="utf-8") as settings:
        settings.write("\n" + described)
    systems = [name for name in tomllib.loads(described)["source"] if (raw / name).is_dir()]
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    rows = sum(_rows(medark("ingest", workspace, raw / name, "--source", name)) for name in systems)
    medark("quarantine", "retry", workspace)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    size, limit = bare_read(raw)
    print(f"\n{people:,} people, {years} years: {len(systems)} systems, {size / 1e6:,.0f} MB of exports")
    print(f"  to {rows:,} OMOP rows in {wall:.1f} s wall, {cpu:.1f} CPU-s")
    print(f"  {size / 1e6 / wall:,.1f} MB/s, {rows / wall:,.0f} OMOP rows/s")
    print(f"  peak memory of the largest process {after.ru_maxrss / 1024:,.0f} MB")
    print(
        f"  physical limit (the same bytes, read and hashed): {limit:.2f} CPU-s; it took {cpu / limit:.0f} times that"
    )


def medark(*words: str | int | Path) -> Any:
    """A command as a user types it, with --json: what it says."""
    command = [sys.executable, "-m", "medark", *map(str, words), "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return json.loads(done.stdout)


def _rows(account: Any) -> int:
    return sum(table["loaded"] for table in account["tables"])


def bare_read(folder: Path) -> tuple[int, float]:
    """Bytes of a folder, and the CPU seconds of reading and hashing them."""
    started, size = time.process_time(), 0
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            hashlib.sha256(content).digest()
            size += len(content)
    return size, time.process_time() - started


if __name__ == "__main__":
    main()
