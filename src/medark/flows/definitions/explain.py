"""Why a definition answers as it does for one person: evaluated in memory over their record"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa

from medark.define.definitions import Cohort, Definition, Measure
from medark.define.memory import ExplainedCohort, ExplainedEntry, Record, explain_cohort, explain_dataset
from medark.define.tables import TABLES
from medark.flows.definitions.concepts import sets_of
from medark.flows.definitions.run import runnable
from medark.flows.workspace import Workspace


def explain(
    workspace: Workspace, definition: Definition, person_id: int, *, today: dt.date, empty_sets: bool = False
) -> ExplainedCohort | list[ExplainedEntry]:
    """Of a cohort: which step kept each entry out, and the stays; else each variable of each entry. With evidence.

    Nothing at all is known of a person whom the lake does not have: then no entry comes back. Errors as of `run`.
    """
    asked = runnable(definition)
    with workspace.engine.session() as session:
        resolved = sets_of(workspace, session, asked, empty_sets=empty_sets)
    record = record_of(person_id, workspace.lake.person_record(person_id))
    match asked:
        case Cohort():
            return explain_cohort(asked, resolved, record, today=today)
        case Measure():
            return explain_dataset(asked.rows, resolved, record, today=today)
    return explain_dataset(asked, resolved, record, today=today)


def record_of(person_id: int, tables: dict[str, pa.Table]) -> Record:
    """A person's rows as the in-memory engine takes them."""
    held: dict[str, dict[str, list[Any]]] = {
        name: {column: table[column].to_pylist() for column in table.column_names}
        for name, table in tables.items()
        if name in TABLES
    }
    return Record.of(person_id, held)
