"""Scores, measures and what triggers a definition, drawn at random"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from hypothesis import given

from equivalence.answers import RESOLVED, TODAY, differences, disagreements, in_memory
from equivalence.drawing import SEEDS, DrawnDefinitions, cases, datasets, drawn
from equivalence.sessions import on_engine
from equivalence.world import Tables, world
from medark.define.answers import Trigger, triggers
from medark.define.definitions import Dataset, Measure
from medark.define.tables import TABLES, EventTable
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
    tables, found = world(seed), triggers(dataset)
    more = {name: _with_rows(name, columns, world(seed + 1), found) for name, columns in tables.items()}
    assert differences(in_memory(dataset, more), in_memory(dataset, tables)) == []


def _with_rows(name: str, columns: dict[str, list[Any]], other: Tables, found: frozenset[Trigger]) -> Any:
    """A table with those rows of the other world that match no trigger, under keys of their own."""
    spec = TABLES[name]
    if name in ("person", "death"):  # whose key is the person
        return columns
    new = [row for row in _rows(other.get(name, {})) if not any(_matches(one, spec, row) for one in found)]
    own = [{**row, spec.key: row[spec.key] + 1_000_000} for row in new]
    return {column: [*cells, *(row[column] for row in own)] for column, cells in columns.items()}


def _matches(trigger: Trigger, spec: EventTable, row: dict[str, Any]) -> bool:
    if trigger.table != spec.name:
        return False
    if trigger.concepts is None:
        return True
    ids = RESOLVED[trigger.concepts]
    concept = row.get(spec.source_concept if trigger.source else spec.concept)
    return concept in (ids.source if trigger.source else ids.standard)


def _rows(columns: dict[str, list[Any]]) -> Iterator[dict[str, Any]]:
    return (dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True))
