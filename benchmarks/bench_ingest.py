"""A folder of raw files to OMOP rows, the whole way: landed durably, standardised, checked, committed.

Run: .venv/bin/python benchmarks/bench_ingest.py [fhir] [fhir10] [synthea] [synthea10] [--patients 10000]
fhir       617 Synthea R4 bundles (720 MB), as they come
fhir10     ten copies of them with new ids (7 GB): is memory flat?
synthea    raw Synthea CSV of --patients patients, made of 27 by giving copies new ids
synthea10  ten times as many patients: is memory flat?
Prints rates, CPU seconds (all processes), peak memory of the largest process, and beside it, in the same run, the
physical limit: the same bytes through a bare orjson loop, or through a bare DuckDB CSV scan.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import os
import platform
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path

import orjson

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
_UUID = re.compile(rb"\b[0-9a-f]{8}(?=-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b)")
_FIXED = ("organizations.csv", "providers.csv", "payers.csv")  # a copy's patients go to the same hospitals


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("what", nargs="*", default=["fhir", "synthea"])
    arguments.add_argument("--patients", type=int, default=10_000)
    arguments.add_argument("--keep", type=Path, help="where generated input stays for the next run")
    given = arguments.parse_args()
    adopt_orphans()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "deltalake", "msgspec", "orjson")))
    with tempfile.TemporaryDirectory(prefix="bench-ingest-", dir=os.environ.get("BENCH_FOLDER")) as folder:
        for what in given.what:
            RUNS[what](Path(given.keep or folder), Path(folder), given.patients)


def fhir(inputs: Path, scratch: Path, _: int) -> None:
    folder = made(inputs / "fhir", lambda out: unpack("fhir_synthea_r4.zip", out))
    report("617 FHIR bundles", folder, scratch, units="resources", count=count_resources(folder))


def fhir10(inputs: Path, scratch: Path, _: int) -> None:
    once = made(inputs / "fhir", lambda out: unpack("fhir_synthea_r4.zip", out))
    folder = made(inputs / "fhir10", lambda out: copies(once, out, 10))
    report("6,170 FHIR bundles", folder, scratch, units="resources", count=count_resources(folder))


def synthea(inputs: Path, scratch: Path, patients: int) -> None:
    folder = made(inputs / f"synthea-{patients}", lambda out: synthea_csv(out, patients))
    report(f"Synthea CSV, {patients:,} patients", folder, scratch, units="rows", count=count_rows(folder))


def synthea10(inputs: Path, scratch: Path, patients: int) -> None:
    synthea(inputs, scratch, patients * 10)


RUNS: dict[str, Callable[[Path, Path, int], None]] = {
    "fhir": fhir, "fhir10": fhir10, "synthea": synthea, "synthea10": synthea10,
}  # fmt: skip


def report(what: str, folder: Path, scratch: Path, *, units: str, count: int) -> None:
    """Ingest `folder` through the command line in processes of their own, and say what it took."""
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    limit = bare_json(folder) if units == "resources" else bare_csv(folder)
    workspace = scratch / "workspace"
    shutil.rmtree(workspace, ignore_errors=True)
    medark = [sys.executable, "-m", "medark"]
    subprocess.run([*medark, "init", str(workspace)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    command = [*medark, "ingest", str(workspace), str(folder), "--source", "bench", "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    wall = time.perf_counter() - started
    reap_orphans()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    account = orjson.loads(done.stdout)
    rows = sum(table["loaded"] for table in account["tables"])
    print(f"\n{what}: {size / 1e6:,.0f} MB, {count:,} {units}")
    print(f"  to {rows:,} OMOP rows in {wall:.1f} s wall, {cpu:.1f} CPU-s")
    print(f"  {count / wall:,.0f} {units}/s, {size / 1e6 / wall:,.0f} MB/s, {rows / wall:,.0f} OMOP rows/s")
    print(f"  peak memory of the largest process {after.ru_maxrss / 1024:,.0f} MB")
    print(f"  physical limit ({limit[0]}): {limit[1]:.1f} CPU-s; ingest took {cpu / limit[1]:.1f} times that")
    shutil.rmtree(workspace)


def adopt_orphans() -> None:
    """Become the parent of processes whose own has gone, so that the workers' time and memory are counted too."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def reap_orphans() -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h


def bare_json(folder: Path) -> tuple[str, float]:
    """Every file parsed by orjson and nothing else, on one core."""
    started = time.process_time()
    for path in sorted(folder.rglob("*.json")):
        orjson.loads(path.read_bytes())
    return "a bare orjson loop", time.process_time() - started


def bare_csv(folder: Path) -> tuple[str, float]:
    """Every row scanned by DuckDB's CSV reader, every cell read as text and nothing made of it."""
    import duckdb

    started = time.process_time()
    for path in sorted(folder.rglob("*.csv")):
        names = path.open(encoding="utf-8").readline().strip().split(",")
        cells = ", ".join(f"max({name})" for name in names)
        duckdb.sql(f"SELECT {cells} FROM read_csv('{path}', all_varchar = true, header = true, delim = ',')").fetchall()
    return "a bare CSV scan", time.process_time() - started


def made(folder: Path, make: Callable[[Path], None]) -> Path:
    """The folder, made if an earlier run has not left it."""
    if not (folder / ".complete").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder)
        (folder / ".complete").touch()
    return folder


def unpack(name: str, out: Path) -> None:
    archive = SHARED / name
    if not archive.is_file():
        sys.exit(f"{archive.name} is missing: put it at {archive.parent} (see CONTRIBUTING.md)")
    with zipfile.ZipFile(archive) as members:
        members.extractall(out)


def copies(once: Path, out: Path, number: int) -> None:
    """Files again with new ids: the first eight digits of every UUID become the copy's number."""
    for path in sorted(once.rglob("*.json")):
        parts = _UUID.split(path.read_bytes())
        for copy in range(number):
            (out / f"{path.stem}-{copy}.json").write_bytes((b"%08x" % (copy + 1)).join(parts))


def synthea_csv(out: Path, patients: int) -> None:
    """Synthea's raw CSV of 27 patients, as often as it takes, with new ids."""
    with tempfile.TemporaryDirectory() as folder:
        unpack("synthea27.zip", Path(folder))
        for path in sorted(Path(folder).rglob("*.csv")):
            if path.parent.name in ("vocabulary", "stcm") or path.name == "states.csv":
                continue
            write_copies(path, out / path.name, 1 if path.name in _FIXED else -(-patients // 27))


def write_copies(path: Path, target: Path, number: int) -> None:
    fixed = known_ids(path.parent)
    header, _, body = path.read_bytes().partition(b"\n")
    body = body.rstrip(b"\n") + b"\n"
    parts = pieces(body, fixed)
    with target.open("wb") as out:
        out.write(header + b"\n")
        for copy in range(number):
            out.write(body if path.name in _FIXED else (b"%08x" % (copy + 1)).join(parts))


def known_ids(folder: Path) -> frozenset[bytes]:
    """First eight digits of ids that all copies share."""
    found: set[bytes] = set()
    for name in _FIXED:
        for path in folder.rglob(name):
            found.update(_UUID.findall(path.read_bytes()))
    return frozenset(found)


def pieces(body: bytes, fixed: frozenset[bytes]) -> list[bytes]:
    """The text between ids that a copy gives anew."""
    parts, rest, at = [], b"", 0
    for hit in _UUID.finditer(body):
        rest += body[at : hit.start()]
        at = hit.end()
        if hit[0] in fixed:
            rest += hit[0]
        else:
            parts.append(rest)
            rest = b""
    return [*parts, rest + body[at:]]


def count_resources(folder: Path) -> int:
    return sum(path.read_bytes().count(b'"fullUrl"') for path in folder.rglob("*.json"))


def count_rows(folder: Path) -> int:
    return sum(lines(path) for path in folder.rglob("*.csv"))


def lines(path: Path) -> int:
    with path.open("rb") as file:
        blocks: Iterable[bytes] = iter(lambda: file.read(1 << 20), b"")
        return sum(block.count(b"\n") for block in blocks) - 1


if __name__ == "__main__":
    main()
