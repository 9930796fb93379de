"""Entries that pass criteria, step by step, until they end; and how many each step leaves"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from sqlglot import exp

from medark.define.compile.draft import Draft
from medark.define.compile.entries import ENTRY, Entries
from medark.define.compile.evaluate import evaluate
from medark.define.compile.expressions import plain
from medark.define.compile.written import query
from medark.define.nodes import Call, Case, Criterion, Keep, Selected, literal

_KEPT = """
SELECT {entry} FROM (
  SELECT {entry}, row_number() OVER (PARTITION BY person_id ORDER BY entry_start {way}, entry_id {way}) AS place
  FROM {came}
) AS q WHERE place = 1
"""
# A person is left as long as one entry is: the one that came farthest says how long.
_REACHED = """
SELECT reached, count(*) AS entries, 0 AS persons FROM {judged} GROUP BY reached UNION ALL
SELECT reached, 0 AS entries, count(*) AS persons FROM (
  SELECT person_id, max(reached) AS reached FROM {judged} GROUP BY person_id
) AS q GROUP BY reached
"""
_LEFT = "CAST(floor(coalesce(sum(CASE WHEN reached >= {at} THEN {what} END), 0)) AS BIGINT) AS {what}"
_COUNTS = ("count(*) AS entries", "count(DISTINCT person_id) AS persons")


@dataclass(frozen=True, slots=True)
class Kept:
    """One Keep, and the relation of the entries that it left."""

    which: str
    relation: str


@dataclass(frozen=True, slots=True)
class Judged:
    """Criteria that were judged in one pass, and the relation of the entries that came to them.

    It has a column `reached` too: how many of the criteria, from the first on, an entry meets.
    """

    names: tuple[str, ...]
    relation: str


Stage = Kept | Judged


def passed(draft: Draft, population: Selected, came: Entries) -> tuple[Entries, list[Stage]]:
    """The entries that pass every step, and the way there."""
    left, stages, steps = came, list[Stage](), list(population.steps)
    while steps:
        criteria = [*takewhile(lambda step: isinstance(step, Criterion), steps)]
        left, stage = _judged(draft, left, criteria) if criteria else _kept(draft, left, steps[0])  # type: ignore[arg-type]
        stages.append(stage)
        del steps[: len(criteria) or 1]
    return left, stages


def attrition(draft: Draft, came: Entries, stages: Sequence[Stage]) -> exp.Query:
    """step_no, name, entries, persons: how many came (step 0), and how many each step leaves."""
    counts = [exp.select(*_step(0, "entry"), *_COUNTS).from_(came.relation)]
    for stage in stages:
        counts += _counts(draft, stage, len(counts))
    return exp.union(*counts, distinct=False) if len(counts) > 1 else counts[0]


def _judged(draft: Draft, entries: Entries, steps: Sequence[Criterion]) -> tuple[Entries, Judged]:
    """All criteria in one pass. What is missing is not met, so the first that is not met says how far an entry came."""
    known = evaluate(draft, entries, [step.condition for step in steps])
    unmet = [Call("not", (Call("if_missing", (step.condition, literal(False))),)) for step in steps]
    reached = Case(tuple((one, literal(at)) for at, one in enumerate(unmet)), literal(len(steps)))
    relation = draft.add("judged", known.select({"reached": reached}))
    left = exp.select(*ENTRY).from_(relation).where(exp.column("reached").eq(len(steps)))
    return _fewer(entries, draft.add("passed", left)), Judged(tuple(step.name for step in steps), relation)


def _kept(draft: Draft, entries: Entries, step: Keep) -> tuple[Entries, Kept]:
    way = "ASC" if step.which == "first" else "DESC"
    relation = draft.add("kept", query(_KEPT, entry=", ".join(ENTRY), way=way, came=entries.relation))
    return _fewer(entries, relation), Kept(step.which, relation)


def _fewer(entries: Entries, relation: str) -> Entries:
    return replace(entries, relation=relation, by_person=False)


def _counts(draft: Draft, stage: Stage, step_no: int) -> Iterator[exp.Select]:
    if isinstance(stage, Kept):
        yield exp.select(*_step(step_no, stage.which), *_COUNTS).from_(stage.relation)
        return
    reached = draft.add("reached", query(_REACHED, judged=stage.relation))
    for at, name in enumerate(stage.names, 1):
        left = (_LEFT.format(at=at, what=what) for what in ("entries", "persons"))
        yield exp.select(*_step(step_no + at - 1, name), *left, dialect="duckdb").from_(reached)


def _step(step_no: int, name: str) -> tuple[exp.Expr, exp.Expr]:
    return plain(step_no).as_("step_no"), plain(name).as_("name")
