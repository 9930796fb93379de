"""In whose care a person was last: the organisation that a task about them is for; and the visit they are at"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Final

import pyarrow as pa

from medark.flows.gate.origins import organisations_of
from medark.flows.workspace import Workspace
from medark.govern.care import VISITS

_FEW: Final = 20  # people whose records are read one by one
_NEWEST: Final = f"""
SELECT person_id, medark_record_no FROM (
  SELECT v.person_id, v.medark_record_no, row_number() OVER (
    PARTITION BY v.person_id ORDER BY v.visit_start_date DESC NULLS LAST, v.medark_record_no DESC NULLS LAST
  ) AS place FROM {VISITS} AS v JOIN asked ON asked.person_id = v.person_id
) AS ranked WHERE place = 1
"""

_END_NOT_TOLD: Final = 32882  # OMOP type of a visit whose end is made up, for it is still open


def care_of(workspace: Workspace, person_id: int) -> str:
    """The organisation of their newest visit; "" where none is known. It says nothing of what happened there."""
    visits = workspace.lake.person_record(person_id, only={VISITS}).get(VISITS)
    if visits is None:
        return ""
    told = visits.select(["visit_start_date", "medark_record_no"]).to_pylist()
    of = organisations_of(workspace, (one["medark_record_no"] for one in told))
    known = [one for one in told if one["medark_record_no"] in of]
    newest = max(known, key=lambda one: (one["visit_start_date"] or dt.date.min, one["medark_record_no"]), default=None)
    return of[newest["medark_record_no"]] if newest else ""


def visit_at(workspace: Workspace, person_id: int, day: dt.date) -> int | None:
    """The visit_occurrence_id of the visit that a person is at on a day, of several the one that began last."""
    visits = workspace.lake.person_record(person_id, only={VISITS}).get(VISITS)
    if visits is None:
        return None
    names = ("visit_occurrence_id", "visit_start_date", "visit_end_date", "visit_type_concept_id")
    told = visits.select([*names, "visit_start_datetime"]).to_pylist()
    here = [
        one
        for one in told
        if one["visit_start_date"] <= day
        and (one["visit_type_concept_id"] == _END_NOT_TOLD or (one["visit_end_date"] or one["visit_start_date"]) >= day)
    ]
    last = max(
        here, key=lambda one: (one["visit_start_date"], one["visit_start_datetime"] or dt.datetime.min), default=None
    )
    return int(last["visit_occurrence_id"]) if last else None


def cares_of(workspace: Workspace, people: Sequence[int]) -> Mapping[int, str]:
    """The same of many at once; who is in nobody's care is left out."""
    if len(people) <= _FEW:
        return {person_id: whose for person_id in people if (whose := care_of(workspace, person_id))}
    with workspace.engine.session() as session:
        workspace.lake.snapshot().bind(session, VISITS)
        session.bind_arrow("asked", pa.table({"person_id": pa.array(people, pa.int64())}))
        newest = session.query(_NEWEST).to_pylist()
    records = {row["person_id"]: row["medark_record_no"] for row in newest if row["medark_record_no"] is not None}
    of = organisations_of(workspace, records.values())
    return {person_id: of[record_no] for person_id, record_no in records.items() if of.get(record_no)}
