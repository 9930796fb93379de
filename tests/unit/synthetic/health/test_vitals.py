"""Vital signs: bounds, treatment, fever"""

from __future__ import annotations

import numpy as np
import pytest

from medark.synthetic.facts.read import keys, rows
from medark.synthetic.health import vitals
from medark.synthetic.health.risks import chronic

VITALS, DISEASES = keys("vitals"), keys("diseases")
_NOON = np.datetime64("2024-06-01T08:00:00")


def read(who, kind: str, reason: str = "") -> np.ndarray:
    """One value of everybody."""
    count = len(who.number)
    place = DISEASES.index(reason) if reason else -1
    when = np.full(count, _NOON)
    return vitals.values(who, who.number, np.full(count, VITALS.index(kind)), when, np.full(count, place), when)


@pytest.mark.parametrize("kind", VITALS)
def test_values_lie_in_their_bounds(town, kind: str) -> None:
    (row,) = (row for row in rows("vitals") if row["key"] == kind)
    for reason in ("", "sepsis"):
        found = read(town.patients, kind, reason)
        assert (found >= float(row["lowest"])).all()
        assert (found <= float(row["highest"])).all()


def test_diastolic_pressure_is_below_systolic(town) -> None:
    for reason in ("", "sepsis", "pre_eclampsia"):
        assert (read(town.patients, "dbp", reason) < read(town.patients, "sbp", reason) - 10).all()


def test_pressure_is_high_in_hypertension(town) -> None:
    ill = town.patients.onset[:, chronic().index("htn")] < _NOON.astype("datetime64[D]").astype(np.int64)
    grown = town.patients.birth < 8000
    found = read(town.patients, "sbp")
    assert found[ill].mean() > found[grown & ~ill].mean() + 18


def test_fever_and_breath_in_pneumonia(town) -> None:
    assert read(town.patients, "temp", "pneumonia").mean() > read(town.patients, "temp").mean() + 1
    assert read(town.patients, "spo2", "viral_pneumonia").mean() < read(town.patients, "spo2").mean() - 3


def test_weight_is_that_of_the_person(town) -> None:
    assert read(town.patients, "weight") == pytest.approx(town.patients.weight_kg, rel=0.08)
