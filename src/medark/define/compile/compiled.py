"""What is compiled: a dataset, a cohort, a measure, a tally"""

from __future__ import annotations

import datetime as dt

from sqlglot import exp

from medark.define.compile.draft import Draft
from medark.define.compile.entries import ENTRY
from medark.define.compile.evaluate import evaluate
from medark.define.compile.plan import Plan
from medark.define.compile.populations import entries_of
from medark.define.compile.selection import attrition, passed
from medark.define.compile.stays import stays
from medark.define.compile.tally import tally_rows
from medark.define.concepts.ids import ResolvedSets
from medark.define.definitions import Cohort, Dataset, Measure, Tally

RESULT, COHORT, ATTRITION = "result", "cohort", "attrition"
_PARTS = {"in_denominator": "denominator", "excluded": "excluded", "in_numerator": "numerator"}


def compile_dataset(dataset: Dataset, resolved: ResolvedSets, *, today: dt.date, people: str | None = None) -> Plan:
    """`result`: one row an entry with the columns ENTRY, then the variables by name.

    `people` names a relation with person_id: nobody else is asked for. DefinitionError for a concept set that is not
    among `resolved`.
    """
    draft = Draft(resolved, today, people)
    return draft.plan([(RESULT, _rows(draft, dataset))])


def compile_cohort(cohort: Cohort, resolved: ResolvedSets, *, today: dt.date, people: str | None = None) -> Plan:
    """`cohort`: its stays, with the columns ENTRY; `attrition`: step_no, name, entries, persons.

    Step 0 is who came; each later one is a criterion, or "first" or "last", and how many it leaves.
    """
    draft = Draft(resolved, today, people)
    population = cohort.population
    came = entries_of(draft, population.entry)
    left, stages = passed(draft, population, came)
    rows = exp.select(*ENTRY).from_(stays(draft, population, left).relation)
    return draft.plan([(ATTRITION, attrition(draft, came, stages)), (COHORT, rows)])


def compile_measure(measure: Measure, resolved: ResolvedSets, *, today: dt.date, people: str | None = None) -> Plan:
    """`result`: for each group (period, then the values counted by): denominator, excluded, numerator."""
    draft = Draft(resolved, today, people)
    groups = [exp.column(name, quoted=True) for name in measure.groups]
    counts = [f"count(*) FILTER (WHERE {held}) AS {name}" for held, name in _PARTS.items()]
    rows = draft.add("measured", _rows(draft, measure.rows))
    query = exp.select(*groups, *counts, dialect="duckdb").from_(rows)
    return draft.plan([(RESULT, query.group_by(*groups) if groups else query)])


def compile_tally(tally: Tally, *, today: dt.date) -> Plan:
    """`result`: one row a count, with entry_id, entry_start, entry_end and the tally's columns."""
    draft = Draft({}, today, None)
    return draft.plan([(RESULT, tally_rows(draft, tally))])


def _rows(draft: Draft, dataset: Dataset) -> exp.Select:
    assert isinstance(dataset.columns, tuple)
    values = {variable.name: variable.value for variable in dataset.columns}
    return evaluate(draft, entries_of(draft, dataset.population), values.values()).select(values)
