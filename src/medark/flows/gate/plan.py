"""How a table's view is applied to rows at hand: worked out once for a decision, the same for every person"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from medark.flows.gate.decide import Standing
from medark.govern.rows import AnyRule, Relation, child_is_hidden, needed, rules
from medark.govern.views import asked_columns, plain_cell, relations_of
from medark.model.access import TableView
from medark.model.omop import person_column


@dataclass(frozen=True, slots=True)
class Plan:
    """Of one table. `columns`: what is shown, in order; `masked`: what is shown of a value, where not the value.

    `of_person`: rules that ask whose a row is, and nothing else; `of_rows`: the others. `relations`: what they all ask
    of; `behind`: what the view asks of beside. `childs`: the columns that are not shown of a child.
    """

    table: str
    person: str
    view: TableView
    columns: tuple[str, ...]
    masked: Mapping[str, Callable[[Any], Any]]
    childs: frozenset[str]
    of_person: tuple[AnyRule, ...]
    of_rows: tuple[AnyRule, ...]
    relations: frozenset[Relation]
    behind: frozenset[Relation]


def plan_of(standing: Standing, table: str, asked: Collection[str] | None) -> Plan:
    """The plan of a table of people's rows that the decision allows, kept with the decision."""
    key = (table, None if asked is None else frozenset(asked))
    found: Plan | None = standing.plans.get(key)
    if found is None:
        found = standing.plans[key] = _made(standing, table, asked)
    return found


def _made(standing: Standing, table: str, asked: Collection[str] | None) -> Plan:
    view, level_of, person = standing.decision.views[table], standing.level_of, person_column(table) or ""
    found, columns = rules(table, view, level_of), asked_columns(table, view, asked)
    return Plan(
        table,
        person,
        view,
        columns,
        {name: plain_cell(table, name, view) for name in columns if view.columns[name] is not None},
        frozenset(name for name in columns if child_is_hidden(table, name, view, level_of)),
        tuple(rule for rule in found if rule.columns == (person,)),
        tuple(rule for rule in found if rule.columns != (person,)),
        needed(found),
        relations_of(table, view, level_of, asked),
    )
