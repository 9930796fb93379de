"""The lake beside plain Parquet: append, upsert, erase, one person's record, full scan.

Run: .venv/bin/python benchmarks/bench_lake.py [--rows 10000000]
Prints wall seconds (CPU seconds in brackets); "plain" is the same rows in one Parquet file a bucket, written and read
by the same engine in the same run, where there is such a thing to do. Records of one person are read at random, so
most come from cold row groups; the pages of the files are in the system's cache.
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from medark.model.omop import lake_columns
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.lake import Append, Lake, Query, Upsert

ROWS_A_PERSON = 100  # measurements; further tables get fewer, as in a hospital
TABLES = {"person": 1, "visit_occurrence": 5, "condition_occurrence": 8, "drug_exposure": 20, "observation": 15}
SCAN = "SELECT measurement_concept_id, count(*), avg(value_as_number) FROM {} GROUP BY 1"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=10_000_000)
    rows = arguments.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="bench-lake-", dir=os.environ.get("BENCH_FOLDER")) as folder:
        bench(Path(folder), rows)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB; {os.cpu_count()} cores; Python {platform.python_version()}; ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "deltalake")))


def bench(folder: Path, rows: int) -> None:
    people = max(8, rows // ROWS_A_PERSON)
    engine = DuckDB(folder / "scratch", memory="2GB")
    lake = Lake(folder / "lake", engine)
    with engine.session() as session:
        load(session, lake, folder, rows, people)
        print(f"size: {size(folder / 'lake') / 1e6:,.0f} MB in the lake")
        upsert(session, lake, folder, rows, people)
        scan(session, lake, folder, rows)
    record(lake, people)
    with measured("erase one person"):
        lake.erase_person(people // 2)


def load(session: Session, lake: Lake, folder: Path, rows: int, people: int) -> None:
    print(
        f"{rows:,} measurement rows of {people:,} persons, and {sum(TABLES.values())} rows each in {len(TABLES)} tables"
    )
    session.table("fresh", measurements(0, rows, people))
    with measured("first load: plain Parquet", rows):
        session.write_parquet(
            "SELECT *, CAST(person_id % 8 AS INTEGER) AS bucket FROM fresh",
            folder / "plain",
            partition_by="bucket",
            order_by=("person_id", "measurement_date"),
        )
    with measured("first load: lake", rows):
        lake.commit({"measurement": Upsert(Query(session, "SELECT * FROM fresh"))}, "first")
    session.drop("fresh")
    lake.commit({t: Append(Query(session, others(t, people, each))) for t, each in TABLES.items()}, "others")
    more = rows // 100
    session.table("more", measurements(rows, more, people))
    with measured("append 1 %: plain Parquet", more):
        session.write_parquet("SELECT * FROM more", folder / "more", order_by=("person_id", "measurement_date"))
    with measured("append 1 %: lake", more):
        lake.commit({"measurement": Append(Query(session, "SELECT * FROM more"))}, "more")


def upsert(session: Session, lake: Lake, folder: Path, rows: int, people: int) -> None:
    session.table("mended", f"SELECT * FROM ({measurements(0, rows, people)}) WHERE medark_row_no % 100 = 7")
    plain = sorted((folder / "plain").glob("*.parquet"))
    session.bind_parquet("plain", plain, lake_columns("measurement"))
    with measured("upsert 1 %: plain Parquet, all written again"):
        session.write_parquet(
            "SELECT *, CAST(person_id % 8 AS INTEGER) AS bucket FROM (SELECT * FROM plain WHERE NOT EXISTS "
            "(SELECT 1 FROM mended WHERE mended.measurement_id = plain.measurement_id) UNION ALL SELECT * FROM mended)",
            folder / "upserted",
            partition_by="bucket",
            order_by=("person_id", "measurement_date"),
        )
    shutil.rmtree(folder / "upserted")
    with measured("upsert 1 %: lake"):
        lake.commit({"measurement": Upsert(Query(session, "SELECT * FROM mended"))}, "mended")
    session.table("one", "SELECT * FROM mended WHERE person_id = 3")
    with measured("upsert one person's rows: lake"):
        lake.commit({"measurement": Upsert(Query(session, "SELECT * FROM one"))}, "one")
    lake.compact(min_files=2)
    lake.vacuum(keep=1)


def scan(session: Session, lake: Lake, folder: Path, rows: int) -> None:
    shutil.rmtree(folder / "plain")
    session.bind_parquet("lake_rows", lake.snapshot().files("measurement"), lake_columns("measurement"))
    large = session.write_parquet("SELECT * FROM lake_rows", folder / "plain", row_group_rows=122_880)
    session.bind_parquet("plain", [file.path for file in large], lake_columns("measurement"))
    took = {}
    for name in ("plain", "lake_rows"):
        session.query(SCAN.format(name))
        with measured(f"scan and group: {name}, 5 times", 5 * rows) as clock:
            for _ in range(5):
                session.query(SCAN.format(name))
        took[name] = clock()
    print(f"scan: lake / plain Parquet = {took['lake_rows'] / took['plain']:.2f}")


def record(lake: Lake, people: int) -> None:
    chosen = random.Random(7).sample(range(people), min(1000, people))
    with measured("one person's record: 8 buckets opened"):
        for person in range(8):
            lake.person_record(person)
    for person in random.Random(8).sample(range(people), min(300, people)):  # memory is asked for once, in big pieces
        lake.person_record(person)
    took = []
    for person in chosen:
        start = time.perf_counter()
        tables = lake.person_record(person)
        took.append((time.perf_counter() - start) * 1000)
        assert len(tables) == len(TABLES) + 1
    cuts = statistics.quantiles(took, n=100)
    print(f"one person's record, {len(took)} persons: p50 {cuts[49]:.2f} ms, p99 {cuts[98]:.2f} ms")


def measurements(first: int, count: int, people: int) -> str:
    """Rows like a laboratory's: keys are hashes, persons come in any order."""
    return select(
        "measurement",
        first,
        count,
        measurement_id="CAST(hash(i) >> 1 AS BIGINT)",
        person_id=f"CAST(hash(i + 1) % {people} AS BIGINT)",
        measurement_concept_id="3000000 + CAST(hash(i + 2) % 300 AS INTEGER)",
        measurement_date="DATE '2010-01-01' + CAST(hash(i + 3) % 5000 AS INTEGER)",
        measurement_datetime="CAST(DATE '2010-01-01' + CAST(hash(i + 3) % 5000 AS INTEGER) AS TIMESTAMP)",
        measurement_type_concept_id="32856",
        value_as_number="(hash(i + 4) % 100000) / 100.0",
        unit_concept_id="8840",
        visit_occurrence_id="CAST(hash(i + 5) >> 1 AS BIGINT)",
        measurement_source_value="'code-' || (hash(i + 2) % 300)",
        unit_source_value="'mg/dL'",
        value_source_value="CAST((hash(i + 4) % 100000) / 100.0 AS VARCHAR)",
        medark_record_no="i // 1000",
        medark_row_no="i",
    )


def others(table: str, people: int, each: int) -> str:
    key = f"{table}_id"
    cells = {key: "i" if table == "person" else "CAST(hash(i) >> 1 AS BIGINT)", "person_id": f"i % {people}"}
    dates = {c.name: "DATE '2020-01-01' + CAST(i % 900 AS INTEGER)" for c in lake_columns(table) if c.type == "DATE"}
    concepts = {c.name: "4000000 + CAST(i % 50 AS INTEGER)" for c in lake_columns(table) if c.references == "concept"}
    return select(table, 0, people * each, **dates, **concepts, **cells, medark_record_no="1", medark_row_no="i")


def select(table: str, first: int, count: int, **cells: str) -> str:
    columns = ", ".join(f"{cells.get(c.name, 'NULL')} AS {c.name}" for c in lake_columns(table))
    return f"SELECT {columns} FROM range({first}, {first + count}) AS numbers(i)"


@contextmanager
def measured(what: str, rows: int = 0) -> Iterator[Callable[[], float]]:
    wall, cpu = time.perf_counter(), time.process_time()
    took = [0.0]
    yield lambda: took[0]
    took[0] = time.process_time() - cpu
    wall = time.perf_counter() - wall
    print(f"{what}: {wall:.2f} s ({took[0]:.2f})" + (f", {rows / wall:,.0f} rows/s" if rows else ""), flush=True)


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.parquet"))


if __name__ == "__main__":
    main()
