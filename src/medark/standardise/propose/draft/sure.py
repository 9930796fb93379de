"""The part of a draft that is sure enough to be read without asking"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from medark.messages import N_
from medark.model.staging import STAGING
from medark.standardise.propose.draft.parts import Draft, IssueDraft, Line, TargetDraft, ValueMap, quoted

NOT_SURE = "not sure yet: medark map review"
MAY_BE_VOID = N_("its status may say that it is void")
_MOST_UNKNOWN = 0.5  # of the rows: with more of which nobody knows whether they stand, the table waits
# Without these of a target it would be another; of a kind of table, the staging table that makes it what it is.
_ALSO: Mapping[str, frozenset[str]] = {
    "event": frozenset({"code", "code_text", "start_time", "value", "value_text"}), "visit": frozenset({"start_time"}),
    "visit_detail": frozenset({"visit_key", "start_time"}), "cost": frozenset({"total_charge"}),
    "coverage": frozenset({"payer_text"}), "care_site": frozenset({"name"}),
    "person": frozenset({"birth_time", "gender"}), "count": frozenset({"code", "care_site_key"}),
}  # fmt: skip
_MAIN: Mapping[str, str] = {
    "patient": "person", "visit": "visit", "stay": "visit_detail", "diagnosis": "event", "procedure": "event",
    "drug": "event", "lab": "event", "exam": "event", "device": "event", "allergy": "event", "fee": "cost",
    "note": "note", "coverage": "coverage", "dept": "care_site", "staff": "provider",
}  # fmt: skip
_ELSE: Mapping[str, str] = {
    "drug": "count",
    "exam": "note",
}  # nobody's rows are counted; one without a name is a report


def sure(draft: Draft, least: float) -> Draft | None:
    """The draft without the lines that are less sure than `least`; None if then it is not what it is any more."""
    if draft.kind_chance < least or draft.missing:
        return None
    if draft.every_row:
        return draft
    kept = [found for target in draft.targets if (found := _sure(target, least)) is not None]
    if not _mains(draft) & {target.staging for target in kept}:
        return None
    if any(_is_mostly_unknown(one) for one in draft.read):
        return None
    issues = tuple(issue if issue.chance >= least else _held(issue) for issue in draft.issues)
    read = {column for target in kept for column in target.columns} | {issue.place for issue in issues}
    joins = tuple(j for j in draft.joins if any(f"{j.name}." in line.expression for t in kept for line in t.lines))
    read |= {join.column for join in joins}
    left = {c for t in draft.targets for c in t.columns} | {issue.place for issue in draft.issues}
    unsure = tuple(column for column in draft.columns if column in left - read)
    nothing = {**draft.nothing, **dict.fromkeys(unsure, NOT_SURE)}
    return replace(draft, targets=tuple(kept), issues=issues, joins=joins, unsure=unsure, nothing=nothing)


def without_lists(draft: Draft, absent: Collection[str]) -> Draft:
    """The draft with nothing sure of what it looks up in lists that are not there."""
    names = [f"{join.name}." for join in draft.joins if join.table in absent]

    def doubted(line: Line) -> Line:
        return replace(line, chance=0.0) if any(name in line.expression for name in names) else line

    targets = (replace(target, lines=tuple(map(doubted, target.lines))) for target in draft.targets)
    return replace(draft, targets=tuple(targets))


def _mains(draft: Draft) -> set[str | None]:
    """The staging tables that make it what it is: another than its kind's main one only where it has no such rows."""
    main = _MAIN.get(draft.kind)
    has_main = any(target.staging == main for target in draft.targets)
    return {main} if has_main else {main, _ELSE.get(draft.kind)}


def _held(issue: IssueDraft) -> IssueDraft:
    """A rule that is not sure loses no rows and lets none in: they wait."""
    return replace(issue, outcome="quarantined", reason=MAY_BE_VOID) if issue.outcome == "excluded" else issue


def _is_mostly_unknown(one: ValueMap) -> bool:
    if not (one.is_read and one.must):
        return False
    known = sum(value.rows for value in one.values if value.means)
    return known < (1 - _MOST_UNKNOWN) * (known + one.others + sum(v.rows for v in one.values if not v.means))


def _sure(target: TargetDraft, least: float) -> TargetDraft | None:
    """What is not sure and is no line that makes it what it is, is left out."""
    required = {c.name for c in STAGING[target.staging].columns if c.required} | _ALSO.get(target.staging, frozenset())
    if any(line.field == "code" and line.chance >= least for line in target.lines):
        required -= {"code_text"}  # what a code is called may be left off
    if any(line.chance < least for line in target.lines if line.field in required):
        return None
    kept = replace(target, lines=tuple(line for line in target.lines if line.chance >= least))
    gone = {column for column in target.columns if column not in kept.columns}
    return None if any(quoted(column) in target.where for column in gone) else kept
