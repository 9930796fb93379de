"""Made-up people one by one, as the in-memory engine takes them"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medark.define.definitions import Definition
from medark.define.dummy import Dummy
from medark.define.dummy.branches import of_entries
from medark.define.memory import Record, compiled
from medark.define.tables import event_table

Columns = dict[str, list[Any]]


def records(tables: Mapping[str, Columns]) -> list[Record]:
    """The record of each person of the tables."""
    return [
        Record.of(person, {name: _of(person, name, columns) for name, columns in tables.items()})
        for person in tables["person"]["person_id"]
    ]


def _of(person: int, table: str, columns: Columns) -> Columns:
    places = [place for place, whose in enumerate(columns[event_table(table).person]) if whose == person]
    return {name: [values[place] for place in places] for name, values in columns.items()}


def answers(definition: Definition, made: Dummy, people: list[Record] | None = None) -> list[dict[str, Any]]:
    """The answers of all people, a line an entry."""
    ready = compiled(of_entries(definition), made.resolved)
    return [line for record in people or records(made.tables) for line in ready.rows(record, today=made.today)]
