"""Why a definition answers as it does for one person: evaluated in memory over their record"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

from medark.define.answers import digest, reads
from medark.define.definitions import Cohort, Definition, Measure, Tally
from medark.define.memory import ExplainedCohort, ExplainedEntry, Record, explain_cohort, explain_dataset
from medark.define.tables import TABLES, event_table
from medark.errors import DefinitionError
from medark.flows.definitions.concepts import sets_of
from medark.flows.definitions.run import runnable
from medark.flows.gate import About, Reads, decide, person
from medark.flows.workspace import Workspace
from medark.model.access import Reader


def explain(
    workspace: Workspace,
    reader: Reader,
    definition: Definition,
    person_id: int,
    *,
    today: dt.date,
    empty_sets: bool = False,
) -> ExplainedCohort | list[ExplainedEntry]:
    """Of a cohort: which step kept each entry out, and the stays; else each variable of each entry. With evidence.

    Nothing at all is known of a person whom the lake does not have, or whom the reader does not see: then no entry
    comes back. Errors as of `run`.
    """
    asked = runnable(definition)
    if isinstance(asked, Tally):
        raise DefinitionError("a tally says nothing of anybody", fix="medark run, over everything")
    with workspace.engine.session() as session:
        resolved = sets_of(workspace, session, asked, empty_sets=empty_sets)
    about = About("explain", digest(asked), {"name": asked.name})
    record = record_of(person_id, person(workspace, reader, person_id, _read(workspace, reader, asked), about))
    match asked:
        case Cohort():
            return explain_cohort(asked, resolved, record, today=today)
        case Measure():
            return explain_dataset(asked.rows, resolved, record, today=today)
    return explain_dataset(asked, resolved, record, today=today)


def _read(workspace: Workspace, reader: Reader, definition: Definition) -> Reads:
    """What a definition reads, and the keys by which its evidence is named where the reader may see them."""
    asked = reads(definition)
    views = decide(workspace, reader, asked).views
    keys = {table: event_table(table).key for table, view in views.items() if event_table(table).key in view.columns}
    return {table: columns | {keys[table]} if table in keys else columns for table, columns in asked.items()}


def record_of(person_id: int, tables: dict[str, pa.Table]) -> Record:
    """A person's rows as the in-memory engine takes them; rows without a key are numbered in the order they lie in."""
    held: dict[str, dict[str, list[Any]]] = {}
    for name, table in tables.items():
        if name in TABLES:
            numbers = {event_table(name).key: list(range(table.num_rows))}
            held[name] = numbers | {column: table[column].to_pylist() for column in table.column_names}
    return Record.of(person_id, held)
