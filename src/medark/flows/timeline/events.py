"""What happened once: encounters, procedures, imaging studies, notes; the newest first, a page at a time"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from medark.flows.timeline.names import UNKNOWN, Named, Names
from medark.flows.timeline.nouns import Event
from medark.flows.timeline.rows import NEVER, Longs, Rows, moment
from medark.flows.timeline.window import Page, Window, newest_first

OrganisationOf = Callable[[Iterable[int]], Mapping[int, str]]


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table says what, when and until when. `concepts`: the first that has a name is what it is called, the
    others add to it; `of_one`: the column whose rows are one event (the study of imaging).
    """

    table: str
    key: str
    concepts: tuple[str, ...]
    moment: str
    day: str
    until: str = ""
    until_day: str = ""
    texts: tuple[str, ...] = ()  # the first that says something is the name where no concept has one
    body: str = ""
    of_one: str = ""


EVENTS: Final = {
    "encounters": Columns(
        "visit_occurrence", "visit_occurrence_id", ("visit_concept_id",), "visit_start_datetime", "visit_start_date",
        "visit_end_datetime", "visit_end_date"),
    "procedures": Columns(
        "procedure_occurrence", "procedure_occurrence_id", ("procedure_concept_id", "procedure_source_concept_id"),
        "procedure_datetime", "procedure_date", texts=("procedure_source_value",)),
    "imaging": Columns(
        "image_occurrence", "image_occurrence_id", ("modality_concept_id", "anatomic_site_concept_id"), "",
        "image_occurrence_date", of_one="image_study_uid"),
    "notes": Columns(
        "note", "note_id", ("note_class_concept_id", "note_type_concept_id"), "note_datetime", "note_date",
        texts=("note_title",), body="note_text"),
}  # fmt: skip


def spans_of(rows: Rows, columns: Columns) -> tuple[Longs, Longs]:
    """Start and end of each row; what has no end of its own ends as it begins."""
    start = rows.moments(columns.moment, columns.day)
    until = rows.moments(columns.until, columns.until_day) if columns.until else start
    return start, np.maximum(start, until)


def events(
    held: Window, columns: Columns, names: Names, language: str, organisations: OrganisationOf, page: Page
) -> tuple[tuple[Event, ...], int]:
    """The events of a page, marked ones first, then the newest; and how many there are at all."""
    if not len(held):
        return (), 0
    rows, order = held.rows, newest_first(held.start, held.is_marked)
    times = np.ones(len(order), np.int64)
    if columns.of_one:
        order, times = _one_of_each(rows, columns, order)
    shown = page.of(order)
    told = rows.of(
        shown, columns.key, *columns.concepts, *columns.texts, *filter(None, (columns.body,)), "medark_record_no"
    )
    named = names.of({row[one] or 0 for row in told for one in columns.concepts})
    whose = organisations(row["medark_record_no"] for row in told if row["medark_record_no"])
    until = rows.moments(columns.until, columns.until_day)[shown].tolist() if columns.until else [NEVER] * len(shown)
    found = []
    begun = held.start[shown].tolist()
    for no, at, row, ends, count in zip(shown.tolist(), begun, told, until, page.of(times).tolist(), strict=True):
        name, detail = _called(row, columns, named, language)
        found.append(
            Event(
                table=columns.table,
                key=row[columns.key] or 0,
                at=moment(at),
                name=name,
                until=None if ends == NEVER else moment(ends),
                detail=detail,
                organisation=whose.get(row["medark_record_no"], ""),
                concept_id=row[columns.concepts[0]] or 0,
                count=count,
                text=row[columns.body] if columns.body else None,
                is_marked=bool(held.is_marked[no]),
            )
        )
    return tuple(found), len(order)


def _one_of_each(rows: Rows, columns: Columns, order: Longs) -> tuple[Longs, Longs]:
    """Of rows that are one event the first in this order, and how many they are."""
    numbers, _ = rows.texts(columns.of_one)
    _, firsts, counts = np.unique(numbers[order], return_index=True, return_counts=True)
    there = np.argsort(firsts)
    return order[firsts[there]], counts[there]


def _called(row: Mapping[str, Any], columns: Columns, named: Mapping[int, Named], language: str) -> tuple[str, str]:
    """What an event is called, and what else is to be said of it."""
    of_concepts = [named.get(row[one] or 0, UNKNOWN).in_(language) for one in columns.concepts]
    words = [one for one in (*of_concepts, *(row[one] or "" for one in columns.texts)) if one]
    if columns.texts and columns.body:  # the title of a note says more than its class
        words = words[::-1]
    return (words[0], " · ".join(dict.fromkeys(words[1:]))) if words else ("", "")
