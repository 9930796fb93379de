"""People with type 2 diabetes, written into a lake: a diagnosis each, and an HbA1c of those who were tested."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from medark.flows.workspace import Workspace
from unit.flows.apps.conftest import LAB, write

_DIABETES, _HBA1C, _PERCENT, _EHR = 201826, 3004410, 8554, 32817


def write_diabetes(workspace: Workspace, hba1c: Mapping[int, float | None]) -> None:
    """person_id → their last HbA1c in per cent; None for who was never tested."""
    code = next(iter(workspace.vocabulary.lookup("ICD10CM", ["E11.9"]).values())).source_concept_id
    tested = {person_id: value for person_id, value in hba1c.items() if value is not None}
    write(
        workspace,
        condition_occurrence=[_diagnosis(person_id, code) for person_id in hba1c],
        measurement=[_result(person_id, value) for person_id, value in tested.items()],
    )


def _diagnosis(person_id: int, code: int) -> dict[str, object]:
    return {
        "condition_occurrence_id": 500 + person_id,
        "person_id": person_id,
        "condition_concept_id": _DIABETES,
        "condition_source_concept_id": code,
        "condition_start_date": dt.date(2023, 1, 1 + person_id % 28),
        "condition_type_concept_id": _EHR,
    }


def _result(person_id: int, value: float) -> dict[str, object]:
    return {
        "measurement_id": 9000 + person_id,
        "person_id": person_id,
        "measurement_concept_id": _HBA1C,
        "measurement_date": dt.date(2024, 6, 1 + person_id % 28),
        "measurement_type_concept_id": LAB,
        "value_as_number": value,
        "unit_concept_id": _PERCENT,
    }
