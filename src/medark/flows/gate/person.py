"""The one way to one person's rows: decided, read without an engine, written to the audit, and only then given"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from medark.flows.gate.decide import Reads, Standing, standing
from medark.flows.gate.hidden import hidden_concepts, hidden_places
from medark.flows.gate.origins import own_records
from medark.flows.gate.parts import book_of, day_of, now_ms
from medark.flows.gate.plan import Plan, plan_of
from medark.flows.gate.reading import About
from medark.flows.gate.refused import refusal
from medark.flows.workspace import Workspace
from medark.govern.care import VISIT_COLUMNS, VISITS, is_in_care, since
from medark.govern.protected import hidden_codes, is_child
from medark.govern.rows import AnyRule, Relation, Words, needed, protected
from medark.govern.signs import PROVIDERS, SITES, tells
from medark.govern.views import asked_columns, hidden_eras
from medark.model.access import Reader, TableView
from medark.model.audit import Act, Outcome, Verdict
from medark.model.omop import person_column
from medark.store.lake import Snapshot

_PERSON_READ = About("person")
_BORN = ("year_of_birth", "month_of_birth", "day_of_birth")
# The tables that a relation is worked out of.
_BEHIND = {
    Relation.CHILD: "person", Relation.IN_CARE: VISITS, Relation.HIDDEN_ERA: "condition_occurrence",
}  # fmt: skip


def person(
    workspace: Workspace,
    reader: Reader,
    person_id: int,
    tables: Collection[str] | Reads,
    about: About = _PERSON_READ,
    at_ms: int | None = None,
) -> dict[str, pa.Table]:
    """A person's rows as a reader sees them, by table; tables without any are left out, as for a person who is not.

    `tables`: names, or names with the columns that are asked for. Errors as of `reading`.
    """
    reads: Reads = tables if isinstance(tables, Mapping) else dict.fromkeys(tables)
    moment = now_ms() if at_ms is None else at_ms
    found = standing(workspace, reader, reads, moment, person_id)
    shown: dict[str, pa.Table] = {}
    if found.decision.allowed:
        plans = [plan_of(found, table, asked) for table, asked in reads.items() if person_column(table) is not None]
        snapshot = workspace.lake.snapshot()
        wanted = {*(plan.table for plan in plans), *_behind(plans)}
        record = workspace.lake.person_record(person_id, snapshot, wanted)
        facts = _Facts(workspace, found, snapshot, record, person_id, moment)
        shown = {plan.table: rows for plan in plans if (rows := _seen(plan, record, facts)) is not None}
    book_of(workspace).write(_read(found, about, reads, shown), [person_id])
    if not found.decision.allowed:
        raise refusal(found)
    return shown


def _behind(plans: Iterable[Plan]) -> Iterator[str]:
    """The tables that rules ask of, beside those that are wanted."""
    for plan in plans:
        yield from (_BEHIND[relation] for relation in plan.behind if relation in _BEHIND)


def _read(found: Standing, about: About, reads: Reads, shown: Mapping[str, pa.Table]) -> Act:
    reader, decision = found.reader, found.decision
    columns = {
        table: asked_columns(table, decision.views[table], asked) if decision.allowed else tuple(sorted(asked or ()))
        for table, asked in reads.items()
    }
    return Act(
        about.action, reader.user, reader.organisation, reader.purpose, reader.app, about.definition, columns,
        Verdict.ALLOWED if decision.allowed else Verdict.REFUSED, decision.reason,
        Outcome.DONE if decision.allowed else None,
        sum(rows.num_rows for rows in shown.values()) if decision.allowed else None, detail=about.detail,
    )  # fmt: skip


@dataclass(frozen=True)
class _Facts:
    """What rules ask of one person, each worked out when the first rule asks it."""

    workspace: Workspace
    standing: Standing
    snapshot: Snapshot
    record: Mapping[str, pa.Table]
    person_id: int
    at_ms: int
    known: dict[tuple[Relation, int], Container[Any]] = field(default_factory=dict)

    def of(self, view: TableView, asked: Iterable[Relation]) -> dict[str, Container[Any]]:
        """The relations of a view, as far as they concern this person: those about conditions go by its level."""
        found: dict[str, Container[Any]] = {}
        for relation in asked:
            key = (relation, view.level)
            if key not in self.known:
                self.known[key] = self._relation(relation, view)
            found[relation] = self.known[key]
        return found

    def _relation(self, relation: Relation, view: TableView) -> Container[Any]:
        match relation:
            case Relation.OWN_RECORD:
                return self.own_records
            case Relation.IN_CARE:
                return self._if(self.in_care)
            case Relation.REFUSED:
                return self.standing.refused
            case Relation.CHILD:
                return self._if(self.is_child)
            case Relation.HIDDEN_CONCEPT:
                return hidden_concepts(self.workspace, view.level)
            case Relation.HIDDEN_CODE:
                return hidden_codes(view.level)
            case Relation.HIDDEN_SITE:
                return hidden_places(self.workspace, self.snapshot, SITES, view.level)
            case Relation.HIDDEN_PROVIDER:
                return hidden_places(self.workspace, self.snapshot, PROVIDERS, view.level)
            case Relation.HIDDEN_ERA:
                return self._hidden_eras(view)
        return frozenset()  # a location is not a person's row

    def _if(self, holds: bool) -> frozenset[int]:
        return frozenset({self.person_id}) if holds else frozenset()

    @cached_property
    def own_records(self) -> Container[int]:
        return own_records(self.workspace, self.standing.reader.organisation)

    @cached_property
    def in_care(self) -> bool:
        today = day_of(self.workspace, self.at_ms)
        first = since(today, self.workspace.settings.access.care_days)
        visits = _rows(self.record.get(VISITS), VISIT_COLUMNS)
        return self.person_id in self.standing.reader.broken_glass or is_in_care(visits, self.own_records, today, first)

    @cached_property
    def is_child(self) -> bool:
        today = day_of(self.workspace, self.at_ms)
        born = _rows(self.record.get("person"), _BORN)
        return any(is_child(one[_BORN[0]], one[_BORN[1]], one[_BORN[2]], today) for one in born)

    def _hidden_eras(self, view: TableView) -> frozenset[tuple[int, int]]:
        found = protected("condition_occurrence", view.level)
        columns = {"person_id", "condition_concept_id", *(column for rule in found for column in rule.columns)}
        rows = _rows(self.record.get("condition_occurrence"), sorted(columns))
        return hidden_eras(view.level, rows, self.of(view, needed(found)))


def _seen(plan: Plan, record: Mapping[str, pa.Table], facts: _Facts) -> pa.Table | None:
    """The rows of a table that pass, with the columns that are shown; None where none does."""
    rows = record.get(plan.table)
    if rows is None:
        return None
    rows = _kept(plan, rows, facts.of(plan.view, plan.relations), facts.person_id)
    if not rows.num_rows:
        return None
    shown = rows.select(plan.columns)
    hidden = plan.childs if plan.childs and facts.is_child else frozenset[str]()
    for column in {*plan.masked, *hidden}:
        cells = _cells(plan, column, rows[column], is_hidden=column in hidden)
        shown = shown.set_column(plan.columns.index(column), column, cells)
    return shown


def _kept(plan: Plan, rows: pa.Table, facts: Mapping[str, Container[Any]], person_id: int) -> pa.Table:
    """Rules about the person alone are asked once; the others of each row, by the columns that they name."""
    if not all(rule.keeps({plan.person: person_id}, facts) for rule in plan.of_person):
        return rows.slice(0, 0)
    values = _Values(rows)
    of_rows = [rule for rule in plan.of_rows if not _keeps_all(rule, values, facts)]
    if not of_rows:
        return rows
    columns = list(dict.fromkeys(column for rule in of_rows for column in rule.columns))
    keep = [all(rule.keeps(row, facts) for rule in of_rows) for row in _rows(rows, columns)]
    return rows if all(keep) else rows.filter(pa.array(keep, pa.bool_()))


class _Values(dict[str, list[Any]]):
    """The values that there are in each column, found when they are first asked for."""

    def __init__(self, rows: pa.Table) -> None:
        super().__init__()
        self._rows = rows

    def __missing__(self, column: str) -> list[Any]:
        found: list[Any] = pc.unique(self._rows[column]).to_pylist()
        self[column] = found
        return found


def _keeps_all(rule: AnyRule, values: _Values, facts: Mapping[str, Container[Any]]) -> bool:
    """Does a rule of one column keep every value that there is? Most rows have one of few."""
    if isinstance(rule, Words):
        return not any(tells(value, rule.kinds, rule.level) for value in values[rule.column])
    if len(rule.columns) > 1 or rule.inside:
        return False
    (key,), relation = rule.keys, facts[rule.relation]
    return not any(key.form.plain(value) in relation for value in values[key.column] if value is not None)


def _cells(plan: Plan, column: str, cells: pa.ChunkedArray, *, is_hidden: bool) -> Any:
    if is_hidden:
        return pa.nulls(len(cells), cells.type)
    shown = plan.masked.get(column)
    return cells if shown is None else pa.array([shown(value) for value in cells.to_pylist()], cells.type)


def _rows(rows: pa.Table | None, columns: Sequence[str]) -> Iterator[dict[str, Any]]:
    if rows is not None:
        for cells in zip(*(rows[column].to_pylist() for column in columns), strict=True):
            yield dict(zip(columns, cells, strict=True))
