"""A table as one reader sees it: as portable SQL over the lake's rows, and row by row in plain Python as its oracle"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from medark.govern.masks import masked, masked_sql
from medark.govern.rows import AnyRule, LevelOf, Relation, Row, child_is_hidden, needed, protected, rules
from medark.model.access import TableView
from medark.model.omop import lake_columns, person_column
from medark.model.table import Type

Names = Mapping[str, str]  # what a session calls tables and relations: each name of ours to the one it is under
Facts = Mapping[str, Container[Any]]
ROW: Final = "r"


def asked_columns(table: str, view: TableView, asked: Collection[str] | None) -> tuple[str, ...]:
    """Those of the view's columns that are asked for, in the table's order; one where only rows are counted."""
    shown = [column.name for column in lake_columns(table) if column.name in view.columns]
    wanted = [name for name in shown if asked is None or name in asked]
    return tuple(wanted or shown[:1])


def view_sql(
    table: str,
    view: TableView,
    level_of: LevelOf,
    names: Names,
    *,
    asked: Collection[str] | None = None,
    empty: Collection[str] = (),
) -> str:
    """Portable SQL of the governed view: columns with masks, rows that pass. `names[table]` is the lake's own table.

    `empty`: relations that nothing is in (their rules are left out, and they need no name).
    """
    columns = asked_columns(table, view, asked)
    found = rules(table, view, level_of, empty)
    childs = set[str]()
    if Relation.CHILD not in needed(found) | frozenset(empty):
        childs = {column for column in columns if child_is_hidden(table, column, view, level_of)}
    types = {column.name: column.type for column in lake_columns(table)}
    cells = ", ".join(_cell(column, types[column], view.columns[column], column in childs) for column in columns)
    joined = f" LEFT JOIN {names[Relation.CHILD]} AS k ON k.person_id = {ROW}.{person_column(table)}" if childs else ""
    conditions = " AND ".join(rule.sql(names, ROW) for rule in found)
    kept = f" WHERE {conditions}" if conditions else ""
    return f"SELECT {cells} FROM {names[table]} AS {ROW}{joined}{kept}"


def relations_of(
    table: str, view: TableView, level_of: LevelOf, asked: Collection[str] | None = None
) -> frozenset[Relation]:
    """The relations that the view of a table needs."""
    found = needed(rules(table, view, level_of))
    if any(child_is_hidden(table, c, view, level_of) for c in asked_columns(table, view, asked)):
        found |= {Relation.CHILD}
    return found


def hidden_era_sql(level: int, names: Names) -> str:
    """Whose rows of condition_occurrence are hidden, and of which concept: eras of those are hidden, too."""
    source = f"SELECT {ROW}.person_id, {ROW}.condition_concept_id AS concept_id"
    source += f" FROM {names['condition_occurrence']} AS {ROW} WHERE "
    return " UNION ".join(source + rule.broken_sql(names, ROW) for rule in protected("condition_occurrence", level))


def shut_location_sql(view: TableView, level_of: LevelOf, names: Names, empty: Collection[str] = ()) -> str:
    """Where people live, none of whom the view's reader sees."""
    conditions = " AND ".join(rule.sql(names, "s") for rule in rules("person", view, level_of, empty)) or "TRUE"
    people = names["person"]
    return (
        f"SELECT DISTINCT p.location_id FROM {people} AS p LEFT JOIN"
        f" (SELECT DISTINCT s.location_id FROM {people} AS s WHERE {conditions}) AS seen"
        " ON seen.location_id = p.location_id WHERE p.location_id IS NOT NULL AND seen.location_id IS NULL"
    )


def seen(
    table: str,
    view: TableView,
    level_of: LevelOf,
    rows: Iterable[Row],
    facts: Facts,
    asked: Collection[str] | None = None,
) -> Iterator[dict[str, Any]]:
    """The same in plain Python: of a table's rows those that pass, with the columns that are asked for and shown."""
    cells = [(column, plain_cell(table, column, view)) for column in asked_columns(table, view, asked)]
    childs = {column for column, _ in cells if child_is_hidden(table, column, view, level_of)}
    person = person_column(table)
    found = rules(table, view, level_of)
    for row in rows:
        if all(rule.keeps(row, facts) for rule in found):
            is_child = bool(childs) and person is not None and row[person] in facts[Relation.CHILD]
            yield {c: None if is_child and c in childs else shown(row[c]) for c, shown in cells}


def plain_cell(table: str, column: str, view: TableView) -> Callable[[Any], Any]:
    """What a view shows of one value of a column."""
    name = view.columns[column]
    if name is None:
        return lambda value: value
    kind = next(c.type for c in lake_columns(table) if c.name == column)
    return lambda value: masked(name, value, kind)


def hidden_eras(level: int, rows: Iterable[Row], facts: Facts) -> frozenset[tuple[int, int]]:
    """The same as `hidden_era_sql` in plain Python, of rows of condition_occurrence."""
    found: Sequence[AnyRule] = protected("condition_occurrence", level)
    return frozenset(
        (row["person_id"], row["condition_concept_id"])
        for row in rows
        if not all(rule.keeps(row, facts) for rule in found)
    )


def shut_locations(view: TableView, level_of: LevelOf, people: Sequence[Row], facts: Facts) -> frozenset[int]:
    """The same as `shut_location_sql` in plain Python, of rows of person."""
    found = rules("person", view, level_of)
    open_ = {row["location_id"] for row in people if all(rule.keeps(row, facts) for rule in found)}
    return frozenset(row["location_id"] for row in people) - open_ - {None}


def _cell(column: str, kind: Type, name: str | None, is_childs: bool) -> str:
    value = f"{ROW}.{column}"
    if name is not None:
        return f"{masked_sql(name, value, kind)} AS {column}"
    return f"CASE WHEN k.person_id IS NULL THEN {value} END AS {column}" if is_childs else f"{value} AS {column}"
