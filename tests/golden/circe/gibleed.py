"""GiBleed (Eunomia): 2,694 synthetic people in OMOP tables, with a small vocabulary, as relations of one session"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from medark.define import Cohort
from medark.define.compile import compile_cohort
from medark.define.concepts import ConceptSet
from medark.define.concepts.ids import ConceptIds
from medark.define.concepts.resolve import WANTED_CODE, WANTED_CONCEPT, Member, resolve_query, resolved, wanted_concepts
from medark.define.memory import Record
from medark.define.nodes import InConcepts
from medark.define.tables import TABLES
from medark.flows.definitions.plans import make, rows
from medark.model import omop
from medark.model.table import Column, Type
from medark.sql.render import render
from medark.store.engine import Session

TODAY = dt.date(2019, 7, 3)  # the last day of observation
_VOCABULARY = ("concept", "concept_ancestor", "concept_relationship")
_WANTED = (("set_no", pa.int32()), ("item_no", pa.int32()), ("concept_id", pa.int32()), ("descendants", pa.bool_()),
           ("mapped", pa.bool_()), ("excluded", pa.bool_()))  # fmt: skip
_CODES = (("set_no", pa.int32()), ("item_no", pa.int32()), ("vocabulary", pa.string()), ("code", pa.string()),
          ("prefix", pa.bool_()), ("excluded", pa.bool_()))  # fmt: skip
_TYPES = {Type.INTEGER: "INTEGER", Type.BIGINT: "BIGINT", Type.FLOAT: "DOUBLE", Type.TEXT: "VARCHAR", Type.DATE: "DATE",
          Type.DATETIME: "TIMESTAMP", Type.BOOLEAN: "BOOLEAN"}  # fmt: skip
Stay = tuple[int, dt.date, dt.date]  # person, first and last day


def bind(session: Session, folder: Path) -> None:
    """Name the tables of the data set, their columns cast to what the lake holds; a table that it has not is empty.

    Rows without a key are left out: a table without rows holds one row of nothing.
    """
    for table in (*TABLES, *_VOCABULARY):
        path = folder / f"{table}.parquet"
        given = pq.read_table(path) if path.exists() else pa.table({"NOTHING": pa.array([], pa.string())})
        given = given.rename_columns([name.lower() for name in given.column_names])
        session.bind_arrow(f"given_{table}", given)
        cells = [_cast(column, given.column_names) for column in omop.lake_columns(table)]
        held = f" WHERE {TABLES[table].key} IS NOT NULL" if table in TABLES and path.exists() else ""
        session.table(table, f"SELECT {', '.join(cells)} FROM given_{table}{held}")


def _cast(column: Column, given: list[str]) -> str:
    return f"CAST({column.name if column.name in given else 'NULL'} AS {_TYPES[column.type]}) AS {column.name}"


def concept_sets(cohorts: Iterable[Cohort]) -> list[ConceptSet]:
    """All concept sets of cohorts, each once."""
    return list(dict.fromkeys(node.concepts for one in cohorts for node in one.walk() if isinstance(node, InConcepts)))


def resolve(session: Session, sets: list[ConceptSet]) -> Mapping[ConceptSet, ConceptIds]:
    """What the small vocabulary makes of them. One that it knows nothing of comes to nothing, and matches nothing."""
    session.bind_arrow(WANTED_CONCEPT.name, _table(_WANTED, wanted_concepts(sets)))
    session.bind_arrow(WANTED_CODE.name, _table(_CODES, []))
    answer = session.query(render(resolve_query(), session.dialect))
    members = map(Member, *(answer[name].to_pylist() for name in Member._fields))
    return resolved(sets, members, allow_empty=True)


def stays(session: Session, cohort: Cohort, ids: Mapping[ConceptSet, ConceptIds]) -> list[Stay]:
    """The stays of a cohort, in order."""
    plan = compile_cohort(cohort, ids, today=TODAY)
    make(session, plan)
    return sorted(_stays(rows(session, plan.result)))


def _stays(found: pa.Table) -> Iterator[Stay]:
    columns = (found[name].to_pylist() for name in ("person_id", "entry_start", "entry_end"))
    for person_id, start, end in zip(*columns, strict=True):
        yield person_id, start.date(), end.date()


def _table(columns: tuple[tuple[str, pa.DataType], ...], given: list[tuple[object, ...]]) -> pa.Table:
    cells = list(zip(*given, strict=True)) or [()] * len(columns)
    return pa.table({name: pa.array(values, kind) for (name, kind), values in zip(columns, cells, strict=True)})


def records(session: Session, condition: str) -> list[Record]:
    """The people for whom a condition holds, as records."""
    held: dict[int, dict[str, dict[str, list[object]]]] = defaultdict(dict)
    for table, spec in TABLES.items():
        if spec.person != "person_id":
            continue
        found = session.query(f"SELECT * FROM {table} WHERE {condition}")
        for person_id in set(found["person_id"].to_pylist()):
            own = found.filter(pc.equal(found["person_id"], person_id))
            held[person_id][table] = {name: own[name].to_pylist() for name in own.column_names}
    return [Record.of(person_id, tables) for person_id, tables in sorted(held.items())]
