"""What a definition is made of: the SQL that it compiles to, run over relations of lineage"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache

from medark.define import Cohort, Dataset, Measure, Tally
from medark.define.compile import compile_cohort, compile_dataset, compile_measure, compile_tally
from medark.define.compile.plan import Plan
from medark.define.concepts.ids import ConceptIds
from medark.define.nodes import InConcepts
from medark.flows.lineage.pipeline import lake_of
from medark.model.lineage import ROWS, How, together
from medark.model.omop import VOCABULARY_TABLES, tables
from medark.sql.lineage import relation_of
from medark.sql.lineage.relation import Relation, base
from medark.sql.query import parse

Runnable = Dataset | Cohort | Measure | Tally
Decides = Mapping[tuple[str, str], How]  # (table, column) of the lake, ROWS for which rows it has
_ANY_DAY = dt.date(2000, 1, 1)  # of which day it is asked decides no lineage
_ANY_CONCEPTS = ConceptIds(frozenset({1}), frozenset({1}))  # nor which concepts a set comes to


@lru_cache(maxsize=512)
def columns_of(definition: Runnable) -> Mapping[str, Decides]:
    """Of each column of the answer, what of the lake decides it; ROWS: what decides which rows the answer has."""
    plan = _compiled(definition)
    there = {name: one for name, one in lake_of(tables()).items() if name not in VOCABULARY_TABLES}
    for step in plan.steps:
        there[step.name] = relation_of(parse(step.sql), there)
    answer: Relation = there[plan.result]
    found = {name: _of_lake(base(cell.influences)) for name, cell in answer.columns.items()}
    return {**found, ROWS: _of_lake(base(answer.rows))}


def whole(definition: Runnable) -> Decides:
    """What decides anything of the answer, each in its most direct way."""
    return together(columns_of(definition).values())


def _of_lake(influences: Decides) -> Decides:
    return {(table.removeprefix("lake_"), column): how for (table, column), how in influences.items()}


def _compiled(definition: Runnable) -> Plan:
    resolved = {one.concepts: _ANY_CONCEPTS for one in definition.walk() if isinstance(one, InConcepts)}
    if isinstance(definition, Cohort):
        return compile_cohort(definition, resolved, today=_ANY_DAY)
    if isinstance(definition, Tally):
        return compile_tally(definition, today=_ANY_DAY)
    if isinstance(definition, Measure):
        return compile_measure(definition, resolved, today=_ANY_DAY)
    return compile_dataset(definition, resolved, today=_ANY_DAY)
