"""What makes it quick changes no answer: drawn definitions on drawn people, plainly and quickly"""

from __future__ import annotations

import math
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from medark.define.definitions import Dataset
from medark.define.definitions.variables import Variable
from medark.define.memory import Record, compiled, plainly_compiled
from medark.define.nodes import Value
from unit.define.memory.drawn import KINDS, RESOLVED, TODAY, populations, records, values

slow = settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return type(one) is type(other) and one == other


@slow
@given(
    records(), populations(), st.lists(st.sampled_from(KINDS).flatmap(lambda kind: values(kind, None, 3)), max_size=3)
)
def test_the_answers_are_the_plain_ones(record: Record, population: Any, drawn: list[Value]) -> None:
    dataset = Dataset(population, tuple(Variable(f"v{no}", value) for no, value in enumerate(drawn)))
    plain = plainly_compiled(dataset, RESOLVED).rows(record, today=TODAY)
    quick = compiled(dataset, RESOLVED).rows(record, today=TODAY)
    assert len(plain) == len(quick)
    for one, other in zip(plain, quick, strict=True):
        assert one.keys() == other.keys()
        assert all(alike(one[name], other[name]) for name in one), (one, other)
