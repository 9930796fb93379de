"""A plan in the making: relations as they are named, concept lists as they are numbered"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable

from sqlglot import exp

from medark.define.compile.plan import CONCEPTS, NAMES, Plan, Step
from medark.define.concepts import ConceptSet
from medark.define.concepts.ids import ResolvedSets, ids_of
from medark.define.tables import event_table

_READ = re.compile(r"\b(?:FROM|JOIN) (def_\w+)")
Classes = tuple[tuple[int, int], ...]  # concept id, class
Codes = tuple[tuple[str, str | int], ...]  # name, code


class Draft:
    """Collects steps. A query that is there already is not made twice: its name is given back."""

    def __init__(self, resolved: ResolvedSets, today: dt.date, people: str | None = None) -> None:
        self.today = today
        self._resolved, self._people = resolved, people
        self._queries: dict[str, str] = {}  # SQL -> name
        self._kept: set[str] = set()
        self._stems: Counter[str] = Counter()
        self._lists: dict[Classes, int] = {}
        self._names: dict[Codes, int] = {}

    def add(self, stem: str, query: exp.Query, *, keep: bool = False) -> str:
        """The name of the relation that `query` makes. `keep`: it must be made once, though it is read once."""
        sql = query.sql(dialect="duckdb", comments=False)
        if sql not in self._queries:
            self._stems[stem] += 1
            self._queries[sql] = f"def_{stem}_{self._stems[stem]}"
        if keep:
            self._kept.add(self._queries[sql])
        return self._queries[sql]

    def table(self, name: str, alias: str) -> exp.Expr:
        """A table of the lake under an alias, cut down to the people who are asked for."""
        if self._people is None:
            return exp.to_table(name, alias=alias)
        person = exp.column(event_table(name).person, table="rows_of_all")
        asked = exp.select("1").from_(exp.to_table(self._people, alias="asked"))
        asked = asked.where(exp.column("person_id", table="asked").eq(person))
        rows = exp.select("*").from_(exp.to_table(name, alias="rows_of_all")).where(exp.Exists(this=asked))
        return rows.subquery(alias)

    def ids(self, concepts: ConceptSet, *, source: bool) -> frozenset[int]:
        """What a concept set comes to."""
        return ids_of(concepts, self._resolved, source=source)

    def concept_list(self, classes: Classes) -> int:
        """The number of the list of these concepts."""
        return self._lists.setdefault(classes, len(self._lists) + 1)

    def name_list(self, codes: Codes) -> int:
        """The number of the list of these names."""
        return self._names.setdefault(codes, len(self._names) + 1)

    def plan(self, named: Iterable[tuple[str, exp.Query]]) -> Plan:
        """The plan that ends in these named relations, the last of them its result."""
        ends = [(name, query.sql(dialect="duckdb", comments=False)) for name, query in named]
        steps = [*((name, sql) for sql, name in self._queries.items()), *ends]
        wanted = _needed(steps, {name for name, _ in ends})
        readers = Counter(relation for name, sql in steps if name in wanted for relation in _relations(sql))
        kept = {name for name, count in readers.items() if count > 1} | self._kept
        concepts = [(no, concept, kind) for classes, no in self._lists.items() for concept, kind in classes]
        return Plan(
            tuple(Step(name, sql, name in kept) for name, sql in steps if name in wanted),
            ends[-1][0],
            tuple(concepts),
            tuple(_coded(no, name, code) for codes, no in self._names.items() for name, code in codes),
        )


def concept_rows(list_no: int, alias: str) -> exp.Expr:
    """The rows of one concept list: concept_id, class_no."""
    rows = exp.select("concept_id", "class_no").from_(CONCEPTS)
    return rows.where(exp.column("list_no").eq(list_no)).subquery(alias)


def name_rows(list_no: int, alias: str) -> exp.Expr:
    """The rows of one list of names: name, code_text, code_no."""
    rows = exp.select("name", "code_text", "code_no").from_(NAMES)
    return rows.where(exp.column("list_no").eq(list_no)).subquery(alias)


def _coded(list_no: int, name: str, code: str | int) -> tuple[int, str, str | None, int | None]:
    return (list_no, name, code, None) if isinstance(code, str) else (list_no, name, None, code)


def _needed(steps: list[tuple[str, str]], ends: set[str]) -> set[str]:
    """The steps that the ends are made of, one after another."""
    needed = set(ends)
    for name, sql in reversed(steps):
        if name in needed:
            needed |= _relations(sql).keys()
    return needed & {name for name, _ in steps}


def _relations(sql: str) -> Counter[str]:
    """How often each relation of a plan is read in a query."""
    return Counter(_READ.findall(sql))
