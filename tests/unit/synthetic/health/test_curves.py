"""Curves over age: they rise, and their means over bands are the published values"""

from __future__ import annotations

import numpy as np
import pytest

from medark.synthetic.facts.read import rows
from medark.synthetic.health.curves import AGES, incidence, prevalence
from medark.synthetic.health.risks import chronic


@pytest.mark.parametrize("disease", chronic())
def test_prevalence_begins_at_nothing_and_never_falls(disease: str) -> None:
    curve = prevalence(disease)
    assert (curve[:, 0] <= 0.03).all()
    assert (np.diff(curve, axis=1) >= 0).all()
    assert curve.max() < 1


def test_band_means_are_the_published_ones() -> None:
    ages = np.arange(18.5, 75)
    for disease in ("htn", "t2dm", "gout", "osteoporosis", "heart_failure", "lung_cancer", "fatty_liver"):
        for row in rows("prevalence"):
            low, high = float(row["from_age"]), float(row["to_age"]) + 1
            if row["disease"] == disease and high <= 75:
                curve = np.interp(ages, AGES, prevalence(disease)["MF".index(row["sex"])])
                made = curve[(ages > low) & (ages < high)].mean()
                assert made == pytest.approx(float(row["prevalence"]), rel=0.12, abs=2e-4), row["key"]


def test_incidence_is_a_step_a_band() -> None:
    found = incidence("heart_failure")
    assert found is not None
    assert found[0, AGES == 70] == 0.009
    assert found[0, AGES == 10] == 0
    assert incidence("htn") is None
