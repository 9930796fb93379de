"""In whose care many are is what is said of each of them alone."""

from __future__ import annotations

import datetime as dt

from medark.flows.gate import care_of as module
from medark.flows.workspace import Workspace
from unit.flows.apps import conftest as apps

made, workspace = apps.made, apps.workspace


def test_many_at_once_are_each_alone(workspace: Workspace, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Thirty people with two visits each; the newest counts, of two on one day the one that came in last."""
    people = range(1, 31)
    monkeypatch.setattr(
        module, "organisations_of", lambda _, numbers: {n: f"house {n % 3}" for n in numbers if n is not None and n % 7}
    )
    rows = [
        {"visit_occurrence_id": 1000 * k + n, "person_id": n, "visit_start_date": dt.date(2024, 1 + k, 1 + n % 2 * k),
         "visit_type_concept_id": 32817, "visit_concept_id": 9202, "visit_end_date": dt.date(2024, 3, 1),
         "medark_record_no": 7 * n + k + 1}
        for n in people if n % 5 for k in (0, 1)
    ]  # fmt: skip
    apps.write(workspace, visit_occurrence=rows)
    alone = {n: whose for n in people if (whose := module.care_of(workspace, n))}
    assert module.cares_of(workspace, list(people)) == alone
    assert len(alone) == 24
