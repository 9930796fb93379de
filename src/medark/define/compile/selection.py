"""Entries that pass criteria, step by step, until they end; and how many each step leaves"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import sqlglot
from sqlglot import exp

from medark.define.compile.draft import Draft
from medark.define.compile.entries import CARRIED, ENTRY, Entries
from medark.define.compile.eras import run_together
from medark.define.compile.evaluate import evaluate
from medark.define.compile.expressions import plain
from medark.define.nodes import Call, Case, Criterion, IndexValue, Keep, Selected, Value, literal

_START, _END = IndexValue("start"), IndexValue("end")
_ENTRY = ", ".join(ENTRY)


@dataclass(frozen=True, slots=True)
class Stage:
    """Criteria that were judged in one pass, or one Keep; `relation` has the entries that came to it.

    Of criteria it has a column `reached` too: how many of them, from the first on, an entry meets.
    """

    steps: tuple[Criterion | Keep, ...]
    relation: str


@dataclass(frozen=True, slots=True)
class Selection:
    """The stays of a selected population, and the way to them."""

    entries: Entries
    came: Entries
    stages: tuple[Stage, ...]


def selected(draft: Draft, population: Selected, came: Entries) -> Selection:
    """What is left of the entries that came, as they end."""
    left, stages = came, []
    for is_keep, run in groupby(population.steps, lambda step: isinstance(step, Keep)):
        for steps in [(step,) for step in run] if is_keep else [tuple(run)]:
            stage, left = (_kept if is_keep else _judged)(draft, left, steps)
            stages.append(stage)
    return Selection(_stays(draft, population, left), came, tuple(stages))


def attrition(selection: Selection, draft: Draft) -> exp.Query:
    """step_no, name, entries, persons: how many came (step 0), and how many each step leaves."""
    counts = [_counted(0, "entry", selection.came.relation)]
    for stage in selection.stages:
        counts += _stage_counts(draft, stage, len(counts))
    return exp.union(*counts, distinct=False) if len(counts) > 1 else counts[0]


def _judged(draft: Draft, entries: Entries, steps: Sequence[Criterion]) -> tuple[Stage, Entries]:
    """All criteria in one pass. What is not true is not met, so the first of those says how far an entry came."""
    known = evaluate(draft, entries, [step.condition for step in steps])
    unmet = [Call("not", (Call("if_missing", (step.condition, literal(False))),)) for step in steps]
    reached = Case(tuple((one, literal(at)) for at, one in enumerate(unmet)), literal(len(steps)))
    relation = draft.add("judged", known.select({"reached": reached}))
    passed = exp.select(*ENTRY).from_(relation).where(exp.column("reached").eq(len(steps)))
    return Stage(tuple(steps), relation), replace(entries, relation=draft.add("passed", passed), by_person=False)


def _kept(draft: Draft, entries: Entries, steps: Sequence[Keep]) -> tuple[Stage, Entries]:
    way = "" if steps[0].which == "first" else " DESC"
    text = f"""SELECT {_ENTRY} FROM (
      SELECT {_ENTRY}, row_number() OVER (PARTITION BY person_id ORDER BY entry_start{way}, entry_id{way}) AS place
      FROM {entries.relation}
    ) AS placed WHERE place = 1"""
    relation = draft.add("kept", _query(text))
    return Stage(tuple(steps), relation), replace(entries, relation=relation, by_person=False)


def _stage_counts(draft: Draft, stage: Stage, step_no: int) -> Iterator[exp.Select]:
    if isinstance(stage.steps[0], Keep):
        yield _counted(step_no, stage.steps[0].which, stage.relation)
        return
    # A person is left as long as one entry is: the one that came farthest says how long.
    counts = draft.add(
        "reached",
        _query(f"""
      SELECT reached, count(*) AS entries, 0 AS persons FROM {stage.relation} GROUP BY reached UNION ALL
      SELECT reached, 0 AS entries, count(*) AS persons FROM (
        SELECT person_id, max(reached) AS reached FROM {stage.relation} GROUP BY person_id
      ) AS q GROUP BY reached"""),
    )
    for at, step in enumerate(stage.steps, 1):
        sums = (f"CAST(floor(coalesce(sum(CASE WHEN reached >= {at} THEN {what} END), 0)) AS BIGINT) AS {what}"
                for what in ("entries", "persons"))  # fmt: skip
        assert isinstance(step, Criterion)
        yield exp.select(*_step(step_no + at - 1, step.name), *sums, dialect="duckdb").from_(counts)


def _counted(step_no: int, name: str, relation: str) -> exp.Select:
    counts = ("count(*) AS entries", "count(DISTINCT person_id) AS persons")
    return exp.select(*_step(step_no, name), *counts).from_(relation)


def _step(step_no: int, name: str) -> tuple[exp.Expr, exp.Expr]:
    return plain(step_no).as_("step_no"), plain(name).as_("name")


def _stays(draft: Draft, population: Selected, left: Entries) -> Entries:
    known = evaluate(draft, left, [] if population.exit is None else [population.exit])
    if population.gap is None:
        if population.exit is None:
            return left
        carried = {name: name for name in CARRIED if name != "entry_end"}
        stays = known.select({"entry_end": _leaving(population.exit)}, carried)
        return replace(
            left, relation=draft.add("stays", stays), constants={k: v for k, v in left.constants.items() if k != "end"}
        )
    first_day = Call("date", (_START,))
    spans = {"start_date": first_day, "end_date": Call("greatest", (first_day, _last_day(population.exit)))}
    eras = run_together(known.select(spans, {"person_id": "person_id"}), "person_id", population.gap)
    return Entries(draft.add("stays", _whole_days(_clipped(eras, population))))


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
    start, end = exp.column("start_date"), exp.column("end_date")
    begins = (
        start
        if population.first is None
        else exp.Greatest(this=start, expressions=[plain(population.first)], ignore_nulls=True)
    )
    ends = (
        end if population.last is None else exp.Least(this=end, expressions=[plain(population.last)], ignore_nulls=True)
    )
    query = exp.select("person_id", begins.as_("start_date"), ends.as_("end_date")).from_(eras.subquery("eras"))
    return query if population.first is None and population.last is None else query.where(begins <= ends)


def _whole_days(spans: exp.Select) -> exp.Select:
    cells = (
        "key_hash(CAST(person_id AS VARCHAR) || '|' || CAST(start_date AS VARCHAR) || '|' || CAST(end_date AS VARCHAR)) AS entry_id",
        "person_id",
        "CAST(start_date AS TIMESTAMP) AS entry_start",
        "CAST(end_date AS TIMESTAMP) AS entry_end",
        "CAST(NULL AS BIGINT) AS visit_occurrence_id",
    )
    return exp.select(*cells, dialect="duckdb").from_(spans.subquery("spans"))


def _query(text: str) -> exp.Query:
    query = sqlglot.parse_one(text, read="duckdb")
    assert isinstance(query, exp.Query)
    return query
