"""Lineage held against what breaks: a column is taken away, the real pipeline runs, and the lake is looked at

What changes: the rows of a table that hold a value in a column, each row known by the place it came from, as a
multiset. So a column changes where one of its cells does, and every column of a table where a row comes or goes.

Nothing that changes may be missing of the impact, whatever data are drawn. Over data that take every branch which the
map leaves open (`small_source.live`), nothing else may be in it either. One thing lineage can't know: that an end
worked out of a start and a supply is never before that start (`drug_exposure.sql`), so a supply is said to decide rows.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from medark.bootstrap import open_workspace
from medark.catalog.lineage.graph import Graph
from medark.flows.lineage import landed, staged, uses
from medark.flows.maps import maps_of
from medark.model.lineage import ROWS, Asset, How, Layer
from medark.model.omop import tables
from medark.sdk import App, Publish
from unit.flows.lineage import small_source
from unit.flows.lineage.conftest import Contents, Lake

Column = tuple[str, str]
SOURCE = "north/small"
FIELDS = [(table, column) for table, columns in small_source.COLUMNS.items() for column in columns[:-1]]
STUDY = (*uses.ENTRY, *(one.name for one in small_source.STUDY.columns))  # type: ignore[union-attr]
ARITHMETIC = ("result", "days")


@pytest.fixture(scope="module")
def graph(ready: object) -> Graph:
    with open_workspace(ready, {}) as opened:  # type: ignore[arg-type]
        own = maps_of(opened)["small"]
        found = list(staged.targets(own, "small", small_source.COLUMNS, opened.places.maps))
    study = uses.edges_of("app", App(datasets=(Publish("study", small_source.STUDY, {"en": "a study"}, {}),)))
    edges = [*study, *staged.edges_of(SOURCE, found), *landed.edges_of(SOURCE, staged.relations(found))]
    return Graph([*edges, *landed.derived_edges()])


@pytest.fixture(scope="module")
def whole(lake_of: Lake) -> Contents:
    return lake_of(small_source.live())


def changed(before: Contents, after: Contents) -> set[Column]:
    return {column for column in {*before, *after} if before.get(column) != after.get(column)}


def told(graph: Graph, field: Column) -> dict[Column, How]:
    """The impact of a field as columns: where it decides rows, every column of the table."""
    found: dict[Column, How] = {}
    touched = graph.downstream(Asset(Layer.FIELD, f"{SOURCE}/{field[0]}", field[1]))
    for one in sorted(touched, key=lambda one: -one.how.rank):
        if one.alone and one.asset.layer in (Layer.COLUMN, Layer.DATASET):
            of = one.asset.of.removeprefix("app/")
            every = tables()[of].column_names if one.asset.layer is Layer.COLUMN else STUDY
            columns = every if one.asset.name == ROWS else (one.asset.name,)
            found |= dict.fromkeys(((of, column) for column in columns), one.how)
    return found


@pytest.mark.parametrize("field", [one for one in FIELDS if one != ARITHMETIC], ids=".".join)
def test_the_impact_of_a_column_is_exactly_what_changes_without_it(
    lake_of: Lake, graph: Graph, whole: Contents, field: Column
) -> None:
    """Every other column is not taken away but called otherwise: no map reads it any more."""
    called = f"{field[1]}_2" if FIELDS.index(field) % 2 else ""
    assert changed(whole, lake_of(small_source.live(), field, called)) == set(told(graph, field))


def test_what_only_arithmetic_rules_out_is_told_all_the_same(lake_of: Lake, graph: Graph, whole: Contents) -> None:
    found = changed(whole, lake_of(small_source.live(), ARITHMETIC))
    too_many = set(told(graph, ARITHMETIC)) - found
    assert found <= set(told(graph, ARITHMETIC))
    assert {table for table, _ in too_many} <= {"drug_exposure", "drug_era", "observation_period"}
    assert ("drug_exposure", "days_supply") in found


def test_a_column_that_no_map_reads_changes_nothing(graph: Graph) -> None:
    assert not told(graph, ("patient", "mark_p"))


@given(seed=st.integers(0, 2**16), field=st.sampled_from(FIELDS), share=st.sampled_from((0.1, 0.4, 0.8)))
@settings(
    max_examples=5, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=[Phase.generate]
)
def test_nothing_that_changes_is_missing_whatever_came(
    lake_of: Lake, graph: Graph, seed: int, field: Column, share: float
) -> None:
    given_ = drawn(random.Random(seed), share)
    assert not changed(lake_of(given_), lake_of(given_, field)) - set(told(graph, field))


def drawn(chance: random.Random, share: float) -> small_source.Tables:
    """Some of the rows, with some cells empty, and some that hold what another row's does."""
    live = small_source.live()
    return {table: list(_drawn_rows(chance, rows, share)) for table, rows in live.items()}


def _drawn_rows(chance: random.Random, rows: small_source.Rows, share: float) -> Iterator[dict[str, str]]:
    for row in rows:
        if chance.random() < share:
            other: Mapping[str, str] = chance.choice(rows)
            yield {
                name: "" if chance.random() < 0.05 else other.get(name, "") if chance.random() < 0.1 else value
                for name, value in row.items()
            }
