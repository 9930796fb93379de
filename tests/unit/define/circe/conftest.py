"""Cohort expressions of which a test says only what matters"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from golden.circe.drawn import WHOLE, over
from medark.define import Cohort


@pytest.fixture
def read() -> Callable[..., Cohort]:
    """`read(CensoringCriteria=[…])`: the cohort of an expression that is `WHOLE` but for these parts."""
    return lambda **parts: Cohort.from_circe(over(WHOLE, parts), "a cohort")


@pytest.fixture
def read_criterion(read: Callable[..., Cohort]) -> Callable[..., Cohort]:
    """`read_criterion("Death", Age=…)`: the cohort that one criterion lets people into."""

    def cohort(kind: str, **attributes: Any) -> Cohort:
        return read(PrimaryCriteria={"CriteriaList": [{kind: attributes}]})

    return cohort


@pytest.fixture
def read_rule(read: Callable[..., Cohort]) -> Callable[..., Cohort]:
    """`read_rule(Type="ALL", …)`: the cohort with one inclusion rule, a group of criteria."""
    return lambda **group: read(InclusionRules=[{"name": "a rule", "expression": group}])
