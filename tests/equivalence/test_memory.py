"""In memory: the quick way answers as the plain way does"""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from equivalence.answers import differences, in_memory, plainly
from equivalence.drawing import datasets
from equivalence.world import world
from medark.define.definitions import Dataset


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(dataset=datasets(), seed=st.integers(0, 1 << 20))
def test_quick_is_plain(dataset: Dataset, seed: int) -> None:
    tables = world(seed)
    assert differences(in_memory(dataset, tables), plainly(dataset, tables)) == []
