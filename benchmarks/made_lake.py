"""A made lake, straight in the lake's own format and buckets: people, their visits, findings and numbers, some dirt

`made(workspace, people)` commits everything but one day; `a_day(workspace, people, day)` commits one day of new data:
about a thousandth of the rows, through the lake's own commit. Concepts are those of the vocabulary that is there.
Dirt, about one row in a thousand each: no concept, a concept of another domain, an unknown one, no value that is
required, dates before birth, long after death, ahead of today or outside the visit, visits that are not there, keys
that are there twice.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from pathlib import Path

from medark.flows.workspace import Workspace
from medark.model.omop import lake_columns
from medark.store.engine import Session
from medark.store.lake import BUCKETS, Append, Query, Upsert

TODAY = dt.date(2026, 11, 26)
MEASUREMENTS = 100  # of a person; of the others fewer, as in a city's hospitals and clinics
# Different numbers of a test. Of 46 tests with 300 numbers and more, MIMIC-III's demo has 99 at the median and 553 at
# most; of 61 labs and vital signs, MIMIC-IV's demo has 20 to 535.
NUMBERS = 300
EACH = {
    "visit_occurrence": 6,
    "condition_occurrence": 6,
    "drug_exposure": 8,
    "procedure_occurrence": 3,
    "observation": 4,
}
DOMAINS = {
    "visit_occurrence": "Visit", "condition_occurrence": "Condition", "drug_exposure": "Drug",
    "procedure_occurrence": "Procedure", "observation": "Observation", "measurement": "Measurement", "unit": "Unit",
}  # fmt: skip
_CONCEPTS = {"measurement": 600, "condition_occurrence": 800, "drug_exposure": 800, "unit": 30}
_NEW = 1_000_000_000_000  # keys of one day's rows start here, times the day
_PROVIDERS = 1000


def made(workspace: Workspace, people: int) -> None:
    """Everything up to today, a commit a bucket."""
    lake = workspace.lake
    with workspace.engine.session() as session:
        concepts(workspace, session)
        lake.commit({"provider": Append(Query(session, _select("provider", f"range({_PROVIDERS}) as r(i)", {
            "provider_id": "i", "specialty_concept_id": "38004446", "specialty_source_value": "'s' || (i % 40)",
        })))}, "providers")  # fmt: skip
        for bucket in range(BUCKETS):
            who = f"(select i * {BUCKETS} + {bucket} as person_id from range({-(-people // BUCKETS)}) as r(i))"
            commit(workspace, session, who, f"made {bucket}", MEASUREMENTS)


def borrowed(lake: Path, where: Path) -> None:
    """A workspace with the same lake, into which one may commit: data files, which never change, are hard links."""

    def linked(there: str, here: str) -> None:
        if there.endswith(".parquet"):
            os.link(there, here)
        else:
            shutil.copy2(there, here)

    shutil.copytree(lake, where, copy_function=linked, dirs_exist_ok=True)


def a_day(workspace: Workspace, people: int, day: int) -> None:
    """One day of new data: of known people, and a few who are new or have died."""
    first, some = day * _NEW, max(people // 10_000, 2)
    base = people + BUCKETS + (day - 1) * some
    with workspace.engine.session() as session:
        concepts(workspace, session)
        who = f"(select i as person_id from range({base}, {base + some}) as r(i))"
        known = f"(select cast(hash(i + {first}) % {people} as bigint) as person_id from range({people // 50}) as r(i))"
        events = {table: Upsert(Query(session, rows(table, known, 1, first))) for table in EACH}
        events["measurement"] = Upsert(Query(session, rows("measurement", known, 5, first)))
        dead = f"(select * from {known} as k limit {some})"
        session.table("dead_now", f"select distinct person_id from {dead} as d")
        died = {"death_date": f"date '{TODAY}'", "death_type_concept_id": "32817", "person_id": "person_id"}
        lake_changes = {
            **events,
            "person": Upsert(Query(session, persons(who))),
            "observation_period": Upsert(Query(session, periods(who))),
            "death": Upsert(Query(session, _select("death", "dead_now", died))),
        }
        workspace.lake.commit(lake_changes, f"day {day}")


def commit(workspace: Workspace, session: Session, who: str, batch: str, measurements: int) -> None:
    """All that there is of some people."""
    changes = {table: Append(Query(session, rows(table, who, each))) for table, each in EACH.items()}
    changes["person"] = Append(Query(session, persons(who)))
    changes["observation_period"] = Append(Query(session, periods(who)))
    changes["death"] = Append(Query(session, deaths(who)))
    workspace.lake.commit(changes, batch)
    workspace.lake.commit({"measurement": Append(Query(session, rows("measurement", who, measurements)))}, batch)


def concepts(workspace: Workspace, session: Session) -> None:
    """`used`: of each table some standard concepts of its domain, numbered."""
    workspace.vocabulary.bind(session)
    asked = [
        f"select '{table}' as of, row_number() over (order by concept_id) - 1 as place, concept_id from concept"
        f" where domain_id = '{domain}' and standard_concept = 'S'"
        f" qualify place < {_CONCEPTS.get(table, 200)}"
        for table, domain in DOMAINS.items()
    ]
    session.table("used", " union all ".join(asked))
    for table in DOMAINS:
        cells = f"select list(concept_id order by place) as ids, count(*) as many from used where of = '{table}'"
        session.table(f"used_{table}", cells)


def persons(who: str) -> str:
    """Rows of people, in whose year of birth is a hundred years."""
    return _select("person", f"{who} as w", {
        "person_id": "person_id", "year_of_birth": "1925 + cast(hash(person_id) % 100 as integer)",
        "month_of_birth": "1 + cast(hash(person_id, 1) % 12 as integer)", "day_of_birth": "1",
        "gender_concept_id": "8507 + 25 * cast(hash(person_id, 2) % 2 as integer)", "race_concept_id": "0",
        "ethnicity_concept_id": "0", "gender_source_value": "cast(hash(person_id, 2) % 2 as varchar)",
        "provider_id": f"cast(hash(person_id, 3) % {_PROVIDERS + 1} as bigint)",
    })  # fmt: skip


def periods(who: str) -> str:
    """One observation period a person."""
    return _select("observation_period", f"{who} as w", {
        "observation_period_id": "person_id", "person_id": "person_id", "period_type_concept_id": "32817",
        "observation_period_start_date": "date '2016-01-01'", "observation_period_end_date": "date '2026-11-25'",
    })  # fmt: skip


def deaths(who: str) -> str:
    """One in fifty died."""
    return _select("death", f"(select * from {who} as w where hash(person_id, 9) % 50 = 0) as w", {
        "person_id": "person_id", "death_type_concept_id": "32817",
        "death_date": "date '2020-01-01' + cast(hash(person_id, 4) % 2400 as integer)",
    })  # fmt: skip


def rows(table: str, who: str, each: int, first: int = 0) -> str:
    """`each` events of each person; `first`: where their keys start."""
    chance = "hash(person_id, n, {})".format
    number = f"{first} + cast(row_number() over () as bigint)" if first else f"person_id * {max(each, 1)} + n"
    key = f"cast(hash({number}) >> 1 as bigint)"
    if not first:  # a day's rows are new: an upsert would put those of a known key in its place
        key = f"case when {chance(11)} % 100000 = 0 then 7 else {key} end"
    visit = f"(person_id * {EACH['visit_occurrence']} + cast({chance(2)} % {EACH['visit_occurrence']} as bigint))"
    day = f"cast(date '2016-06-01' + cast({chance(3)} % 3800 as integer) as date)"
    dirty = f"case when {chance(4)} % 1000 = 0 then date '2027-05-01' when {chance(4)} % 1000 = 1"
    dirty += f" then date '1910-01-01' else {day} end"
    concept = f"case when {chance(5)} % 1000 = 0 then 0 when {chance(5)} % 1000 = 1 then 1999999999"
    concept += f" else u.ids[1 + cast({chance(6)} % greatest(u.many, 1) as integer)] end"
    columns = lake_columns(table)
    dates = {c.name: dirty for c in columns if c.type == "DATE"}
    moments = {
        c.name: f"cast({dirty} as timestamp) + interval 9 hour" for c in lake_columns(table) if c.type == "DATETIME"
    }
    concepts_of = {c.name: "32817" for c in columns if c.name.endswith("_type_concept_id")}
    name = table.partition("_")[0]
    cells = {
        **{c.name: "0" for c in columns if c.required and c.name.endswith("concept_id")},
        **dates,
        **moments,
        **concepts_of, "person_id": "person_id", f"{name}_concept_id": concept,
        f"{table}_id": key, f"{name}_source_value": f"'code ' || ({chance(6)} % 600)",
        "provider_id": f"case when {chance(7)} % 3 > 0 then cast({chance(7)} % {_PROVIDERS} as bigint) end",
        "visit_occurrence_id": f"case when {chance(8)} % 1000 = 0 then -1 else cast(hash({visit}) >> 1 as bigint) end",
    }  # fmt: skip
    if table == "visit_occurrence":
        cells["visit_occurrence_id"] = f"cast(hash({number}) >> 1 as bigint)"
    if table == "measurement":
        # the sum of three draws: about the middle there is more than at the ends
        drawn = " + ".join(f"cast({chance(by)} % {NUMBERS // 3 + 1} as integer)" for by in (10, 13, 14))
        value = f"({drawn}) / 10.0"
        unit = f"(select ids from used_unit)[1 + cast({chance(6)} % 30 as integer)]"
        cells |= {
            "value_as_number": f"case when {chance(12)} % 10 > 0 then {value} end",
            "unit_concept_id": f"case when {chance(12)} % 10 > 0 then {unit} end",
            "unit_source_value": f"'unit ' || ({chance(6)} % 30)", "value_source_value": f"cast({value} as varchar)",
            "range_low": f"{NUMBERS / 40:.1f}", "range_high": f"{NUMBERS * 3 / 40:.1f}",
        }  # fmt: skip
    source = f"(select person_id, unnest(range({each})) as n from {who} as w) as e, used_{table} as u"
    return _select(table, source, cells)


def _select(table: str, source: str, cells: dict[str, str]) -> str:
    columns = ", ".join(f"{cells.get(c.name, 'null')} as {c.name}" for c in lake_columns(table))
    return f"select {columns} from {source}"
