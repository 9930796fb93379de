"""A made-up vocabulary of Athena's size loaded and looked up, and the lookups of a wave: seconds, CPU, memory.

Run: .venv/bin/python benchmarks/bench_vocabulary.py [--concepts 6000000] [--relationships 34000000] [--events 2000000]
The limits beside it, in the same run: hashing the files, a plain dictionary, and a copy of the staged events.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import duckdb

from medark.model.staging import STAGING
from medark.model.table import Type
from medark.sql.render import render
from medark.standardise import lookups
from medark.standardise.lookups import PERSON_LINK
from medark.standardise.units import UNITS_SAID, unit_readings
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.vocabulary import Vocabulary

CODES = 5_000  # different ones in the wave
PARAMETERS = {"salt": "0123456789abcdef" * 4, "source": "north/his", "people": "north"}


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--concepts", type=int, default=6_000_000)
    arguments.add_argument("--relationships", type=int, default=34_000_000)
    arguments.add_argument("--events", type=int, default=2_000_000)
    given = arguments.parse_args()
    print(f"Python {platform.python_version()}, DuckDB {version('duckdb')}, {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory(prefix="bench-vocabulary-", dir=os.environ.get("BENCH_FOLDER")) as name:
        folder = Path(name)
        files = made_up(folder, given.concepts, given.relationships)
        with measured("limit: SHA-256 of the files"):
            for path in files:
                with path.open("rb") as file:
                    hashlib.file_digest(file, "sha256")
        engine = DuckDB(folder / "scratch", memory="1500MB", threads=2)
        vocabulary = Vocabulary(folder / "vocabulary", engine)
        with measured(f"load {given.concepts:,} concepts, {given.relationships:,} relationships"):
            vocabulary.load(files)
        by_code(vocabulary, given.concepts)
        with engine.session() as session:
            wave(session, vocabulary, given.events, given.concepts)
        with engine.session() as session:
            wave(session, vocabulary, 1, given.concepts)
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def made_up(folder: Path, concepts: int, relationships: int) -> list[Path]:
    """CONCEPT.csv and CONCEPT_RELATIONSHIP.csv; a third of the concepts are standard, the others map to those."""
    form = "(FORMAT csv, DELIMITER '\t', HEADER, QUOTE '', ESCAPE '')"
    dates = "'19700101' AS valid_start_date, '20991231' AS valid_end_date, '' AS invalid_reason"
    each = max(1, relationships // concepts)
    paths = [folder / "CONCEPT.csv", folder / "CONCEPT_RELATIONSHIP.csv"]
    with duckdb.connect() as db:
        db.execute(
            f"COPY (SELECT 100000000 + i AS concept_id, 'the name of concept number ' || i AS concept_name,"
            " CASE WHEN i % 3 = 0 THEN 'Drug' ELSE 'Condition' END AS domain_id,"
            " CASE WHEN i % 10 < 5 THEN 'NDC' WHEN i % 10 < 8 THEN 'SNOMED' ELSE 'Local' END AS vocabulary_id,"
            " 'Made up' AS concept_class_id, CASE WHEN i % 10 IN (5, 6, 7) THEN 'S' ELSE '' END AS standard_concept,"
            f" (10000000000 + i * 7)::VARCHAR AS concept_code, {dates} FROM range({concepts}) AS t(i))"
            f" TO '{paths[0]}' {form}"
        )
        db.execute(
            f"COPY (SELECT 100000000 + i AS concept_id_1, 100000000 + (i - i % 10) + 5 + (k % 3) AS concept_id_2,"
            f" CASE WHEN k = 0 THEN 'Maps to' ELSE 'Kind ' || k END AS relationship_id, {dates}"
            f" FROM range({concepts}) AS t(i), range({each}) AS r(k)) TO '{paths[1]}' {form}"
        )
    return paths


def by_code(vocabulary: Vocabulary, concepts: int) -> None:
    """Microseconds a code: the first time, and as a stream of rows asks."""
    chance = random.Random(1)
    codes = [code(chance.randrange(concepts)) for _ in range(CODES)]
    asked = chance.choices(codes, k=1_000_000)
    with measured(f"{CODES:,} codes by Python, each for the first time", per=CODES):
        found = vocabulary.lookup("NDC", codes)
    with measured("1,000,000 codes by Python, of those", per=len(asked)):
        vocabulary.lookup("NDC", asked)
    with measured("limit: the same of a plain dictionary", per=len(asked)):
        _ = {code: found[code] for code in asked if code in found}


def code(number: int) -> str:
    """The code of a made-up concept."""
    return str(10_000_000_000 + number * 7)


def wave(session: Session, vocabulary: Vocabulary, events: int, concepts: int) -> None:
    """All lookup steps over a wave of events."""
    stage(session, events, concepts)
    with measured(f"limit: a copy of {events:,} staged events"):
        session.table("copied", "SELECT * FROM staged_event")
    with measured(f"lookups of a wave of {events:,} events"):
        vocabulary.bind(session)
        for name, table in lookups.data().items():
            session.bind_arrow(name, table)
        session.bind_arrow("person_link", PERSON_LINK.empty_table())
        session.bind_arrow("unit_reading", unit_readings(session.query(UNITS_SAID)["unit"].to_pylist()))
        for step in lookups.STEPS:
            began = time.perf_counter()
            needed = {name: PARAMETERS[name] for name in step.query.parameters}
            session.table(step.name, render(step.query, "duckdb", needed))
            if time.perf_counter() - began > 0.05:
                print(f"    {step.name:14} {time.perf_counter() - began:6.2f} s")


def stage(session: Session, events: int, concepts: int) -> None:
    """Staging relations with drugs alone: UUIDs for people, `CODES` codes, three units."""
    for name, spec in STAGING.items():
        columns = ", ".join(f"CAST(NULL AS {c.type}) AS {c.name}" for c in spec.columns)
        session.view(f"staged_{name}", f"SELECT {columns} WHERE false")
    own = {
        "record_no": "1", "row_no": "i", "part_no": "0", "kind": "'drug'", "code_system": "'NDC'",
        "code": f"CAST(10000000000 + (i % {CODES}) * {max(1, concepts // CODES)} * 7 AS VARCHAR)",
        "code_text": f"'a name of a drug ' || (i % {CODES})", "person_key": "md5(CAST(i // 200 AS VARCHAR))",
        "unit": "['mg', 'mL', 'K/uL'][i % 3 + 1]", "start_time": "'2024-01-15T10:00:00'",
    }  # fmt: skip
    cells = ", ".join(
        f"CAST({own.get(c.name, 'NULL')} AS {'BIGINT' if c.type is Type.BIGINT else c.type}) AS {c.name}"
        for c in STAGING["event"].columns
    )
    session.table("staged_event", f"SELECT {cells} FROM range({events}) AS t(i)")


@contextmanager
def measured(what: str, per: int = 0) -> Iterator[None]:
    began, cpu = time.perf_counter(), time.process_time()
    yield
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    each = f"  {seconds / per * 1e6:7.3f} µs each" if per else ""
    print(f"{what:62} {seconds:7.2f} s  {cpu:7.2f} CPU-s{each}")


if __name__ == "__main__":
    main()
