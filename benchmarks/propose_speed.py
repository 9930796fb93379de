"""How fast tables that nobody has described are profiled, and proposed for"""

from __future__ import annotations

import random
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow as pa

from medark.standardise.propose.draft import composed
from medark.standardise.propose.names import Lexicon
from medark.standardise.propose.profile import TableProfile, TableScan, links, profile_of
from medark.standardise.propose.reading import read_tables

HERE = Path(__file__).resolve().parent
_SEED = 7


def profile_speed(rows: int) -> None:
    """A made table of a laboratory: ids, codes, times, numbers, words."""
    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute(
        f"""CREATE TABLE results AS SELECT CAST(i AS VARCHAR) AS row_id,
        'P' || CAST(hash(i) % 50000 AS VARCHAR) AS patient,
        'V' || CAST(hash(i // 7) % 300000 AS VARCHAR) AS visit, CAST(50800 + hash(i) % 400 AS VARCHAR) AS item,
        CAST(TIMESTAMP '2020-01-01' + to_minutes(CAST(i % 2000000 AS INTEGER)) AS VARCHAR) AS charted,
        CAST(round((hash(i) % 20000) / 100.0, 2) AS VARCHAR) AS value,
        CASE hash(i) % 3 WHEN 0 THEN 'mmol/L' WHEN 1 THEN 'g/L' ELSE 'U/L' END AS unit,
        CASE WHEN hash(i) % 9 = 0 THEN 'H' END AS flag FROM range({rows}) AS t(i)"""
    )
    begun, bare_cpu = time.perf_counter(), time.process_time()
    for _ in connection.sql("SELECT * FROM results").to_arrow_reader(1 << 17):
        pass
    bare, bare_cpu = time.perf_counter() - begun, time.process_time() - bare_cpu
    begun, cpu = time.perf_counter(), time.process_time()
    reader = connection.sql("SELECT * FROM results").to_arrow_reader(1 << 17)
    scan = TableScan.of(reader.schema.names, _SEED)
    with ThreadPoolExecutor(2) as pool:
        for batch in reader:
            scan.add(pa.Table.from_batches([batch]), pool)
    columns = [profile_of(column) for column in scan.columns]
    took, cpu = time.perf_counter() - begun, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(
        f"profile: {rows:,} rows of {len(columns)} columns in {took:.2f} s ({rows / took:,.0f} rows/s, {cpu:.2f} CPU s,"
    )
    print(
        f"  peak {peak:,} MiB); SELECT * through the same engine {bare:.2f} s, {bare_cpu:.2f} CPU s:"
        f" {cpu / bare_cpu:.1f} times"
    )


def propose_speed(tables: int = 300, columns: int = 40) -> None:
    """Profiles of made columns, put together to wide tables."""
    sys.path.insert(0, str(HERE.parent / "tools"))
    from propose_examples import made

    random_, pool = random.Random(5), dict[str, tuple[str, ...]]()
    while len(pool) < 600:
        pool |= {name: values for name, _element, values, _hidden in made(random_).columns if len(values) == 200}
    found = []
    for number in range(tables):
        picked = random_.sample(sorted(pool), columns)
        scan = TableScan.of(picked, _SEED)
        scan.add(pa.table({name: pa.array(pool[name], pa.string()) for name in picked}))
        found.append(TableProfile(f"t{number}", tuple(profile_of(column) for column in scan.columns)))
    begun, cpu = time.perf_counter(), time.process_time()
    lexicon = Lexicon()
    within = links(found)
    drafts = composed("made", read_tables(found, lexicon, within), within, {})
    print(f"propose: {len(drafts)} tables of {columns} columns in {time.perf_counter() - begun:.1f} s", end="")
    print(f" ({time.process_time() - cpu:.1f} CPU s)")
