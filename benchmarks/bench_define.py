"""A new-user cohort of ten criteria with fifty variables, compiled, beside the same written by hand: CPU-s, memory.

Run: .venv/bin/python benchmarks/bench_define.py [--persons 1000000] [--threads 2] [--engine duckdb|spark] [--growth]
Made-up data in the shape of real data: about 100 measurements a person, some people with thousands, common tests far
commoner than rare ones; Parquet sorted by person and time as the lake has it. `--growth`: a tenth of the persons too.
Both give the same rows, or the run fails. BENCH_FOLDER keeps the data for the next run.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

from medark.define import (
    Cohort,
    Criterion,
    Dataset,
    Keep,
    conditions,
    days,
    drugs,
    index,
    measurements,
    observation_periods,
    person,
    visits,
)
from medark.define import concepts as concept_set
from medark.define.compile import CONCEPTS, compile_dataset
from medark.define.concepts import ConceptSet
from medark.define.concepts.ids import ConceptIds
from medark.model.omop import lake_columns
from medark.sql.render import render
from medark.store.duckdb import DuckDB
from medark.store.engine import Session

TODAY = dt.date(2026, 1, 1)
BUCKETS = 16
HAND = Path(__file__).with_name("bench_define.sql")


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--persons", type=int, default=1_000_000)
    arguments.add_argument("--threads", type=int, default=2)
    arguments.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb")
    arguments.add_argument("--growth", action="store_true")
    arguments.add_argument("--memory", default="6GB")
    arguments.add_argument("--one", choices=("compiled", "hand"), help=argparse.SUPPRESS)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-define-", dir=os.environ.get("BENCH_FOLDER")) as scratch:
        if given.one:
            print(json.dumps(one(given, Path(scratch))))
            return
        kept = os.environ.get("BENCH_FOLDER")
        for persons in [given.persons // 10, given.persons] if given.growth else [given.persons]:
            given.persons = persons
            make(folder_of(given, Path(kept or scratch)), persons, given.threads)
            os.environ["BENCH_FOLDER"] = kept or scratch
            beside(given)
    print(f"Python {platform.python_version()}, duckdb {version('duckdb')}, {given.threads} threads, ", end="")
    print(f"{os.cpu_count()} cores")


def beside(given: argparse.Namespace) -> None:
    """Both ways, each in a process of its own, and whether they agree."""
    ways = ("compiled", "hand") if given.engine == "duckdb" else ("compiled",)
    found = {way: apart(given, way) for way in ways}
    for way, told in found.items():
        print(
            f"{given.engine}, {given.persons:,} persons, {told['rows']:,} measurements, {way:9s}"
            f"{told['wall']:8.2f} s {told['cpu']:8.2f} CPU-s "
            f"({told['compiling']:.2f} to compile) {told['peak']:8,.0f} MB"
        )
    if "hand" in found:
        agree(found["compiled"]["sums"], found["hand"]["sums"])
        ratio = found["compiled"]["cpu"] / found["hand"]["cpu"]
        print(f"the same {found['hand']['sums']['n']:,} entries; compiled takes {ratio:.2f} × the CPU of by hand")


def apart(given: argparse.Namespace, way: str) -> dict:
    """What one way takes, measured in a process of its own."""
    command = [sys.executable, __file__, "--one", way]
    for name in ("persons", "threads", "engine", "memory"):
        command += [f"--{name}", str(getattr(given, name))]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout.splitlines()[-1])


def one(given: argparse.Namespace, scratch: Path) -> dict:
    """One way, in this process: wall and CPU seconds from the definition to its kept rows, peak memory, sums."""
    data = folder_of(given, Path(os.environ["BENCH_FOLDER"]))
    with engine_of(given, scratch) as engine, engine.session() as session:
        for folder in sorted(data.iterdir()):
            session.bind_parquet(folder.name, sorted(folder.glob("*.parquet")), lake_columns(folder.name))
        run = compiled if given.one == "compiled" else by_hand
        wall, cpu = time.perf_counter(), cpu_seconds()
        compiling = run(session)
        wall, cpu = time.perf_counter() - wall, cpu_seconds() - cpu
        rows = session.query("SELECT count(*) AS n FROM measurement")["n"][0].as_py()
        return {
            "wall": wall,
            "cpu": cpu,
            "compiling": compiling,
            "peak": peak_memory(),
            "rows": rows,
            "sums": sums(session),
        }


# -- the definition --------------------------------------------------------------------------------------------------


def ids(first: int, count: int) -> frozenset[int]:
    return frozenset(range(first, first + count))


SETS: dict[ConceptSet, ConceptIds] = {}


def the(name: str, first: int, count: int) -> ConceptSet:
    """A concept set that comes to `count` ids from `first` on."""
    made = concept_set(name, first)
    SETS[made] = ConceptIds(ids(first, count))
    return made


def study() -> Dataset:
    """Fifty variables of the new users of a drug."""
    drug_a, drug_b, insulin = the("drug a", 500, 40), the("drug b", 1400, 40), the("insulin", 1200, 20)
    hypertension, cancer, pregnancy = the("hypertension", 10, 10), the("cancer", 100, 60), the("pregnancy", 60, 30)
    hba1c, egfr = the("hba1c", 3, 2), the("egfr", 5, 3)
    start = index.start_date
    age = person.age_on(start)
    observed = observation_periods.where(
        observation_periods.start_date <= start - days(365), observation_periods.end_date >= start
    )
    before = {"bounds": "[)", "within": days(365)}
    cohort = Cohort(
        "new users",
        drugs.of(drug_a),
        [
            Keep("first"),
            Criterion("adult", age >= 18),
            Criterion("under 90", age < 90),
            Criterion("observed for a year", observed.exists()),
            Criterion("hypertension", conditions.of(hypertension).before(start).exists()),
            Criterion("no drug b", ~drugs.of(drug_b).before(start, **before).exists()),
            Criterion("no insulin", ~drugs.of(insulin).before(start).exists()),
            Criterion("no cancer", ~conditions.of(cancer).before(start).exists()),
            Criterion("not pregnant", ~conditions.of(pregnancy).before(start, **before).exists()),
            Criterion("two visits", visits.before(start, **before).count() >= 2),
            Criterion("kidneys", ~(measurements.of(egfr).before(start, within=days(180))
                                   .where(measurements.value_as_number.of_any_unit() < 30).exists())),
        ],
        exit=start + days(365),
    )  # fmt: skip
    return Dataset(cohort, variables(age, start, hba1c))


def variables(age: object, start: object, hba1c: ConceptSet) -> dict[str, object]:
    made: dict[str, object] = {"age": age, "sex": person.gender_concept_id}
    for n in range(12):
        made[f"ill_{n}"] = conditions.of(the(f"illness {n}", 200 + 20 * n, 15)).before(start).exists()
    for n in range(8):
        made[f"drug_{n}"] = drugs.of(the(f"drug {n}", 40 * n, 30)).before(start, within=days(180)).exists()
    made["visits"] = visits.before(start, within=days(365)).count()
    made["stays"] = visits.before(start, within=days(365)).where(visits.visit_concept_id == 9201).count()
    for n in range(11):
        lab = measurements.of(the(f"lab {n}", 8 + 4 * n, 3)).before(start, within=days(365))
        made[f"last_{n}"] = lab.last().value_as_number.of_any_unit()
    for n in range(5):
        lab = measurements.of(the(f"lab {n}", 8 + 4 * n, 3))
        number = measurements.value_as_number.of_any_unit()
        made[f"times_{n}"] = lab.before(start, within=days(365)).count()
        made[f"most_{n}"] = lab.before(start, within=days(365)).max(number)
        made[f"mean_{n}"] = lab.after(start, within=days(365)).mean(number)
    assert len(made) == 50
    return made


def compiled(session: Session) -> float:
    """The definition compiled and run; the CPU seconds that went by before the engine was asked."""
    before = time.process_time()
    plan = compile_dataset(study(), SETS, today=TODAY)
    steps = [(step, render(step.sql, session.dialect)) for step in plan.steps]
    before = time.process_time() - before
    cells = zip(("list_no", "concept_id", "class_no"), zip(*plan.concepts, strict=True), strict=True)
    session.bind_arrow(CONCEPTS, pa.table({name: pa.array(column, pa.int32()) for name, column in cells}))
    for step, sql in steps:
        (session.table if step.keep or step.name == plan.result else session.view)(step.name, sql)
    return before


def by_hand(session: Session) -> float:
    """The same as an analyst who knows the engine would write it."""
    for statement in HAND.read_text(encoding="utf-8").split(";\n"):
        name, _, sql = statement.partition(" AS\n")
        if sql:
            session.table(name.split()[-1], sql)
    return 0


def sums(session: Session) -> dict:
    """Of each column how many values there are and their sum: the same where the rows are."""
    columns = session.query("SELECT * FROM result ORDER BY entry_id LIMIT 1").column_names
    taken = [c for c in columns if c not in ("entry_id", "entry_start", "entry_end")]
    cells = ", ".join(f"count({c}) AS n_{c}, sum(CAST({c} AS DOUBLE)) AS s_{c}" for c in sorted(taken))
    (told,) = session.query(f"SELECT count(*) AS n, {cells} FROM result").to_pylist()
    return told


def agree(one: dict, other: dict) -> None:
    """SystemExit unless both say the same."""
    apart = [name for name in one if not math.isclose(one[name] or 0, other[name] or 0, rel_tol=1e-9, abs_tol=1e-9)]
    if apart or one.keys() != other.keys() or not one["n"]:
        sys.exit(f"the two differ in {apart or 'their columns'}")


# -- the data --------------------------------------------------------------------------------------------------------

# How many rows a person has: most have few, one in a hundred has thirty times as many.
_PEOPLE = """SELECT CAST(hash(i) >> 4 AS BIGINT) AS person_id, i,
  {mean} / 1.43 * power(-ln(1 - (hash(i * 7) % 1000000) / 1e6), 1.6) AS rows_
FROM range({first}, {last}) AS t(i)"""
_DAY = "DATE '2012-01-01' + CAST(hash(p.i * 131 + j * 17 + {salt}) % 4700 AS INTEGER)"
_U = "((hash(p.i * 257 + j * 31 + {salt}) % 1000003) / 1000003.0)"


def make(folder: Path, persons: int, threads: int) -> None:
    """The tables as Parquet, bucket by bucket, unless they are there."""
    if folder.exists():
        return
    making = folder.with_suffix(".making")
    with DuckDB(folder.parent, memory="4GB", threads=threads).session() as session:
        for bucket in range(BUCKETS):
            span = {"first": persons * bucket // BUCKETS, "last": persons * (bucket + 1) // BUCKETS}
            for table, (mean, cells, order) in TABLES.items():
                people = _PEOPLE.format(mean=mean, **span)
                source = (
                    f"({people}) AS p, range(CAST(ceil(p.rows_) AS BIGINT)) AS r(j)" if mean else f"({people}) AS p"
                )
                written = ", ".join(f"{sql} AS {name}" for name, sql in cells.items())
                session.write_parquet(f"SELECT {written} FROM {source}", making / table, order_by=order)
    making.rename(folder)


def _events(stem: str, key: str, concept: str, kinds: int, salt: int, **more: str) -> dict[str, str]:
    day, chance = _DAY.format(salt=salt), _U.format(salt=salt + 1)
    return {
        key: f"CAST(hash(p.i, j, {salt}) >> 4 AS BIGINT)", "person_id": "p.person_id",
        concept: f"CAST(floor({kinds} * power({chance}, 3)) AS INTEGER)",
        f"{stem}_date": day,
        f"{stem}_datetime": f"CAST({day} AS TIMESTAMP) + INTERVAL 1 SECOND * (hash(p.i, j, {salt}) % 86400)",
        "visit_occurrence_id": "CAST(hash(p.i, j // 7) >> 4 AS BIGINT)",
        **more,
    }  # fmt: skip


_PERIOD = {
    "observation_period_id": "p.person_id", "person_id": "p.person_id",
    "observation_period_start_date": "DATE '2012-01-01' + CAST(hash(p.i * 3) % 1500 AS INTEGER)",
    "observation_period_end_date": "DATE '2025-01-01' - CAST(hash(p.i * 5) % 1500 AS INTEGER)",
}  # fmt: skip
_PERSON = {
    "person_id": "p.person_id", "gender_concept_id": "CASE WHEN hash(p.i) % 2 = 0 THEN 8507 ELSE 8532 END",
    "year_of_birth": "CAST(1925 + hash(p.i * 11) % 95 AS INTEGER)",
    "month_of_birth": "CAST(1 + hash(p.i * 13) % 12 AS INTEGER)",
    "day_of_birth": "CAST(1 + hash(p.i * 17) % 28 AS INTEGER)",
}  # fmt: skip
_LAB = {"value_as_number": f"round(200 * {_U.format(salt=77)}, 1)", "unit_concept_id": "8840"}
TABLES: dict[str, tuple[int, dict[str, str], list[str]]] = {
    "person": (0, _PERSON, ["person_id"]),
    "observation_period": (0, _PERIOD, ["person_id"]),
    "visit_occurrence": (10, _events("visit_start", "visit_occurrence_id", "visit_concept_id", 1, 1,
                                     visit_concept_id="CASE WHEN hash(p.i, j) % 5 = 0 THEN 9201 ELSE 9202 END"),
                         ["person_id", "visit_start_date"]),
    "condition_occurrence": (12, _events("condition_start", "condition_occurrence_id", "condition_concept_id", 1500, 2),
                             ["person_id", "condition_start_date"]),
    "drug_exposure": (12, _events("drug_exposure_start", "drug_exposure_id", "drug_concept_id", 1500, 3),
                      ["person_id", "drug_exposure_start_date"]),
    "measurement": (100, _events("measurement", "measurement_id", "measurement_concept_id", 2000, 4, **_LAB),
                    ["person_id", "measurement_date"]),
}  # fmt: skip


# -- the machine -----------------------------------------------------------------------------------------------------


def folder_of(given: argparse.Namespace, kept: Path) -> Path:
    return kept / f"define-{given.persons}"


def engine_of(given: argparse.Namespace, scratch: Path):
    if given.engine == "spark":
        from medark.store.spark import Spark

        return Spark(scratch, threads=given.threads, memory=4_000_000_000)
    return Here(DuckDB(scratch, memory=given.memory, threads=given.threads))


class Here:
    """DuckDB needs no closing."""

    def __init__(self, engine: DuckDB) -> None:
        self._engine = engine

    def __enter__(self) -> DuckDB:
        return self._engine

    def __exit__(self, *_: object) -> None:
        return None


def cpu_seconds() -> float:
    """Of this process and all that it started, Spark's Java too."""
    total = 0
    for process in tree():
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / os.sysconf("SC_CLK_TCK")


def peak_memory() -> float:
    """MB, the most that each process of the tree ever took, together."""
    lines = [line for p in tree() for line in Path(f"/proc/{p}/status").read_text().splitlines()]
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def tree() -> list[int]:
    """This process and all below it."""
    found = [os.getpid()]
    for process in found:
        for task in Path(f"/proc/{process}/task").iterdir():
            with suppress(OSError):  # the thread has ended
                found += map(int, (task / "children").read_text().split())
    return found


if __name__ == "__main__":
    main()
