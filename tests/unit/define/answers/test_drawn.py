"""What is said of definitions unrun, for definitions drawn over every kind of node."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from equivalence.answers import RESOLVED, TODAY, differences, records
from equivalence.drawing import seeded
from equivalence.world import world
from medark.define.answers import TIME, Trigger, describe, digest, from_json, to_json, triggers
from medark.define.definitions import Definition
from medark.define.memory import Record, compiled
from medark.define.tables import event_table

DRAWN = range(240)  # the seeds
BLOCKS = [DRAWN[first : first + 40] for first in DRAWN[::40]]


def drawn(seed: int) -> Definition:
    """A dataset, a cohort, a score or a measure."""
    draw = seeded(seed)
    kinds = (draw.dataset, draw.cohort, draw.score, draw.measure)
    return kinds[seed % len(kinds)]()


@pytest.mark.parametrize("seeds", BLOCKS)
def test_what_is_written_is_read_back_as_it_was(seeds: range) -> None:
    for definition in map(drawn, seeds):
        text = to_json(definition)
        read = from_json(text)
        assert read == definition
        assert to_json(read) == text
        assert digest(read) == digest(definition)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("seeds", BLOCKS)
def test_everything_that_can_be_drawn_can_be_told(seeds: range, language: str) -> None:
    for definition in map(drawn, seeds):
        told = describe(definition, language)
        assert definition.name in told
        assert len(told) < 60 * len(to_json(definition))


def matches(row: dict[str, Any], table: str, trigger: Trigger) -> bool:
    """Is the row of a table one of those that a trigger names?"""
    if trigger.table != table or trigger.concepts is None:
        return trigger.table == table
    spec, ids = event_table(table), RESOLVED[trigger.concepts]
    column, wanted = (spec.source_concept, ids.source) if trigger.source else (spec.concept, ids.standard)
    return row.get(column) in wanted


def arrivals(seed: int, record: Record, fires: frozenset[Trigger]) -> list[tuple[str, dict[str, Any]]]:
    """Rows of another world that match no trigger, as new ones of this person."""
    found = []
    for table, columns in world(seed).items():
        spec = event_table(table)
        for cells in zip(*columns.values(), strict=True):
            row = {**dict(zip(columns, cells, strict=True)), spec.person: record.person_id}
            if spec.key != spec.person and not any(matches(row, table, one) for one in fires):
                found.append((table, {**row, spec.key: row[spec.key] + 10**9}))
    return found


@pytest.mark.parametrize("seeds", [range(first, first + 40) for first in (1000, 1040, 1080)])
def test_rows_that_match_no_trigger_change_nothing(seeds: range) -> None:
    came = 0
    for seed in seeds:
        dataset, chance = seeded(seed).dataset(), Random(seed)
        ready, fires = compiled(dataset, RESOLVED), triggers(dataset) - {TIME}
        for record in records(world(seed)):
            new = arrivals(seed + 1, record, fires)
            more = record
            for table, row in chance.sample(new, k=min(8, len(new))):
                more, came = more.with_rows(table, [row]), came + 1
            before, after = (ready.rows(one, today=TODAY) for one in (record, more))
            assert differences(before, after) == [], seed
    assert came > 500  # or nothing was shown
