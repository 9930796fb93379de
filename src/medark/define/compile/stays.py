"""Stays: entries as they end, and what becomes of those of one person that touch"""

from __future__ import annotations

from dataclasses import replace

from sqlglot import exp

from medark.define.compile.draft import Draft
from medark.define.compile.entries import ENTRY, Entries
from medark.define.compile.eras import run_together
from medark.define.compile.evaluate import evaluate
from medark.define.compile.expressions import plain
from medark.define.compile.written import expression, query
from medark.define.nodes import Call, Case, IndexValue, Selected, Value

_START, _END = IndexValue("start"), IndexValue("end")
_WHOLE_DAYS = """
SELECT key_hash(CAST(person_id AS VARCHAR) || '|' || CAST(start_date AS VARCHAR) || '|' || CAST(end_date AS VARCHAR))
    AS entry_id, person_id, CAST(start_date AS TIMESTAMP) AS entry_start, CAST(end_date AS TIMESTAMP) AS entry_end,
  CAST(NULL AS BIGINT) AS visit_occurrence_id
FROM {spans} AS q
"""


def stays(draft: Draft, population: Selected, left: Entries) -> Entries:
    """The entries that passed every step, as they end."""
    known = evaluate(draft, left, [] if population.exit is None else [population.exit])
    if population.gap is not None:
        first_day = Call("date", (_START,))
        spans = {"start_date": first_day, "end_date": Call("greatest", (first_day, _last_day(population.exit)))}
        eras = run_together(known.select(spans, {"person_id": "person_id"}), "person_id", population.gap)
        return Entries(draft.add("stays", query(_WHOLE_DAYS, spans=_clipped(eras, population))))
    if population.exit is None:
        return left
    others = {name: name for name in ENTRY if name != "entry_end"}
    relation = draft.add("stays", known.select({"entry_end": _leaving(population.exit)}, others))
    return replace(left, relation=relation, constants={k: v for k, v in left.constants.items() if k != "end"})


def _leaving(leaves: Value) -> Value:
    """When an entry ends that leaves on a day: never before it starts."""
    end = Call("greatest", (_START, Call("at_midnight", (leaves,))))
    return Case(((_in_time(leaves), end),), _END)


def _last_day(leaves: Value | None) -> Value:
    last = Call("date", (_END,))
    return last if leaves is None else Case(((_in_time(leaves), leaves),), last)


def _in_time(leaves: Value) -> Value:
    return Call("at_least", (leaves, Call("date", (_START,))))


def _clipped(eras: exp.Select, population: Selected) -> exp.Select:
    """Eras within the first and the last day that count."""
    if population.first is None and population.last is None:
        return eras
    begins: exp.Expr = exp.column("start_date")
    ends: exp.Expr = exp.column("end_date")
    if population.first is not None:
        begins = expression("greatest(:a, :b)", begins, plain(population.first))
    if population.last is not None:
        ends = expression("least(:a, :b)", ends, plain(population.last))
    cells = ("person_id", exp.alias_(begins, "start_date"), exp.alias_(ends, "end_date"))
    return exp.select(*cells).from_(eras.subquery("eras")).where(begins <= ends)
