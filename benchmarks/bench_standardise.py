"""Tables that nobody has described: profiled, proposed for, and held against the maps that people wrote of them.

Run: .venv/bin/python benchmarks/bench_standardise.py [speed] [accuracy] [--people 300] [--rows 2000000] [--wrong]
speed      profile rows/s beside `SELECT *` through the same engine; seconds to propose for 300 tables of 40 columns
accuracy   the city (examples/city/maps taken away) and four public data sets (their shipped maps taken away), with the
           lexicon as it ships and without any name that the source's own columns have; how often a chance turns out
           right (calibration); how much is mapped without asking, and how much of that is right
"""

from __future__ import annotations

import argparse
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import duckdb
import pyarrow as pa

from medark.bootstrap import init_workspace
from medark.flows.ingest.land import land
from medark.flows.propose.approving import LEAST
from medark.flows.propose.profiling import profiled, sound_tables
from medark.flows.staging.staging import Staging
from medark.model.progress import Silent
from medark.model.source import Source
from medark.standardise.formats import TABLES
from medark.standardise.maps import SourceMap, known_sources
from medark.standardise.maps.reading import read_source
from medark.standardise.propose.draft import composed
from medark.standardise.propose.names import Lexicon
from medark.standardise.propose.profile import TableProfile, TableScan, links, profile_of
from medark.standardise.propose.reading import read_tables
from propose_truth import Judged, judged

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared" / "data"
SETS = {
    "mimic3": "mimic3_demo.zip",
    "clif": "clif_mimic4_demo.zip",
    "eicu": "eicu_demo_subset.zip",
    "synthea": "synthea27.zip",
}
_SEED = 7


def main() -> None:
    about = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    about.add_argument("what", nargs="*", default=["speed", "accuracy"])
    about.add_argument("--people", type=int, default=300)
    about.add_argument("--rows", type=int, default=2_000_000)
    about.add_argument("--wrong", action="store_true", help="name the columns that are not right")
    asked = about.parse_args()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, ", end="")
    print(", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow", "numpy")))
    if "speed" in asked.what:
        profile_speed(asked.rows)
        propose_speed()
    if "accuracy" in asked.what:
        with tempfile.TemporaryDirectory(prefix="bench-standardise-") as folder:
            accuracy(Path(folder), asked.people, wrong=asked.wrong)


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


def accuracy(folder: Path, people: int, *, wrong: bool) -> None:
    """The tables of all sources, and the calibration over them."""
    all_: list[Judged] = []
    held: list[Judged] = []
    heading = "".join(f"{name:>8}" for name in ("columns", "right", "found", "alone", "of it"))
    heading = f"{'source':22}{heading}   without its own names: right   found"
    print(f"\n{heading}")
    city_, city_held = list[Judged](), list[Judged]()
    for name, tables, maps in [*city(folder, people), *sets(folder)]:
        plain, blind = (against(name, tables, maps, hold=hold) for hold in (False, True))
        if plain:
            tell(name, plain, blind, wrong=wrong)
            all_, held = all_ + plain, held + blind
            if name.startswith("city"):
                city_, city_held = city_ + plain, city_held + blind
    tell("the city", city_, city_held, wrong=False)
    tell("all", all_, held, wrong=False)
    print("right: of all columns; found: of those of which the hand-made map makes something;")
    print(
        f"alone: of the latter, those that are mapped without asking (chance {LEAST}); of it: the share that is right"
    )
    calibration("as it ships", all_)
    calibration("without the sources' own names", held)


def against(name: str, tables: Sequence[TableProfile], maps: Mapping[str, SourceMap], *, hold: bool) -> list[Judged]:
    """The proposals for a source, held against its maps."""
    lexicon = Lexicon(without=[column.name for table in tables for column in table.columns] if hold else ())
    within = links(tables)
    readings = read_tables(tables, lexicon, within)
    return judged(tables, readings, composed(name, readings, within, {}), maps)


def tell(name: str, plain: Sequence[Judged], blind: Sequence[Judged], *, wrong: bool) -> None:
    alone = [one for one in plain if one.is_automatic]
    of_mapped = sum(one.is_mapped for one in alone) / max(1, sum(one.is_mapped for one in plain))
    cells = [share(plain), found(plain), of_mapped, share(alone)]
    print(
        f"{name:22}{len(plain):8}"
        + "".join(f"{cell:8.3f}" for cell in cells)
        + f"{share(blind):26.3f}{found(blind):8.3f}"
    )
    for one in plain if wrong else ():
        if not one.right:
            print(f"    {one.column} ({one.chance:.2f})")


def share(some: Sequence[Judged]) -> float:
    return sum(one.right for one in some) / len(some) if some else 0.0


def found(some: Sequence[Judged]) -> float:
    return share([one for one in some if one.is_mapped])


def calibration(what: str, some: Sequence[Judged]) -> None:
    """Chance said and share right, by tenths; a bar is the share, the mark where it should end."""
    print(f"\ncalibration, {what}")
    for low, high in (
        (0.0, 0.3),
        (0.3, 0.5),
        (0.5, 0.7),
        (0.7, 0.8),
        (0.8, 0.9),
        (0.9, 0.95),
        (0.95, 0.98),
        (0.98, 1.01),
    ):
        mine = [one for one in some if low <= one.chance < high]
        if mine:
            said, right = sum(one.chance for one in mine) / len(mine), share(mine)
            bar = ("#" * round(40 * right)).ljust(41)
            mark = round(40 * said)
            print(f"  said {said:.2f}  right {right:.2f}  of {len(mine):5}  |{bar[:mark]}+{bar[mark + 1 :]}|")


def city(folder: Path, people: int) -> list[tuple[str, list[TableProfile], Mapping[str, SourceMap]]]:
    """The city's systems that export tables, with the maps of examples/city."""
    command = [sys.executable, "-m", "medark", "synth", str(folder / "city"), "--people", str(people), "--seed", "7"]
    days = ["--from", "2024-01-01", "--to", "2024-12-31", "--pictures", "2", "--json"]
    subprocess.run([*command, *days], check=True, capture_output=True)
    maps = {
        place.name: read_source(place) for place in (HERE.parent / "examples/city/maps").iterdir() if place.is_dir()
    }
    raw = folder / "city" / "raw"
    systems = sorted(f"{place.parent.name}/{place.name}" for place in raw.glob("*/*") if place.is_dir())
    return [(f"city {name}", profiles(folder, raw / name, name), maps) for name in systems]


def sets(folder: Path) -> list[tuple[str, list[TableProfile], Mapping[str, SourceMap]]]:
    """The public data sets, with the maps that ship."""
    found = []
    for name, archive in SETS.items():
        with zipfile.ZipFile(SHARED / archive) as content:
            content.extractall(folder / name)
        tables = [t for t in profiles(folder, folder / name, name) if not t.name.endswith("_seed")]
        found.append((name, tables, {name: known_sources()[name]}))
    return found


def profiles(folder: Path, raw: Path, name: str) -> list[TableProfile]:
    """The tables of a folder that have rows, profiled from the landing store."""
    with init_workspace(folder / f"ws-{name.replace('/', '-')}") as workspace:
        source = Source(name)
        workspace.landing.put_source(source)
        with Staging(workspace.landing, 1) as staging:
            batch = workspace.ledger.batches.begin(workspace.landing.next_batch(name), name)
            land(workspace, source, batch.batch_no, raw, Silent(), staging)
        records = [record for record in workspace.landing.records() if record.format in TABLES]
        tables = [table for record in records for table in sound_tables(workspace, record)]
        return [one.table for one in profiled(workspace, tables) if one.table.rows]


if __name__ == "__main__":
    main()
