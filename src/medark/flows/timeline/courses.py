"""What is had, taken or worn again and again: diagnoses, medicines, devices, observations, by concept"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from medark.flows.timeline.names import UNKNOWN, Names
from medark.flows.timeline.nouns import Course, Marked
from medark.flows.timeline.rows import NEVER, Longs, Rows, concepts, grouped, moment

_SPANS: Final = 80  # of a course, that are drawn


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table says what, when and until when; and what else is told of the last row."""

    table: str
    key: str
    concept: str
    source_concept: str
    source_text: str
    moment: str
    day: str
    until: str = ""
    details: tuple[str, ...] = ()  # columns of text or number
    named: tuple[str, ...] = ()  # columns of concepts


COURSES: Final = {
    "diagnoses": Columns(
        "condition_occurrence", "condition_occurrence_id", "condition_concept_id", "condition_source_concept_id",
        "condition_source_value", "condition_start_datetime", "condition_start_date", "condition_end_date",
        named=("condition_status_concept_id",)),
    "medicines": Columns(
        "drug_exposure", "drug_exposure_id", "drug_concept_id", "drug_source_concept_id", "drug_source_value",
        "drug_exposure_start_datetime", "drug_exposure_start_date", "drug_exposure_end_date",
        ("sig",), ("route_concept_id",)),
    "devices": Columns(
        "device_exposure", "device_exposure_id", "device_concept_id", "device_source_concept_id",
        "device_source_value", "device_exposure_start_datetime", "device_exposure_start_date",
        "device_exposure_end_date"),
    "observations": Columns(
        "observation", "observation_id", "observation_concept_id", "observation_source_concept_id",
        "observation_source_value", "observation_datetime", "observation_date", "",
        ("value_as_string", "value_as_number", "value_source_value"), ("value_as_concept_id",)),
}  # fmt: skip


def spans_of(rows: Rows, columns: Columns) -> tuple[Longs, Longs]:
    """Start and end of each row; what has no end of its own ends as it begins."""
    start = rows.moments(columns.moment, columns.day)
    until = rows.moments("", columns.until) if columns.until else start
    return start, np.maximum(start, until)


def courses(
    rows: Rows, columns: Columns, marked: Marked, since_ms: int | None, names: Names, language: str
) -> tuple[tuple[Course, ...], int]:
    """The courses since a moment (and those that are marked): marked first, then what began last. And how many of the
    rows that are to be marked were found.
    """
    start, end = spans_of(rows, columns)
    is_marked = rows.is_in(columns.key, marked.get(columns.table, frozenset()))
    if since_ms is not None:
        within = (end >= since_ms) | is_marked
        rows, start, end, is_marked = rows.where(within), start[within], end[within], is_marked[within]
    if not len(rows):
        return (), 0
    keys, words = concepts(rows, columns.concept, columns.source_concept, columns.source_text)
    groups = grouped(keys, start)
    last = groups.order[groups.ends - 1]
    told = rows.of(last, columns.source_text, *columns.details, *columns.named)
    until = _until(rows, columns)[last].tolist()
    named = names.of({*keys.tolist(), *(row[one] or 0 for row in told for one in columns.named)})
    starts, ends = start[groups.order].tolist(), end[groups.order].tolist()
    marks = np.add.reduceat(is_marked[groups.order].astype(np.int64), groups.starts).tolist()
    found = []
    for no, (first, stop) in enumerate(zip(groups.starts.tolist(), groups.ends.tolist(), strict=True)):
        key, row = int(keys[last[no]]), told[no]
        name = named.get(key, UNKNOWN)
        found.append(
            Course(
                table=columns.table,
                concept_id=max(key, 0),
                name=name.in_(language) or (words[-1 - key] if key < 0 else "") or row[columns.source_text] or "",
                code=name.code or row[columns.source_text] or "",
                count=stop - first,
                first=moment(starts[first]),
                last=moment(starts[stop - 1]),
                until=None if until[no] == NEVER else moment(until[no]),
                detail=_detail(row, columns, [named.get(row[one] or 0, UNKNOWN).in_(language) for one in columns.named]),
                spans=list(zip(starts[first:stop], ends[first:stop], strict=True))[-_SPANS:],
                marked=marks[no],
            )
        )
    return tuple(sorted(found, key=lambda one: (not one.marked, -one.last.timestamp(), one.name))), int(is_marked.sum())


def _until(rows: Rows, columns: Columns) -> Longs:
    return rows.moments("", columns.until) if columns.until else np.full(len(rows), NEVER)


def _detail(row: dict[str, Any], columns: Columns, named: Sequence[str]) -> str:
    """What else the last row says, each thing once."""
    told = [*named, *(_written(row[one]) for one in columns.details)]
    return " · ".join(dict.fromkeys(one for one in told if one))


def _written(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
