"""All DataQualityDashboard checks over a made lake: in few scans, one query each, beside a bare scan; and a day later.

Run: .venv/bin/python benchmarks/bench_check.py [--people 1000000] [--folder F | --lake W]
Prints CPU seconds (wall seconds in brackets) and peak memory. "One query each": the same checks, the same engine, the
same run, each check a query of its own; of checks of one kind on one table a few are run and the rest is said to take
as long. "Bare scan": every column of every table that is not empty is read and summed. "A day": about a thousandth of
new rows through the lake's own commit, and the next day's date. --lake takes a workspace that is there, and leaves it
as it is. With --verify the counts of that day are counted from nothing, too, and must be the same.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import made_lake
from measuring import measured
from medark.bootstrap import init_workspace, open_workspace
from medark.check.checks import Check
from medark.check.counting import Counts
from medark.check.dqd import applicable, existing, instances, plan
from medark.check.dqd.rows import tally_of
from medark.check.judge import Outcome, judged
from medark.flows.quality.counted import counted
from medark.flows.quality.session import bound, rendered
from medark.flows.workspace import Workspace
from medark.model.omop import VOCABULARY_TABLES, lake_columns, tables
from medark.model.progress import Silent
from medark.model.table import Column, Type

COLUMNS = {name: [c.name for c in lake_columns(name)] for name in tables() if name not in VOCABULARY_TABLES}
CHECKS = [check for check in instances() if check.table in COLUMNS]
SAMPLE = 2  # checks of one kind on one table that are run one by one


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=1_000_000)
    arguments.add_argument("--folder", default="")
    arguments.add_argument("--lake", type=Path)
    arguments.add_argument("--verify", action="store_true")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-check-", dir=os.environ.get("BENCH_FOLDER")) as folder:
        where = Path(given.folder or folder) / "ws"
        if given.lake:
            made_lake.borrowed(given.lake, where)
        elif not where.exists():
            with init_workspace(where) as workspace, measured("making the lake"):
                made_lake.made(workspace, given.people)
        with open_workspace(where, {}) as workspace:
            bench(workspace, given.people, given.verify)
    print(f"{os.cpu_count()} cores; Python {platform.python_version()}; duckdb {version('duckdb')}")


def bench(workspace: Workspace, people: int, is_verified: bool) -> None:
    day = [made_lake.TODAY]
    Workspace.today = lambda _: day[0]  # type: ignore[method-assign]
    snapshot = workspace.lake.snapshot()
    rows = {table: snapshot.rows(table) for table in COLUMNS if snapshot.rows(table)}
    print(f"{sum(rows.values()):,} rows: " + ", ".join(f"{table} {n:,}" for table, n in rows.items()))
    shutil.rmtree(workspace.places.kept / "quality", ignore_errors=True)
    with measured("bare scan of all columns") as bare:
        bare_scan(workspace, list(rows))
    with measured(f"all {len(CHECKS):,} checks, from nothing") as fused:
        found = count(workspace)
    told(found)
    print(f"  checks / bare scan: {fused() / bare():.1f}")
    with measured("again, nothing new"):
        count(workspace)
    for later in (1, 2):
        with measured(f"day {later}: commit"):
            made_lake.a_day(workspace, people, workspace.lake.snapshot().version)
        day[0] += timedelta(days=1)
        with measured(f"day {later}: recheck"):
            found = count(workspace)
    if is_verified:
        shutil.rmtree(workspace.places.kept / "quality")
        assert count(workspace) == found, "brought forward, counts are not those from nothing"
        print("  counts brought forward are those from nothing")
    each = one_by_one(workspace, list(rows))
    print(f"  one query each / all at once: {each / fused():.1f}")


def count(workspace: Workspace) -> Counts:
    """What all checks count, by the scans of a plan."""
    found = existing(CHECKS, COLUMNS)
    for counts in counted(workspace, workspace.lake.snapshot(), plan(CHECKS, COLUMNS), Silent()):
        found |= counts
    return found


def told(found: Counts) -> None:
    outcomes = [one.outcome for one in judged(applicable(found, CHECKS), CHECKS)]
    print("  " + ", ".join(f"{outcomes.count(one):,} {one}" for one in Outcome))


def bare_scan(workspace: Workspace, names: Sequence[str]) -> None:
    with bound(workspace) as session:
        for table in names:
            session.query(f"select {', '.join(map(_summed, lake_columns(table)))} from {table}")


def _summed(column: Column) -> str:
    if column.type == Type.TEXT:
        return f"sum(strlen({column.name}))"
    if column.type == Type.DATE:
        return f"sum({column.name} - date '2000-01-01')"
    return f"sum(epoch_us({column.name}))" if column.type == Type.DATETIME else f"sum({column.name})"


def one_by_one(workspace: Workspace, names: Sequence[str]) -> float:
    """CPU seconds of every check as a query of its own; of those of one kind on one table, some are run."""
    alike: dict[tuple[str, str], list[Check]] = defaultdict(list)
    for check in CHECKS:
        if check.table in names and check.kind.name not in ("cdmTable", "cdmField", "cdmDatatype"):
            alike[check.table, check.kind.name].append(check)
    total, ran = 0.0, 0
    with bound(workspace) as session:
        for some in alike.values():
            step = max(1, len(some) // SAMPLE)
            sample = some[::step][:SAMPLE]
            start = time.process_time()
            for check in sample:
                scans = plan([check], {check.table: [check.column] if check.column else []})
                for scan in scans[:1] if tally_of(check) else scans[1:]:
                    session.query(rendered(workspace, session, scan.sql))
            total += (time.process_time() - start) / len(sample) * len(some)
            ran += len(sample)
    every = sum(map(len, alike.values()))
    print(f"one query each: {total:.1f} CPU s for {every:,} checks of tables that are not empty ({ran} of them run)")
    return total


if __name__ == "__main__":
    main()
