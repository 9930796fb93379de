"""Cohort expressions of ATLAS mean what Circe makes of them: every case, on every engine"""

from __future__ import annotations

import pytest

from golden.circe import drawn
from medark.define.memory import compiled
from spec.drawn import TODAY
from spec.engines import records, resolved

CASES = drawn.cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_stays_are_as_drawn_in_memory(case: drawn.Case) -> None:
    assert case.about
    ready = compiled(case.dataset, resolved(case.dataset))
    rows = [row for record in records(case.tables) for row in ready.rows(record, today=TODAY)]
    assert drawn.answered(rows) == case.stays
