"""Staged events to OMOP rows and through the gate: rows/s, CPU seconds a step, beside a plain copy of the same rows.

Run: .venv/bin/python benchmarks/bench_domains.py [--events 2000000] [--shape fhir|table] [--threads 2]
`fhir`: every event has a key, UUIDs for people and visits, times with an offset. `table`: no event keys, numbers for
people and visits, local times. The physical limit is `CREATE TABLE … AS SELECT *` of the staged rows.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import platform
import resource
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import pyarrow as pa

from medark.check import gate
from medark.model.omop import lake_columns, tables
from medark.model.staging import STAGING
from medark.model.table import Type
from medark.sql.render import render
from medark.standardise.domains import DERIVED, STEPS
from medark.standardise.lookups.data import UNIT_DECISION
from medark.standardise.step import wanted
from medark.store.duckdb import DuckDB
from medark.store.engine import Session

PARAMETERS = {
    "salt": "0123456789abcdef" * 4, "source": "north/his", "people": "north", "source_zone": "America/New_York",
    "zone": "Asia/Shanghai", "arrived": dt.date(2026, 1, 15),
}  # fmt: skip
EVENTS_A_PERSON, EVENTS_A_VISIT, CODES = 650, 12, 400
STAGED = {"person", "visit", "event"}
KEY = "md5('{0}' || ({1}))[1:8] || '-' || md5('{0}' || ({1}))[9:12] || '-4f1c-8a9b-' || md5('{0}' || ({1}))[13:24]"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--events", type=int, default=2_000_000)
    arguments.add_argument("--shape", choices=("fhir", "table"), default="fhir")
    arguments.add_argument("--threads", type=int, default=2)
    given = arguments.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="bench-domains-", dir=os.environ.get("BENCH_FOLDER")) as folder,
        DuckDB(Path(folder), memory="4GB", threads=given.threads).session() as session,
    ):
        stage(session, given.events, fhir=given.shape == "fhir")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with measured("physical limit: copy of the staged events", given.events):
            session.table("copied", "SELECT * FROM staged_event")
        session.drop("copied")
        whole(session, given.events)
        one_message(session)
        derived(session)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB, of which staged rows {before:,.0f} MB; {os.cpu_count()} cores; ", end="")
    print(f"Python {platform.python_version()}, duckdb {version('duckdb')}, {given.threads} threads")


def whole(session: Session, events: int) -> None:
    """All steps and the gate over all rows."""
    steps = wanted(STEPS, STAGED)
    with measured("all steps and the gate", events):
        for step in steps:
            make = session.view if step.view else session.table
            with measured(f"  {step.name}", events, at_least=0.02):
                make(step.name, render(step.query, parameters=PARAMETERS))
        present = {step.table for step in steps if step.table}
        for check in gate.checks(present, events_told=True):
            make = session.view if check.view else session.table
            with measured(f"  {check.name}", events, at_least=0.02):
                make(check.name, render(check.sql, parameters=PARAMETERS))
        for table in sorted(t for t in present if t):
            with measured(f"  how {table} ended", events, at_least=0.02):
                session.query(gate.tally_sql(table))
    for table in ("person", "visit_occurrence", *(s.table for s in steps if s.view and s.table)):
        rows = session.query(f"SELECT count(*) AS n FROM {table}_rows")["n"][0].as_py()
        with measured(f"kept as the lake would: {table}", rows):
            session.table(f"whole_{table}", f"SELECT * FROM {table}_checked WHERE reason IS NULL")
    for table in sorted(t for t in present if t):
        rows = session.query(f"SELECT count(*) AS n FROM {table}_checked WHERE reason IS NULL")["n"][0].as_py()
        print(f"  passed: {table} {rows:,}" if rows else "", end="")
    print()


def one_message(session: Session) -> None:
    """The same steps for a wave of one message."""
    for name in STAGED:
        session.table(f"all_{name}", f"SELECT * FROM staged_{name}")
    one = "SELECT * FROM all_{0} WHERE person_key IN (SELECT person_key FROM all_person LIMIT 1) LIMIT 8"
    for name in STAGED:
        session.table(f"staged_{name}", one.format(name))
    for attempt in ("first", "again"):
        with measured(f"a wave of one message, {attempt}"):
            steps = wanted(STEPS, STAGED)
            for step in steps:
                make = session.view if step.view else session.table
                make(step.name, render(step.query, parameters=PARAMETERS))
            for check in gate.checks({step.table for step in steps if step.table}, events_told=True):
                make = session.view if check.view else session.table
                make(check.name, render(check.sql, parameters=PARAMETERS))


def derived(session: Session) -> None:
    """Eras and observation periods over what passed."""
    for table in ("condition_occurrence", "drug_exposure", "measurement", "observation", "procedure_occurrence"):
        session.table(f"lake_{table}", f"SELECT * FROM whole_{table}")
    for name in ("person", "visit_occurrence"):
        session.table(f"lake_{name}", f"SELECT * FROM whole_{name}")
    rows = session.query("SELECT count(*) AS n FROM lake_measurement")["n"][0].as_py()
    for step in DERIVED:
        with measured(f"derived: {step.name}", rows, at_least=0):
            session.table(step.name, render(step.query, parameters=PARAMETERS))


def stage(session: Session, events: int, *, fhir: bool) -> None:
    """Events as a Synthea export has them: two in three are measurements, with numbers, units and few codes."""
    for name, spec in STAGING.items():
        session.table(f"staged_{name}", _empty({c.name: c.type for c in spec.columns}))
    for name in ("person", "death", "visit_occurrence", "visit_detail", "location", "care_site", "provider",
                 "payer_plan_period", "image_occurrence", "device_exposure", "specimen", "note", "condition_occurrence",
                 "drug_exposure", "procedure_occurrence", "measurement", "observation"):  # fmt: skip
        session.table(f"lake_{name}", _empty({c.name: c.type for c in lake_columns(name)}))
    person = KEY.format("p", f"i // {EVENTS_A_PERSON}") if fhir else f"cast(10000 + i // {EVENTS_A_PERSON} as varchar)"
    visit = KEY.format("v", f"i // {EVENTS_A_VISIT}") if fhir else f"cast(900000 + i // {EVENTS_A_VISIT} as varchar)"
    at = f"timestamp '2012-01-01' + interval (i // {EVENTS_A_VISIT} % 5000) hour"
    time_text = f"strftime({at}, '%Y-%m-%dT%H:%M:%S-05:00')" if fhir else f"strftime({at}, '%Y-%m-%d %H:%M:%S')"
    kinds = "['measurement','measurement','measurement','measurement','observation','procedure','drug','condition',"
    kinds += "'measurement']"
    made = {
        "record_no": f"1 + i // {EVENTS_A_PERSON}",
        "row_no": f"i % {EVENTS_A_PERSON}",
        "part_no": "0",
        "kind": f"{kinds}[1 + i % 9]",
        "event_key": KEY.format("e", "i") if fhir else None,
        "person_key": person,
        "visit_key": visit,
        "provider_key": "'d' || cast(i // 4000 as varchar)" if fhir else None,
        "code_system": "'http://loinc.org'" if fhir else "'LOINC'",
        "code": f"cast(10000 + hash(i) % {CODES} as varchar) || '-' || cast(i % 10 as varchar)",
        "code_text": f"'Some text that names the code ' || cast(hash(i) % {CODES} as varchar)",
        "start_time": time_text,
        "end_time": f"case when i % 9 in (6, 7) then {time_text} end",
        "type": "['lab','ehr','ehr_encounter'][1 + i % 3]",
        "value": "case when i % 9 < 5 or i % 9 = 8 then cast(round(hash(i) % 10000 / 77.0, 2) as varchar) end",
        "unit": "case when i % 9 < 4 then ['mg/dL','mmol/L','10*3/uL','%'][1 + i % 4] end",
    }
    _stage(session, "event", made, events)
    people = {
        "record_no": "1 + i", "row_no": "9999", "part_no": "0",
        "person_key": person.replace(f"i // {EVENTS_A_PERSON}", "i"),
        "birth_time": "strftime(date '1950-01-01' + cast(i % 15000 as integer), '%Y-%m-%d')",
        "gender": "['male','female'][1 + i % 2]",
    }  # fmt: skip
    _stage(session, "person", people, events // EVENTS_A_PERSON + 1)
    each = EVENTS_A_VISIT
    visits = {
        "record_no": f"1 + i * {each} // {EVENTS_A_PERSON}", "row_no": f"i * {each} % {EVENTS_A_PERSON}",
        "part_no": "0",
        "visit_key": visit.replace(f"i // {each}", "i"), "person_key": person.replace("i //", f"i * {each} //"),
        "class_code": "['AMB','AMB','EMER','IMP'][1 + i % 4]",
        "start_time": time_text.replace(f"i // {each}", "i"), "end_time": time_text.replace(f"i // {each}", "i"),
        "type": "'ehr_encounter'",
    }  # fmt: skip
    _stage(session, "visit", visits, events // each + 1)
    look_up(session)


def look_up(session: Session) -> None:
    """What lookups would have made."""
    session.table("person_key", "SELECT person_key, hash(person_key) >> 4 AS person_id FROM staged_person")
    session.table("person_key", "SELECT person_key, cast(person_id AS bigint) AS person_id FROM person_key")
    domains = {
        "measurement": "Measurement",
        "observation": "Observation",
        "procedure": "Procedure",
        "drug": "Drug",
        "condition": "Condition",
    }
    cases = " ".join(f"WHEN '{k}' THEN '{d}'" for k, d in domains.items())
    session.table(
        "chosen_code",
        f"""SELECT DISTINCT kind || '|' || code_system || '|' || code || '||||' AS code_key,
        0 AS map_no, CAST(1 + hash(code) % 1000000 AS INTEGER) AS concept_id, 0 AS source_concept_id,
        CASE kind {cases} END AS domain_id, CAST(NULL AS VARCHAR) AS source_value FROM staged_event""",
    )
    words = {("type_concept", "lab"): 32856, ("type_concept", "ehr"): 32817, ("type_concept", "ehr_encounter"): 32827,
             ("gender", "male"): 8507, ("gender", "female"): 8532, ("visit", "amb"): 9202, ("visit", "imp"): 9201,
             ("visit", "emer"): 9203}  # fmt: skip
    session.bind_arrow("value_map", pa.table({
        "set_name": [k[0] for k in words], "value": [k[1] for k in words],
        "concept_id": pa.array(list(words.values()), pa.int32()),
    }))  # fmt: skip
    session.table(
        "unit_map", "SELECT DISTINCT unit, CAST(8840 AS INTEGER) AS concept_id FROM staged_event WHERE unit IS NOT NULL"
    )
    session.bind_arrow("unit_decision", UNIT_DECISION.empty_table())
    session.table(
        "chosen_answer", "SELECT CAST(NULL AS VARCHAR) AS value_key, CAST(NULL AS INTEGER) AS concept_id WHERE false"
    )
    for name in ("concept", "concept_ancestor", "drug_strength"):
        session.table(name, _empty({c.name: c.type for c in tables()[name].columns}))


def _stage(session: Session, table: str, made: dict[str, str | None], rows: int) -> None:
    cells = ", ".join(f"CAST({made.get(c.name) or 'NULL'} AS {c.type}) AS {c.name}" for c in STAGING[table].columns)
    session.table(f"staged_{table}", f"SELECT {cells} FROM range({rows}) AS t(i)")


def _empty(columns: dict[str, str] | dict[str, Type]) -> str:
    return (
        "SELECT "
        + ", ".join(f'CAST(NULL AS {kind}) AS "{name.strip(chr(34))}"' for name, kind in columns.items())
        + " WHERE false"
    )


@contextmanager
def measured(what: str, rows: int = 0, at_least: float = 0.0) -> Iterator[None]:
    """Print wall and CPU seconds; rows a second and microseconds of CPU a row where rows are told."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    if cpu < at_least:
        return
    speed = f"{rows / wall:>12,.0f} rows/s {cpu / rows * 1e6:6.2f} µs CPU a row" if rows else ""
    print(f"{what:45s} {wall:7.3f} s ({cpu:6.3f} CPU-s) {speed}")


if __name__ == "__main__":
    main()
