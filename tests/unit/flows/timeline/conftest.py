"""One person with rows of every kind, another with hardly any, a doctor who sees some and one who sees all."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pyarrow as pa
import pytest

from medark.bootstrap import init_workspace
from medark.flows.gate import reader_of
from medark.flows.workspace import Workspace
from medark.model.access import Grant, Holder, Purpose, Reader, Rows
from medark.model.user import User
from medark.store.crosswalk import IDENTIFIERS, PERSONS
from unit.flows.apps.conftest import potassium, write

RICH, POOR, NOBODY = 1, 2, 99
NOW = dt.datetime(2024, 7, 1, 8)
HGB, WBC, SYSTOLIC = 3000963, 3000905, 3004249
G_L, G_DL, MMHG = 8636, 8713, 8876
NUMBER = "B0042"


def day(month: int, number: int) -> dt.date:
    return dt.date(2024, month, number)


def result(
    key: int, concept: int, at: dt.date, value: float | None, unit: int = 0, **more: object
) -> dict[str, object]:
    """A row of measurement."""
    return {
        "measurement_id": key, "person_id": RICH, "measurement_concept_id": concept, "measurement_date": at,
        "measurement_datetime": dt.datetime.combine(at, dt.time(9)), "measurement_type_concept_id": 32856,
        "value_as_number": value, "unit_concept_id": unit, **more,
    }  # fmt: skip


def tables() -> dict[str, list[dict[str, object]]]:
    """All rows."""
    of = {"person_id": RICH}
    limits = {"range_low": 3.5, "range_high": 5.3}
    values = (4.0, 4.4, 5.1, 6.8)
    return {
        "person": [
            {**of, "gender_concept_id": 8532, "year_of_birth": 1964, "month_of_birth": 7, "day_of_birth": 2},
            {"person_id": POOR, "gender_concept_id": 8507, "year_of_birth": 1990},
        ],
        "visit_occurrence": [
            {**of, "visit_occurrence_id": 10, "visit_concept_id": 9201, "visit_start_date": day(6, 20),
             "visit_end_date": day(6, 25), "visit_type_concept_id": 32817},
            {**of, "visit_occurrence_id": 11, "visit_concept_id": 9202, "visit_start_date": dt.date(2022, 1, 5),
             "visit_end_date": dt.date(2022, 1, 5), "visit_type_concept_id": 32817},
        ],
        "measurement": [
            *(potassium(RICH, value, day(6, 27 + no), key=100 + no) | limits for no, value in enumerate(values)),
            result(200, HGB, day(6, 1), 12.1, G_DL, range_low=11.5, range_high=15.0),
            result(201, HGB, day(6, 20), 98.0, G_L, range_low=115.0, range_high=150.0, unit_source_value="g/L"),
            result(202, SYSTOLIC, day(6, 20), 131.0, MMHG),
            result(203, 0, day(6, 21), None, measurement_source_value="血培养", value_source_value="阴性"),
        ],
        "condition_occurrence": [
            {**of, "condition_occurrence_id": 300 + no, "condition_concept_id": 0, "condition_type_concept_id": 32817,
             "condition_start_date": day(no + 1, 3), "condition_source_value": "I10.x00x002"}
            for no in range(3)
        ],
        "drug_exposure": [
            {**of, "drug_exposure_id": 400, "drug_concept_id": 0, "drug_exposure_start_date": day(6, 20),
             "drug_exposure_end_date": day(7, 4), "drug_type_concept_id": 32838, "drug_source_value": "阿司匹林肠溶片",
             "sig": "100 mg qd"},
        ],
        "procedure_occurrence": [
            {**of, "procedure_occurrence_id": 500, "procedure_concept_id": 0, "procedure_date": day(6, 21),
             "procedure_type_concept_id": 32817, "procedure_source_value": "胸部CT(平扫)"},
        ],
        "image_occurrence": [
            {**of, "image_occurrence_id": 600 + no, "image_occurrence_date": day(6, 21), "image_study_uid": "1.2",
             "image_series_uid": f"1.2.{no}", "modality_concept_id": 4300757}
            for no in range(3)
        ],
        "note": [
            {**of, "note_id": 700, "note_date": day(6, 25), "note_type_concept_id": 32824, "note_class_concept_id": 0,
             "note_title": "出院小结", "note_text": "血钾偏高。", "encoding_concept_id": 0, "language_concept_id": 0},
        ],
        "device_exposure": [
            {**of, "device_exposure_id": 800, "device_concept_id": 0, "device_exposure_start_date": day(6, 20),
             "device_type_concept_id": 32817, "device_source_value": "监护仪"},
        ],
        "observation": [
            {**of, "observation_id": 900, "observation_concept_id": 0, "observation_date": day(6, 20),
             "observation_type_concept_id": 32817, "observation_source_value": "吸烟", "value_as_string": "每日10支"},
        ],
    }  # fmt: skip


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """`dora` sees all that level 4 opens, `lena` level 3 of everybody, `cara` level 4 of who is in care; `nina` has
    nothing.
    """
    with init_workspace(tmp_path_factory.mktemp("timeline") / "ws", time_zone="Asia/Shanghai") as made:
        write(made, **tables())
        persons = pa.table([["k1"], [RICH]], schema=PERSONS)
        made.crosswalk.put("north", persons, identifiers=pa.table([["k1"], ["MR"], [""], [NUMBER]], schema=IDENTIFIERS))
        for name, rows, level in (("dora", Rows.ALL, 4), ("lena", Rows.ALL, 3), ("cara", Rows.CARE, 4)):
            made.ledger.users.add(User(name, organisation="north"))
            made.ledger.access.add_grant(Grant(0, Holder.USER, name, Purpose.CARE, {"*": None}, rows, level, 0))
        made.ledger.users.add(User("nina"))
        yield made


def reader(workspace: Workspace, name: str = "dora") -> Reader:
    """A user who reads for care."""
    return reader_of(workspace, name, Purpose.CARE)
