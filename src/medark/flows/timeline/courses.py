"""What is had, taken or worn again and again: diagnoses, medicines, devices, observations, by concept"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from medark.flows.timeline.names import UNKNOWN, Names
from medark.flows.timeline.nouns import Course
from medark.flows.timeline.rows import NEVER, Longs, Rows, concepts, grouped, moment
from medark.flows.timeline.window import Page, Window, newest_first

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
    is_disease: bool = False


COURSES: Final = {
    "diagnoses": Columns(
        "condition_occurrence", "condition_occurrence_id", "condition_concept_id", "condition_source_concept_id",
        "condition_source_value", "condition_start_datetime", "condition_start_date", "condition_end_date",
        named=("condition_status_concept_id",), is_disease=True),
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


def courses(held: Window, columns: Columns, names: Names, language: str, page: Page) -> tuple[tuple[Course, ...], int]:
    """The courses of a page, marked ones first, then what began last; and how many there are at all."""
    if not len(held):
        return (), 0
    keys, _ = concepts(held.rows, columns.concept, columns.source_concept, columns.source_text)
    groups = grouped(keys, held.start)
    marks = groups.sums(held.is_marked)
    order = newest_first(held.start[groups.last], marks)
    shown = page.of(order)
    last = groups.last[shown]
    told = held.rows.of(last, columns.source_text, *columns.details, *columns.named)
    until = held.rows.moments("", columns.until)[last].tolist() if columns.until else [NEVER] * len(last)
    named = names.of({*keys[last].tolist(), *(row[one] or 0 for row in told for one in columns.named)})
    words = [row[columns.source_text] or "" for row in told]
    unnamed = [word for key, word in zip(keys[last].tolist(), words, strict=True) if not named.get(key, UNKNOWN).en]
    diseases = names.of_diseases(unnamed) if columns.is_disease and unnamed else {}
    firsts, lasts = held.start[groups.first[shown]].tolist(), held.start[last].tolist()
    found = []
    for no, key, first, begun, ends, row, word in zip(
        shown.tolist(), keys[last].tolist(), firsts, lasts, until, told, words, strict=True
    ):
        rows = groups.rows(no)
        name = named.get(key, UNKNOWN)
        if not name.en and word in diseases:
            name = replace(diseases[word], code=word)
        found.append(
            Course(
                table=columns.table,
                concept_id=max(key, 0),
                name=name.in_(language) or word,
                code=name.code or word,
                count=len(rows),
                first=moment(first),
                last=moment(begun),
                until=None if ends == NEVER else moment(ends),
                detail=_detail(row, columns, [named[row[one] or 0].in_(language) for one in columns.named]),
                spans=list(zip(held.start[rows[-_SPANS:]].tolist(), held.end[rows[-_SPANS:]].tolist(), strict=True)),
                marked=int(marks[no]),
            )
        )
    return tuple(found), len(order)


def _detail(row: dict[str, Any], columns: Columns, named: Sequence[str]) -> str:
    """What else the last row says, each thing once."""
    told = [*named, *(_written(row[one]) for one in columns.details)]
    return " · ".join(dict.fromkeys(one for one in told if one))


def _written(value: object) -> str:
    return "" if value is None else f"{value:g}" if isinstance(value, float) else str(value)
