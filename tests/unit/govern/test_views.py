"""A governed view in SQL gives the rows that the same rules give in plain Python, on DuckDB and on Spark"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import pyarrow as pa
import pytest

from medark.govern.care import VISITS, in_care_sql, is_in_care, since
from medark.govern.levels import sensitivity
from medark.govern.masks import MASKS
from medark.govern.protected import CHILDREN_SQL, MOST, hidden_codes, is_child, youngest_adult
from medark.govern.rows import Relation, is_about_people, needed, protected, rules
from medark.govern.signs import PROVIDERS, SITES
from medark.govern.views import (
    asked_columns,
    hidden_era_sql,
    hidden_eras,
    relations_of,
    seen,
    shut_location_sql,
    shut_locations,
    view_sql,
)
from medark.model.access import Rows, TableView
from medark.model.omop import lake_columns, tables
from medark.sql.linter import lint
from medark.sql.render import render
from medark.store.duckdb import DuckDB
from medark.store.engine import Session
from medark.store.spark import Spark
from unit.govern import drawn_rows
from unit.govern.drawn_rows import PEOPLE, TODAY, Row

TABLES = {
    "person": 12, "condition_occurrence": 60, "condition_era": 60, "observation": 60, "death": 8, "measurement": 40,
    "procedure_occurrence": 30, "note_nlp": 30, "visit_occurrence": 30, "location": 5, "care_site": 4, "cost": 20,
    "drug_exposure": 40, "drug_era": 20, "note": 40, "visit_detail": 20, "provider": 6, "specimen": 10, "episode": 10,
    "event_count": 30,
}  # fmt: skip
HIDDEN_CONCEPTS = {1: {10, 11, 12}, 2: {10, 11, 12}, 3: {10, 11}, 4: {10}, 5: set()}


def drawn_view(chance: Random, table: str) -> TableView:
    level = chance.choice((1, 2, 3, 3, 4, 4, 5))
    columns: dict[str, str | None] = {}
    for column in lake_columns(table):
        masks = [name for name, mask in MASKS.items() if column.type in mask.types]
        mask = chance.choice(masks) if chance.random() < 0.15 else None
        if mask or sensitivity(table, column.name).level <= level:
            columns[column.name] = mask
    rows = chance.choice(({Rows.ALL}, {Rows.CARE}, {Rows.ORGANISATION}, {Rows.CARE, Rows.ORGANISATION}))
    return TableView(columns, frozenset(rows), level)


def facts_of(chance: Random, lake: Mapping[str, list[Row]], view: TableView) -> dict[str, Any]:
    """What the relations hold, worked out in plain Python."""
    own = set(chance.sample(range(1, 9), chance.randrange(6)))
    born = ("year_of_birth", "month_of_birth", "day_of_birth")
    visits = {p: [v for v in lake[VISITS] if v["person_id"] == p] for p in PEOPLE}
    first = since(TODAY, 365)
    found: dict[str, Any] = {
        Relation.OWN_RECORD: own,
        Relation.IN_CARE: {p for p in PEOPLE if is_in_care(visits[p], own, TODAY, first)},
        Relation.REFUSED: set(chance.sample(PEOPLE, chance.randrange(4))),
        Relation.CHILD: {row["person_id"] for row in lake["person"] if is_child(*(row[b] for b in born), TODAY)},
        Relation.HIDDEN_CODE: hidden_codes(view.level),
        Relation.HIDDEN_CONCEPT: HIDDEN_CONCEPTS[view.level],
        Relation.HIDDEN_SITE: SITES.hidden(lake["care_site"], frozenset(HIDDEN_CONCEPTS[view.level]), view.level),
        Relation.HIDDEN_PROVIDER: PROVIDERS.hidden(
            lake["provider"], frozenset(HIDDEN_CONCEPTS[view.level]), view.level
        ),
    }
    found[Relation.HIDDEN_ERA] = hidden_eras(view.level, lake["condition_occurrence"], found)
    found[Relation.SHUT_LOCATION] = shut_locations(view, sensitivity, lake["person"], found)
    return found


class Asked:
    """A lake in a session: relations made by SQL where there is SQL for it."""

    def __init__(self, session: Session, lake: Mapping[str, list[Row]]) -> None:
        self.session = session
        for table, rows in lake.items():
            session.bind_arrow(f"base_{table}", drawn_rows.arrow(table, rows))
        self.names = {table: f"base_{table}" for table in lake} | {relation: str(relation) for relation in Relation}

    def bind(self, view: TableView, facts: Mapping[str, Any]) -> None:
        for relation, column in (
            (Relation.OWN_RECORD, "record_no"), (Relation.REFUSED, "person_id"), (Relation.HIDDEN_CODE, "code"),
            (Relation.HIDDEN_CONCEPT, "concept_id"), (Relation.HIDDEN_SITE, "care_site_id"),
            (Relation.HIDDEN_PROVIDER, "provider_id"),
        ):  # fmt: skip
            kind = pa.string() if column == "code" else pa.int64()
            self.session.bind_arrow(relation, pa.table({column: pa.array(sorted(facts[relation]), kind)}))
        self.table(Relation.CHILD, CHILDREN_SQL.format(person="base_person"), youngest_adult=youngest_adult(TODAY))
        self.table(Relation.IN_CARE, in_care_sql(self.names), today=TODAY, since=since(TODAY, 365))
        if view.level < MOST:
            self.table(Relation.HIDDEN_ERA, hidden_era_sql(view.level, self.names))
        self.table(Relation.SHUT_LOCATION, shut_location_sql(view, sensitivity, self.names))

    def table(self, name: str, sql: str, **parameters: Any) -> None:
        assert lint(sql) == (), sql
        self.session.table(name, render(sql, self.session.dialect, parameters))

    def rows(self, sql: str) -> list[Row]:
        assert lint(sql) == (), sql
        return self.session.query(render(sql, self.session.dialect)).to_pylist()


def counted(rows: Iterator[Row] | list[Row]) -> Counter[tuple[tuple[str, str], ...]]:
    return Counter(tuple((name, repr(value)) for name, value in row.items()) for row in rows)


def check(chance: Random, asked: Asked, lake: Mapping[str, list[Row]], table: str) -> int:
    view = drawn_view(chance, table)
    if not view.columns:
        return 0
    facts = facts_of(chance, lake, view)
    asked.bind(view, facts)
    columns = chance.choice((None, set(chance.sample(sorted(view.columns), min(4, len(view.columns)))), set()))
    empty = [relation for relation, held in facts.items() if not held and chance.random() < 0.5]
    sql = view_sql(table, view, sensitivity, asked.names, asked=columns, empty=empty)
    found = asked.rows(sql)
    assert counted(found) == counted(seen(table, view, sensitivity, lake[table], facts, columns))
    return len(lake[table]) - len(found)


@pytest.mark.parametrize("seed", range(12))
def test_a_view_is_what_its_rules_say_on_duckdb(seed: int, tmp_path: Any) -> None:
    chance = Random(seed)
    lake = drawn_rows.lake(chance, TABLES)
    with DuckDB(tmp_path, memory="300MB", threads=1).session() as session:
        asked = Asked(session, lake)
        hidden = sum(check(chance, asked, lake, table) for table in TABLES for _ in range(3))
    assert hidden > 100  # the rules that were drawn do hide


def test_a_view_is_what_its_rules_say_on_spark(spark: Spark) -> None:
    chance = Random(2026)
    lake = drawn_rows.lake(chance, TABLES)
    with spark.session() as session:
        asked = Asked(session, lake)
        hidden = sum(check(chance, asked, lake, table) for table in TABLES)
    assert hidden > 10


@pytest.mark.parametrize("table", tables())
def test_every_relation_that_a_view_names_is_told(table: str) -> None:
    for level in range(1, 6):
        for rows in Rows:
            view = TableView({c.name: None for c in lake_columns(table)}, frozenset({rows}), level)
            named = relations_of(table, view, sensitivity)
            names = {relation: str(relation) for relation in named} | {table: "base"}
            assert lint(view_sql(table, view, sensitivity, names)) == ()
            assert needed(rules(table, view, sensitivity)) <= named
            assert bool(named) <= is_about_people(table)


def test_where_only_rows_are_counted_a_view_has_one_column() -> None:
    view = TableView({"person_id": None, "year_of_birth": "decade"}, frozenset({Rows.ALL}), 3)
    assert asked_columns("person", view, ()) == ("person_id",)
    assert asked_columns("person", view, None) == ("person_id", "year_of_birth")


def test_the_highest_level_sees_what_is_protected() -> None:
    assert protected("condition_occurrence", MOST) == () != protected("condition_occurrence", MOST - 1)
