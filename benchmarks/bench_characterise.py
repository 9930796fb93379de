"""All of Achilles' analyses over a made lake: at once, each as a query of its own, beside a bare scan; a day later.

Run: .venv/bin/python benchmarks/bench_characterise.py [--people 1000000] [--folder F] [--sample 4] [--verify]
Prints CPU seconds (wall seconds in brackets) and peak memory. "Each alone": the same analyses, the same engine, the
same run, each a query of its own, written as directly as DuckDB allows (count(DISTINCT), quantile_disc); with --sample
N one in N of each table is run, and the others are said to take as long as those (a sample of ten said a quarter
more, and more than that, than all of them: run all where there is time). "Bare scan": the columns that the
analyses read, read and summed. --verify: what was brought forward over two days is compared with what is counted from
nothing. The lake is the one of bench_check.
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
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import made_lake
from measuring import measured
from medark.bootstrap import init_workspace, open_workspace
from medark.check.achilles import STRATA, Analysis, Part, analyses, event_kinds, events, parts
from medark.check.achilles.counting import ROWS, Counting
from medark.check.achilles.event_tables import BY_NAME, TABLES, Events
from medark.check.achilles.plan import BY_DETAIL, BY_VISIT, SPANS
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
_WORD = re.compile(r"[a-z_]+")
_SHARES = "quantile_disc({value}, [0.1, 0.25, 0.5, 0.75, 0.9])"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--people", type=int, default=1_000_000)
    arguments.add_argument("--folder", default="")
    arguments.add_argument("--sample", type=int, default=1)
    arguments.add_argument("--verify", action="store_true")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-characterise-", dir=os.environ.get("BENCH_FOLDER")) as folder:
        where = Path(given.folder or folder) / "ws"
        if not where.exists():
            with init_workspace(where) as workspace, measured("making the lake"):
                made_lake.made(workspace, given.people)
        with open_workspace(where, {}) as workspace:
            bench(workspace, given.people, given.sample, given.verify)
    print(f"{os.cpu_count()} cores; Python {platform.python_version()}; duckdb {version('duckdb')}")


def bench(workspace: Workspace, people: int, sample: int, is_verified: bool) -> None:
    if "bench" not in {one.name for one in workspace.ledger.users.all()}:
        workspace.ledger.users.add(User("bench", roles=frozenset({"owner"})))
    shutil.rmtree(workspace.places.kept / "characterisation", ignore_errors=True)
    snapshot = workspace.lake.snapshot()
    rows = {table: snapshot.rows(table) for table in NAMES if snapshot.rows(table)}
    print(f"{sum(rows.values()):,} rows: " + ", ".join(f"{table} {n:,}" for table, n in rows.items()))
    with workspace.engine.session() as session:
        for name in NAMES:
            snapshot.bind(session, name)
        with measured("bare scan of the columns that are read") as bare:
            bare_scan(session, rows)
    with measured(f"all {len(analyses())} analyses, from nothing") as fused:
        characterise(workspace, "bench")
    print(f"  analyses / bare scan: {fused() / bare():.1f}", flush=True)
    with measured("again, nothing new"):
        characterise(workspace, "bench")
    later(workspace, people, is_verified)
    with workspace.engine.session() as session:
        for name in NAMES:
            snapshot.bind(session, name)
        session.table("spans", plain(SPANS.sql, session.dialect))
        took = each_alone(session, rows, sample)
    alone = sum(sum(some) / len(some) * n for some, n in took.values())
    ran, every = sum(len(some) for some, _ in took.values()), sum(n for _, n in took.values())
    print(f"each alone: {alone:.2f} CPU s for {every} analyses of tables that have rows ({ran} of them run)")
    print(f"  each alone / all at once: {alone / fused():.1f}")


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


def bare_scan(session: Session, rows: dict[str, int]) -> None:
    """Every column that any of the queries reads, once."""
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
    for table, columns in read.items():
        if columns and table in rows:
            told = [column for column in lake_columns(table) if column.name in columns]
            session.query(f"select {', '.join(map(_summed, told))} from {table}")


def _summed(column: Column) -> str:
    if column.type == Type.TEXT:
        return f"sum(strlen({column.name}))"
    return f"sum({column.name} - date '2000-01-01')" if column.type == Type.DATE else f"sum({column.name})"


def each_alone(session: Session, rows: dict[str, int], sample: int) -> dict[str, tuple[list[float], int]]:
    """CPU seconds of one in `sample` analyses of each table that has rows, and how many there are."""
    took = {}
    for table in rows:
        asked = [one for one in analyses() if one.table == table]
        for one in asked[::sample]:
            start = time.process_time()
            for sql in alone(one):
                session.query(sql)
            took.setdefault(table, ([], len(asked)))[0].append(time.process_time() - start)
    return took


def alone(analysis: Analysis) -> Iterator[str]:
    """The queries of one analysis, as direct as they can be written."""
    table = BY_NAME.get(analysis.table)
    counting = event_kinds.KINDS.get(analysis.counts)
    if analysis.analysis_id in (BY_VISIT, BY_DETAIL):
        for one in TABLES:
            yield from (of_records(one, by) for number, by in events.by_visit(one) if number == analysis.analysis_id)
    elif table is None or counting is None:
        for part in parts({analysis.analysis_id}):
            yield from _inlined(part)
    elif analysis.counts in of_people(table):
        yield of_people(table)[analysis.counts]
    else:
        yield of_records(table, counting)


def _inlined(part: Part) -> Iterator[str]:
    made = ", ".join(f"{one.name} as ({plain(one.sql, 'duckdb')})" for some in (part.made, part.sums) for one in some)
    for sql in (*part.counts, *(one.sql for one in part.values)):
        yield f"with {made} {plain(sql, 'duckdb')}" if made else plain(sql, "duckdb")


def of_records(table: Events, counting: Counting) -> str:
    """Of what can be told of records only what this analysis asks for, joined with no more than that needs."""
    columns, joins = events.told_of_records(table)
    of, _, where = counting.of.partition(" where ")
    distributed = table.distributed.get(of.removeprefix("{t}_"), ())
    narrowed = ""
    if distributed:
        told = {name: one.told for name, one in table.amounts.items()}
        columns = {"concept_id": f"t.{table.concept}", "unit_concept_id": "t.unit_concept_id", **told}
        joins = {"s": joins["s"].removeprefix("left ")}
        needed = {table.amounts[one].where for one in distributed if one in table.amounts} - {""}
        narrowed = " where " + " and ".join([*needed, *(f"{columns[one]} is not null" for one in distributed)])
    used = set(_WORD.findall(" ".join((where, *counting.by, counting.count, counting.part, counting.value))))
    cells = {name: told for name, told in columns.items() if name in used}
    letters = set(re.findall(r"\b([a-z])\.", " ".join(cells.values())))
    joined = " ".join(join for letter, join in joins.items() if letter in letters or distributed)
    kept = "".join(f", {told} as {name}" for name, told in cells.items())
    source = (
        f"(select 1 as n{kept} from {table.table} as t {joined}{narrowed}) as r{f' where {where}' if where else ''}"
    )
    by = "".join(f"{one}, " for one in counting.by)
    v = counting.value
    spread = f"min({v}), max({v}), avg({v}), stddev_samp({v}), {_SHARES.format(value=v)}, count(*)"
    counted = "count(*)" if counting.count in (ROWS, "n") else counting.count
    return f"select {by}{spread if v else counted} from {source}{' group by all' if by else ''}"


def of_people(table: Events) -> dict[str, str]:
    """What counts people, as Achilles writes it: everything from the records."""
    c, d, t = f"t.{table.concept}", f"t.{table.day}", table.table
    joined = f"spans as s on s.person_id = t.person_id and {d} >= s.first_no and {d} <= s.last_no"
    inside, beside = f"{t} as t join {joined}", f"{t} as t left join {joined}"
    person = "join person as p on p.person_id = t.person_id"
    year, month = f"year({d})", f"year({d}) * 100 + month({d})"
    decile = f"floor(({year} - p.year_of_birth) / 10)"
    people, sex = "count(distinct t.person_id)", "p.gender_concept_id"
    first = f"(select t.person_id, {c} as c, min({year}) as y from {inside} group by all) as t {person}"
    age = "y - p.year_of_birth"
    of_age = f"count(*), min({age}), max({age}), avg({age}), stddev_samp({age}), {_SHARES.format(value=age)}"
    concepts = f"(select count(distinct {c}) as n from {inside} group by t.person_id) as r"
    of_concepts = f"count(*), min(n), max(n), avg(n), stddev_samp(n), {_SHARES.format(value='n')}"
    often = f"(select {c} as c, count(*) as n from {inside} group by t.person_id, c) as r"
    outside = f"from {beside} where s.person_id is null"
    return {
        "people by concept": f"select {c}, {people} from {inside} group by all",
        "records by concept": f"select {c}, count(*) from {inside} group by all",
        "people by concept and month": f"select {c}, {month}, {people} from {inside} group by all",
        "people by month": f"select {month}, {people} from {inside} group by all",
        "records by month": f"select {month}, count(*) from {inside} group by all",
        "concepts of a person": f"select {of_concepts} from {concepts}",
        "people by concept, year, sex and age decile": f"select {c}, {year}, {sex}, {decile}, {people} from {inside}"
        f" {person} group by all",
        "people by year, sex and age decile": f"select {year}, {sex}, {decile}, {people} from {inside} {person}"
        " group by all",
        "people by year": f"select {year}, {people} from {inside} group by all",
        "age at the first record by concept and sex": f"select c, {sex}, {of_age} from {first} group by all",
        "age at the first record by sex": f"select {sex}, {of_age} from {first} group by all",
        "records of unknown people": f"select count(*) from {t} as t left join person as p"
        " on p.person_id = t.person_id where p.person_id is null",
        "records outside observation periods": f"select count(*) {outside}",
        "records inside observation periods": f"select count(*) from {inside}",
        "share of people with records outside observation periods": f"select {people}, (select {people} from {t} as t)"
        f" {outside}",
        "share of records outside observation periods": f"select count(*), (select count(*) from {t} as t) {outside}",
        "people with at least so many records by concept": f"select c, n, sum(count(*)) over (partition by c order by n"
        f" desc) from {often} group by c, n",
    }


if __name__ == "__main__":
    main()
