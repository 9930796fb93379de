"""The tables that hold what happened to people: which columns say when, what and in which visit"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from medark.define.kinds import Kind
from medark.errors import DefinitionError
from medark.model import omop
from medark.model.table import Column, Type

_KINDS = {
    Type.INTEGER: Kind.WHOLE, Type.BIGINT: Kind.KEY, Type.FLOAT: Kind.NUMBER, Type.TEXT: Kind.TEXT,
    Type.DATE: Kind.DATE, Type.DATETIME: Kind.DATETIME, Type.BOOLEAN: Kind.TRUTH,
}  # fmt: skip
_QUANTITIES = frozenset({"value_as_number", "range_low", "range_high"})


@dataclass(frozen=True, slots=True)
class EventTable:
    """One table of the model as definitions see it. A column that it does not have is ''.

    `key` tells its rows apart and settles ties. `start` and `end` are dates; `start_time` and `end_time` the same with
    the time of day, which may be missing.
    """

    name: str
    key: str
    start: str = ""
    start_time: str = ""
    end: str = ""
    end_time: str = ""
    concept: str = ""
    source_concept: str = ""
    visit: str = ""

    @property
    def person(self) -> str:
        return omop.person_column(self.name) or ""


def _events(name: str, stem: str, concept: str, **more: str) -> EventTable:
    """A table of events whose columns follow the usual pattern."""
    columns = set(omop.tables()[name].column_names)
    single = f"{stem}_date" in columns
    first = f"{stem}_date" if single else f"{stem}_start_date"
    usual = {
        "key": omop.tables()[name].primary_key or "",
        "start": first,
        "start_time": first + "time",
        "end": f"{stem}_end_date",
        "end_time": f"{stem}_end_datetime",
        "concept": f"{concept}_concept_id",
        "source_concept": f"{concept}_source_concept_id",
        "visit": "visit_occurrence_id",
    }
    held = {role: column for role, column in usual.items() if column in columns}
    return EventTable(name, **(held | more))


TABLES: Mapping[str, EventTable] = {
    table.name: table
    for table in (
        EventTable("person", key="person_id"),
        EventTable("death", key="person_id", start="death_date", start_time="death_datetime",
                   concept="cause_concept_id", source_concept="cause_source_concept_id"),
        _events("observation_period", "observation_period", "period_type"),
        _events("visit_occurrence", "visit", "visit"),
        _events("visit_detail", "visit_detail", "visit_detail"),
        _events("condition_occurrence", "condition", "condition"),
        _events("drug_exposure", "drug_exposure", "drug"),
        _events("procedure_occurrence", "procedure", "procedure", start="procedure_date",
                start_time="procedure_datetime"),
        _events("device_exposure", "device_exposure", "device"),
        _events("measurement", "measurement", "measurement"),
        _events("observation", "observation", "observation"),
        _events("specimen", "specimen", "specimen"),
        _events("note", "note", "note_class"),
        _events("note_nlp", "nlp", "note_nlp"),
        _events("image_occurrence", "image_occurrence", "modality"),
        _events("episode", "episode", "episode"),
        _events("payer_plan_period", "payer_plan_period", "payer"),
        _events("condition_era", "condition_era", "condition"),
        _events("drug_era", "drug_era", "drug"),
        _events("dose_era", "dose_era", "drug"),
        EventTable("cost", key="cost_id", concept="cost_type_concept_id"),
    )
}  # fmt: skip


def event_table(name: str) -> EventTable:
    """The table called `name`; DefinitionError with the nearest names if there is none."""
    if name not in TABLES:
        raise DefinitionError(f"there is no table {name!r} of events", fix=nearest(name, TABLES))
    return TABLES[name]


def column_kind(table: str, column: str) -> Kind:
    """The kind of a stored column; DefinitionError with the nearest names if the table has none such."""
    columns = _columns(event_table(table).name)
    if column not in columns:
        raise DefinitionError(f"{table} has no column {column!r}", fix=nearest(column, columns))
    if column in _QUANTITIES:
        return Kind.QUANTITY
    is_key = column.endswith("_concept_id") or columns[column].references is not None
    return Kind.KEY if is_key else _KINDS[columns[column].type]


def nearest(word: str, words: object) -> str:
    """The words most like `word`, as a hint; the first few of all where none is like it."""
    known = sorted(words)  # type: ignore[call-overload]
    return ", ".join(get_close_matches(word, known, n=3, cutoff=0.5) or known[:12])


@cache
def _columns(table: str) -> Mapping[str, Column]:
    return {column.name: column for column in omop.lake_columns(table)}
