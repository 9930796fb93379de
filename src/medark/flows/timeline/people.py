"""Who is meant by a number of a hospital's, who was looked at lately, and how people are told apart in a list"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from medark.errors import AccessError, UsageError
from medark.flows.gate import About, decide, person
from medark.flows.gate.origins import organisations_of
from medark.flows.gate.parts import book_of, now_ms
from medark.flows.timeline.names import names
from medark.flows.timeline.opened import NEEDED
from medark.flows.timeline.reading import ACTION, age
from medark.flows.timeline.rows import NEVER, Rows, moment
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.access import Reader
from medark.model.access import Rows as Whose
from medark.model.audit import Act, Outcome, Verdict

SEARCH: Final = "people.search"
_LISTED: Final = About("people.list")
# What opens the hospital's number of a person opens the search by it: they say the same of who somebody is.
NUMBER: Final = ("person", "person_source_value")
_LONGEST: Final = 200  # characters of a number
_MASKED: Final = N_("numbers are behind a mask for you, so that you can't search by them")


@dataclass(frozen=True, slots=True)
class Seen:
    """One person in a list. `at_ms`: when the reader looked at them last, of those who were looked at lately."""

    person_id: int = field(repr=False)
    age: int | None = field(repr=False)
    born: int | None = field(repr=False)
    sex: str
    last_visit: dt.datetime | None = field(repr=False)
    organisations: tuple[str, ...]
    at_ms: int | None = None


def known_by(workspace: Workspace, reader: Reader, value: str, system: str | None = None) -> frozenset[int]:
    """The people who are known by a number; nobody for a reader to whom numbers are masked. AccessError for one who
    may not see such numbers. Whether the reader sees anything of them is not asked here.
    """
    table, column = NUMBER
    reads = {table: frozenset({"person_id", column})}
    if not _may_see_numbers(workspace, reader):
        person(workspace, reader, 0, reads, About(SEARCH))  # by the gate, so that the audit has it
        return frozenset()
    return frozenset(workspace.crosswalk.find(value, system=system))


def _may_see_numbers(workspace: Workspace, reader: Reader) -> bool:
    """Are they granted, and not behind a mask?"""
    table, column = NUMBER
    found = decide(workspace, reader, {table: frozenset({"person_id", column})})
    return found.allowed and found.views[table].columns.get(column) is None


def search(workspace: Workspace, reader: Reader, value: str) -> tuple[int, ...]:
    """The people who are known by a number, and whom the reader sees or could open in an emergency, by person_id. The
    audit has the search and whom it found, never the number. UsageError for none; AccessError.
    """
    number = value.strip()
    if not number or len(number) > _LONGEST:
        raise UsageError(N_("type a patient number or an identity number"), fix="B000000378")
    there = known_by(workspace, reader, number)
    if not there and not _may_see_numbers(workspace, reader):
        raise AccessError(_MASKED, user=reader.user)
    shown = tuple(sorted(one for one in there if _is_for(workspace, reader, one)))
    act = Act(
        SEARCH, reader.user, reader.organisation, reader.purpose, reads={NUMBER[0]: (NUMBER[1],)},
        verdict=Verdict.ALLOWED, outcome=Outcome.DONE, rows=len(shown),
    )  # fmt: skip
    book_of(workspace).write(act, shown)
    return shown


def _is_for(workspace: Workspace, reader: Reader, person_id: int) -> bool:
    """Is the person seen; or, by who may open a record in an emergency, not kept from them by a refusal?"""
    if person(workspace, reader, person_id, {"person": frozenset({"person_id"})}, About(SEARCH)):
        return True
    views = decide(workspace, reader, {"person": None}).views.values()
    is_refused = person_id in book_of(workspace).refused(reader, now_ms(), person_id)
    return not is_refused and any(Whose.CARE in view.rows for view in views)


def seen(
    workspace: Workspace, reader: Reader, person_ids: Iterable[int], today: dt.date, language: str,
    about: About = _LISTED,
) -> list[Seen]:  # fmt: skip
    """Those of some people whom the reader sees, in the order in which they are named."""
    tables = ("person", "visit_occurrence")
    views = {one: decide(workspace, reader, {one: None}) for one in tables}
    reads = {
        one: frozenset(NEEDED[one]) & found.views[one].columns.keys() for one, found in views.items() if found.allowed
    }
    if "person" not in reads:
        return []
    found = []
    for person_id in dict.fromkeys(person_ids):
        record = person(workspace, reader, person_id, reads, about)
        if "person" in record:
            found.append(
                _seen(workspace, person_id, {one: Rows(rows) for one, rows in record.items()}, today, language)
            )
    return found


def _seen(workspace: Workspace, person_id: int, record: dict[str, Rows], today: dt.date, language: str) -> Seen:
    (told,) = record["person"].of(np.array([0]), "year_of_birth", "month_of_birth", "day_of_birth", "gender_concept_id")
    sex = told["gender_concept_id"] or 0
    visits = record.get("visit_occurrence")
    last = NEVER if visits is None else int(visits.moments("visit_start_datetime", "visit_start_date").max())
    numbers = [rows.longs("medark_record_no") for rows in record.values()]
    organisations = organisations_of(workspace, np.unique(np.concatenate(numbers)).tolist())
    return Seen(
        person_id, age(told, today), told["year_of_birth"], names(workspace).of([sex])[sex].in_(language),
        None if last == NEVER else moment(last), tuple(sorted(set(organisations.values()))),
    )  # fmt: skip


def lately(workspace: Workspace, reader: Reader, most: int) -> list[tuple[int, int]]:
    """The people whose timelines the reader looked at last, and when (ms since 1970, UTC): the newest first."""
    found: list[tuple[int, int]] = workspace.ledger.audit.lately(reader.user, ACTION, most)
    return found
