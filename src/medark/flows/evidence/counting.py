"""Rules counted: one scan of each table for all of them"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from medark.check.counting import Asked, Count
from medark.flows.evidence.rules import Rule
from medark.flows.quality.session import bound, rendered
from medark.flows.workspace import Workspace
from medark.store.lake import Snapshot

ALL: Final = "count(*)"
_JOINS: Final = {
    "p": "left join person as p on p.person_id = t.person_id",
    "v": "left join visit_occurrence as v on v.visit_occurrence_id = t.visit_occurrence_id",
}


def counted(workspace: Workspace, snapshot: Snapshot, rules: Sequence[Rule]) -> Mapping[Rule, Count]:
    """How many rows do NOT meet each rule, and of how many, over one version of the lake."""
    found: dict[Rule, Count] = {}
    with bound(workspace, snapshot) as session:
        for table in dict.fromkeys(rule.table for rule in rules):
            mine = [rule for rule in rules if rule.table == table]
            asked = Asked()
            places = [(asked(_among(rule)), asked(_met(rule))) for rule in mine]
            sql = f"select {asked.sql()} from {table} as t {' '.join(_joins(mine))}"
            (row,) = session.query(rendered(workspace, session, sql)).to_pylist()
            for rule, (of, met) in zip(mine, places, strict=True):
                found[rule] = Count(int(row[of]) - int(row[met]), int(row[of]))
    return found


def query_of(rule: Rule) -> str:
    """The rule as one query of its own, for whoever wants to run it: numerator and denominator."""
    joins = " ".join(_joins([rule]))
    return f"select {_met(rule)} as numerator, {_among(rule)} as denominator from {rule.table} as t {joins}".strip()


def _among(rule: Rule) -> str:
    return _times(rule.among) if rule.among else ALL


def _met(rule: Rule) -> str:
    return _times(f"({rule.among}) and ({rule.meets})" if rule.among else rule.meets)


def _times(condition: str) -> str:
    return f"coalesce(sum(case when {condition} then 1 else 0 end), 0)"


def _joins(rules: Sequence[Rule]) -> list[str]:
    told = " ".join(f" {rule.among} {rule.meets}" for rule in rules).replace("(", " ")
    return [join for name, join in _JOINS.items() if f" {name}." in told]
