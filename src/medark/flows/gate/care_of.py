"""In whose care a person was last: the organisation that a task about them is for"""

from __future__ import annotations

import datetime as dt

from medark.flows.gate.origins import organisations_of
from medark.flows.workspace import Workspace
from medark.govern.care import VISITS


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
