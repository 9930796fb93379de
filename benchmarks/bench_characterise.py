"""All of Achilles' analyses over a made lake: at once, each as a query of its own, beside a bare scan; a day later.

Run: .venv/bin/python benchmarks/bench_characterise.py [--people 1000000] [--folder F] [--sample 4] [--verify]
Prints CPU seconds (wall seconds in brackets) and peak memory. "Each alone": the same analyses, the same engine, the
same run, each by queries of its own, in two ways (`achilles_alone`): as directly as DuckDB allows (count(DISTINCT),
quantile_disc), and in the shape of the SQL that Achilles itself runs. With --sample N one in N of each table is run,
and the others are said to take as long as those (a sample of ten said a quarter more, and more than that, than all of
them: run all where there is time). "Bare scan": the columns that the analyses read, read and summed, the files opened
for it as they are for the analyses. "One grouping": the least that the engine does for a few of the analyses: each
table's records read and grouped once, by person, concept and month; sex, age, units, numbers, providers, visits and
types are not in it. Loops are compiled before anything is measured. --verify: what was brought forward over two days is
compared with what is counted from nothing. The lake is the one of bench_check.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from itertools import chain
from pathlib import Path

import made_lake
from achilles_alone import alone
from measuring import measured
from medark.bootstrap import init_workspace, open_workspace
from medark.check.achilles import STRATA, analyses, parts
from medark.check.achilles.event_tables import TABLES
from medark.check.achilles.plan import SPANS
from medark.errors import StorageError
from medark.flows.characterise import characterise
from medark.flows.workspace import Workspace
from medark.model.omop import VOCABULARY_TABLES, lake_columns, tables
from medark.model.table import Column, Type
from medark.model.user import User
from medark.sql.lineage import reads
from medark.sql.query import parse
from medark.sql.render import plain
from medark.store.engine import Session

NAMES = [name for name in tables() if name not in VOCABULARY_TABLES]
COLUMNS = {name: [column.name for column in lake_columns(name)] for name in NAMES}
OUT_OF_MEMORY: list[str] = []
_WORD = re.compile(r"[a-z_]+")
_FEW = 5_000  # people


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=1_000_000)
    arguments.add_argument("--folder", default="")
    arguments.add_argument("--sample", type=int, default=1)
    arguments.add_argument("--verify", action="store_true")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-characterise-", dir=os.environ.get("BENCH_FOLDER")) as folder:
        compile_loops(Path(folder) / "small")
        where = Path(given.folder or folder) / "ws"
        if not where.exists():
            with init_workspace(where) as workspace, measured("making the lake"):
                made_lake.made(workspace, given.people)
        with open_workspace(where, {}) as workspace:
            bench(workspace, given.people, given.sample, given.verify)
    print(f"{os.cpu_count()} cores; Python {platform.python_version()}; duckdb {version('duckdb')}")


def compile_loops(where: Path) -> None:
    """What is compiled once on a machine is compiled before anything is measured."""
    with init_workspace(where) as workspace:
        workspace.ledger.users.add(User("bench", roles=frozenset({"owner"})))
        made_lake.made(workspace, _FEW)
        characterise(workspace, "bench")
        made_lake.a_day(workspace, _FEW, workspace.lake.snapshot().version)
        characterise(workspace, "bench")


def bench(workspace: Workspace, people: int, sample: int, is_verified: bool) -> None:
    if "bench" not in {one.name for one in workspace.ledger.users.all()}:
        workspace.ledger.users.add(User("bench", roles=frozenset({"owner"})))
    shutil.rmtree(workspace.places.kept / "characterisation", ignore_errors=True)
    snapshot = workspace.lake.snapshot()
    rows = {table: snapshot.rows(table) for table in NAMES if snapshot.rows(table)}
    print(f"{sum(rows.values()):,} rows: " + ", ".join(f"{table} {n:,}" for table, n in rows.items()))
    with measured("bare scan of the columns that are read") as bare:
        bare_scan(workspace, rows)
    with measured("one grouping of each table of events, by person, concept and month") as grouped:
        one_grouping(workspace, rows)
    with measured(f"all {len(analyses())} analyses, from nothing") as fused:
        characterise(workspace, "bench")
    print(f"  analyses / bare scan: {fused() / bare():.1f}; / one grouping: {fused() / grouped():.1f}", flush=True)
    with measured("again, nothing new"):
        characterise(workspace, "bench")
    later(workspace, people, is_verified)
    with bound(workspace) as session:
        session.table("spans", plain(SPANS.sql, session.dialect))
        took = each_alone(session, rows, sample)
    direct, published = (sum(one[place] * one[2] for one in took) for place in (0, 1))
    every = round(sum(many for _, _, many in took))
    print(f"each alone, {every} analyses of tables that have rows ({len(took)} of them run), CPU s:")
    print(f"  as directly as the engine allows {direct:.2f}, in the shape of Achilles' own SQL {published:.2f}")
    print(f"  each alone, directly / all at once: {direct / fused():.1f}; / one grouping: {direct / grouped():.1f}")
    if OUT_OF_MEMORY:
        print(f"  {len(OUT_OF_MEMORY)} of them ran out of memory; what they took until then is counted")
    print(
        f"  each alone, in the shape of Achilles' own SQL / all at once: {published / fused():.1f};"
        f" / one grouping: {published / grouped():.1f}"
    )


def later(workspace: Workspace, people: int, is_verified: bool) -> None:
    """Two days of new data, and what is counted then."""
    for day in (1, 2):
        with measured(f"day {day}: commit"):
            made_lake.a_day(workspace, people, workspace.lake.snapshot().version)
        with measured(f"day {day}: again"):
            found = characterise(workspace, "bench")
    if is_verified:
        shutil.rmtree(workspace.places.kept / "characterisation")
        again = characterise(workspace, "bench")
        assert found.counts.equals(again.counts), "brought forward, counts are not those from nothing"
        medians = (one.distributions.select(["analysis_id", *STRATA, "median_value"]) for one in (found, again))
        assert next(medians).equals(next(medians)), "brought forward, medians are not those from nothing"
        print("  what was brought forward is what is counted from nothing")


@contextmanager
def bound(workspace: Workspace) -> Iterator[Session]:
    """A session with the lake's tables."""
    with workspace.engine.session() as session:
        for name in NAMES:
            workspace.lake.snapshot().bind(session, name)
        yield session


def bare_scan(workspace: Workspace, rows: dict[str, int]) -> None:
    """Every column that any of the queries reads, once."""
    with bound(workspace) as session:
        for table, columns in columns_read().items():
            if columns and table in rows:
                told = [column for column in lake_columns(table) if column.name in columns]
                session.query(f"select {', '.join(map(_summed, told))} from {table}")


def columns_read() -> dict[str, set[str]]:
    """What any of the queries reads, by table."""
    read: dict[str, set[str]] = defaultdict(set)
    for part in parts():
        own = {one.name for some in (part.made, part.sums) for one in some}
        for one in (*part.made, *part.sums, *part.values, *part.counts):
            query = parse(one if isinstance(one, str) else one.sql)
            if not query.tables & own:
                for table, columns in reads(query, COLUMNS).items():
                    read[table] |= columns
            elif "spans" in query.tables:
                read[part.by_person] |= set(_WORD.findall(query.sql)) & set(COLUMNS[part.by_person])
    return read


def one_grouping(workspace: Workspace, rows: dict[str, int]) -> None:
    """Who had what in which month, of each table of events: how many rows that are."""
    with bound(workspace) as session:
        for one in TABLES:
            if one.table in rows:
                month = f"year({one.day}) * 100 + month({one.day})"
                kept = f"select person_id, {one.concept}, {month} as m, count(*) as n from {one.table} group by all"
                session.query(f"select count(*), sum(n) from ({kept}) as k")


def _summed(column: Column) -> str:
    if column.type == Type.TEXT:
        return f"sum(strlen({column.name}))"
    return f"sum({column.name} - date '2000-01-01')" if column.type == Type.DATE else f"sum({column.name})"


def each_alone(session: Session, rows: dict[str, int], sample: int) -> list[tuple[float, float, float]]:
    """Of one in `sample` analyses of each table that has rows: CPU seconds, directly and as published; for how many."""
    took = []
    for table in rows:
        asked = [one for one in analyses() if one.table == table]
        some = asked[::sample]
        for one in some:
            direct, published = zip(*alone(one), strict=True)
            took.append((_took(session, direct), _took(session, published), len(asked) / len(some)))
    return took


def _took(session: Session, queries: Iterable[list[str]]) -> float:
    start = time.process_time()
    try:
        for sql in chain.from_iterable(queries):
            session.query(sql)
    except StorageError:
        OUT_OF_MEMORY.append(sql)
    return time.process_time() - start


if __name__ == "__main__":
    main()
