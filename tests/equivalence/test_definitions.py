"""Scores, measures and what triggers a definition, drawn at random"""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given

from equivalence.answers import RESOLVED, TODAY, disagreements, in_memory
from equivalence.arrivals import changes
from equivalence.drawing import SEEDS, DrawnDefinitions, cases, datasets, drawn
from equivalence.sessions import on_engine
from equivalence.world import world
from medark.define.definitions import Dataset, Measure
from medark.store.engine import Session

PARTS = {"denominator": "in_denominator", "excluded": "excluded", "numerator": "in_numerator"}


def scored(draw: DrawnDefinitions) -> Dataset:
    return draw.score().on(draw.population())


@cases(150)
@given(dataset=drawn(scored), seed=SEEDS)
def test_scores_agree(duckdb: Session, dataset: Dataset, seed: int) -> None:
    assert disagreements(duckdb, dataset, world(seed)) == []


@cases(200)
@given(measure=drawn(DrawnDefinitions.measure), seed=SEEDS)
def test_measures_count_the_same(duckdb: Session, measure: Measure, seed: int) -> None:
    tables = world(seed)
    counts: dict[tuple[Any, ...], Counter[str]] = {} if measure.groups else {(): Counter()}
    for row in in_memory(measure.rows, tables):
        group = tuple(row[name] for name in measure.groups)
        counts.setdefault(group, Counter()).update({part: row[held] for part, held in PARTS.items()})
    found = {
        tuple(row[name] for name in measure.groups): {part: row[part] for part in PARTS}
        for row in on_engine(duckdb, measure, tables, RESOLVED, TODAY)
    }
    assert found == {group: {part: count[part] for part in PARTS} for group, count in counts.items()}


@cases(400)
@given(dataset=datasets(), seed=SEEDS)
def test_rows_that_trigger_nothing_change_nothing(dataset: Dataset, seed: int) -> None:
    assert changes(dataset, world(seed), world(seed + 1)) == []
