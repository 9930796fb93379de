"""Small people for tests: only what a case is about is written down"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from medark.define import Dataset, everyone
from medark.define.concepts import concepts
from medark.define.concepts.ids import ConceptIds, ResolvedSets
from medark.define.language.series import Series
from medark.define.memory import Record, compiled, plainly_compiled

TODAY = dt.date(2024, 3, 1)
NOTHING: ResolvedSets = {}
POTASSIUM, ASPIRIN, BLEEDING = concepts("potassium", 1), concepts("aspirin", 2), concepts("bleeding", 3, 4)
RESOLVED: ResolvedSets = {
    POTASSIUM: ConceptIds(frozenset({1}), frozenset({11})),
    ASPIRIN: ConceptIds(frozenset({2})),
    BLEEDING: ConceptIds(frozenset({3, 4})),
}


def d(month: int, day: int, hour: int | None = None, minute: int = 0) -> Any:
    """A day of 2024, or a time of it."""
    return dt.date(2024, month, day) if hour is None else dt.datetime(2024, month, day, hour, minute)


def lab(key: int, start: Any, value: float | None = None, concept: int = 1, **more: Any) -> dict[str, Any]:
    """A measurement."""
    is_time = isinstance(start, dt.datetime)
    when = {"measurement_date": start.date() if is_time else start, "measurement_datetime": start if is_time else None}
    told = {"measurement_id": key, "measurement_concept_id": concept, "value_as_number": value}
    return {"table": "measurement"} | told | when | more


def drug(key: int, start: Any, end: Any = None, concept: int = 2, **more: Any) -> dict[str, Any]:
    """A drug exposure."""
    told = {"drug_exposure_id": key, "drug_concept_id": concept}
    return {"table": "drug_exposure"} | told | {"drug_exposure_start_date": start, "drug_exposure_end_date": end} | more


def ill(key: int, start: Any, concept: int = 3) -> dict[str, Any]:
    """A condition."""
    told = {"condition_occurrence_id": key, "condition_concept_id": concept, "condition_start_date": start}
    return {"table": "condition_occurrence"} | told


def stay(key: int, start: Any, end: Any, concept: int = 9201) -> dict[str, Any]:
    """A visit."""
    told = {"visit_occurrence_id": key, "visit_concept_id": concept}
    return {"table": "visit_occurrence"} | told | {"visit_start_date": start, "visit_end_date": end}


def person(*events: Mapping[str, Any], person_id: int = 7, **more: Any) -> Record:
    """The record of one person, born in 1960 unless `more` says otherwise."""
    tables: dict[str, list[Mapping[str, Any]]] = {"person": [{"person_id": person_id, "year_of_birth": 1960} | more]}
    for event in events:
        tables.setdefault(event["table"], []).append({k: v for k, v in event.items() if k != "table"})
    return Record.of(person_id, {table: columns(rows) for table, rows in tables.items()})


def columns(rows: list[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Rows as columns."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def told(record: Record, value: Series, *, on: dt.date | None = None, today: dt.date = TODAY) -> Any:
    """The value for a person on a day, plainly and quickly."""
    dataset = Dataset(everyone(on), {"value": value})
    plain, quick = (make(dataset, RESOLVED).rows(record, today=today) for make in (plainly_compiled, compiled))
    assert plain == quick
    assert len(plain) == 1
    return plain[0]["value"]
