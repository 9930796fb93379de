"""A task for each check that fails: raised once, for who answers for the data, closed when the check passes again"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from medark.check.checks import Check
from medark.check.judge import Outcome, Verdict
from medark.flows.catalog.owners import owner_of
from medark.flows.gate.parts import now_ms
from medark.flows.quality.places import looking
from medark.flows.raw import STEWARD, must_steward
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.quality import QualityRun
from medark.model.task import Task, TaskState

KIND: Final = "quality"
AGAIN: Final = N_("the check passes again")
NOTHING: Final = N_("there is nothing to check any more")
MOST_OPEN: Final = 40  # tasks of one organisation: who has more to do does none
_EXAMPLES: Final = 5
_DAY_MS: Final = 86_400_000
_DAYS: Final[Mapping[str, int]] = {"fatal": 7, "convention": 30, "characterization": 90}  # to do it in, by severity
_WORSE, _MORE = 1.5, 5  # times the share, and so many rows more, that silence ends at


@dataclass(frozen=True, slots=True)
class Turned:
    """What became of tasks: raised, closed because a check passes again, kept silent as they were dismissed."""

    raised: tuple[Task, ...] = ()
    closed: tuple[Task, ...] = ()
    silent: int = 0
    waiting: int = 0  # more than an organisation is given at once


def bring_up_to_date(workspace: Workspace, by: str, verdicts: Sequence[Verdict]) -> Turned:
    """Tasks as a run of all checks says. AccessError unless `by` is an owner or a data steward."""
    must_steward(workspace, by, "quality tasks raised")
    return turned(workspace, verdicts)


def turned(workspace: Workspace, verdicts: Sequence[Verdict]) -> Turned:
    """The same for the platform itself, which nobody asked."""
    last = _last(workspace)
    closed = tuple(_closed(workspace, last, {one.check.id: one for one in verdicts}))
    version = workspace.lake.snapshot().version
    failing = sorted((one for one in verdicts if one.outcome is Outcome.FAILED), key=_gravity)
    wanted = [one for one in failing if _is_new(last.get(_key(one)), one, version)]
    open_ = {key for key, task in last.items() if not task.state.is_closed}
    silent = sum(_key(one) not in open_ for one in failing) - len(wanted)
    tasks = list(_given(workspace, wanted, version))
    raised = workspace.ledger.tasks.raise_all(tasks)
    for task, one in zip(raised, tasks, strict=True):
        _assign(workspace, task, str(one.evidence[0].get("owner", "")))
    return Turned(tuple(raised), closed, silent, len(wanted) - len(raised))


def _last(workspace: Workspace) -> dict[str, Task]:
    """The newest task of each check, by key."""
    there = [task for task in workspace.ledger.tasks.all(app="") if task.kind == KIND]
    return {task.key: task for task in sorted(there, key=lambda task: task.number)}


def _key(one: Verdict) -> str:
    return f"{KIND}:{one.check.id}"


def _gravity(one: Verdict) -> tuple[int, float, str]:
    return list(_DAYS).index(one.check.kind.severity), -one.share, one.check.id


def _closed(workspace: Workspace, last: Mapping[str, Task], verdicts: Mapping[str, Verdict]) -> Iterator[Task]:
    """Open tasks whose check does not fail any more, closed by the platform with the reason."""
    for key, task in last.items():
        one = verdicts.get(key.removeprefix(f"{KIND}:"))
        if not task.state.is_closed and (one is None or one.outcome is not Outcome.FAILED):
            reason = AGAIN if one is not None and one.outcome is Outcome.PASSED else NOTHING
            yield workspace.ledger.tasks.close(task.number, TaskState.DONE, "", reason)


def _is_new(last: Task | None, one: Verdict, version: int) -> bool:
    """Was there no task, or one that is closed: done, and the data is another by now; or dismissed, and it is clearly
    worse since.
    """
    if last is None or not last.state.is_closed:
        return last is None
    told = last.evidence[0] if last.evidence else {}
    if last.state is TaskState.DONE:
        return int(told.get("version", -1)) != version
    before, of = int(told.get("violating", 0)), max(int(told.get("of", 0)), 1)
    return one.share >= _WORSE * before / of and one.violating >= before + _MORE


def _given(workspace: Workspace, wanted: Sequence[Verdict], version: int) -> Iterator[Task]:
    """A task for each, the gravest first, while its organisation has not too many open."""
    there = Counter(
        task.organisation for task in workspace.ledger.tasks.all(is_open=True, app="") if task.kind == KIND
    )  # fmt: skip
    runs = workspace.ledger.quality.runs(limit=1)
    with looking(workspace) as places:
        for one in wanted:
            source = one.check.source or _worst(runs[0] if runs else None, one)
            organisation = organisation_of(workspace, source)
            if there[organisation] < MOST_OPEN:
                there[organisation] += 1
                about = _about(workspace, one, source, version)
                examples = [{"record": place} for place in places(one.check, _EXAMPLES)]
                yield _task(one, organisation, (about, *examples))


def _worst(run: QualityRun | None, one: Verdict) -> str:
    """The source most of whose rows violate a check of the whole lake; "" where no source stands out."""
    sources = run.sources if run else {}
    of = {name: told.failing[one.check.id][0] for name, told in sources.items() if one.check.id in told.failing}
    return max(sorted(of), key=of.__getitem__) if of else ""


def organisation_of(workspace: Workspace, source: str) -> str:
    """Who answers for a source, or for a register of people that several share."""
    settings = workspace.settings
    if source and source not in settings.sources:  # a namespace of patient numbers
        theirs = {settings.organisation(n) for n, one in settings.sources.items() if one.people == source}
        return theirs.pop() if len(theirs) == 1 else "" if theirs else source.partition("/")[0]
    return settings.organisation(source) if source else ""


def answers_for(workspace: Workspace, one: Check, source: str) -> tuple[str, str]:
    """Who answers for the rows of a source that violate a check: the organisation, and the owner that is named for the
    rule, the source or the table.
    """
    sources = workspace.settings.sources
    owner = one.owner or (sources[source].owner if source in sources else "") or owner_of(workspace, one.table)
    return organisation_of(workspace, source), owner


def _about(workspace: Workspace, one: Verdict, source: str, version: int) -> dict[str, str | int]:
    return {
        "check": one.check.id, "source": source, "violating": one.violating, "of": one.of,
        "owner": answers_for(workspace, one.check, source)[1],
        "threshold": f"{one.threshold:g}", "version": version,
    }  # fmt: skip


def _task(one: Verdict, organisation: str, evidence: tuple[Mapping[str, str | int], ...]) -> Task:
    check = one.check
    column = ".".join(filter(None, (check.table, check.column)))
    where = " ".join(filter(None, (str(evidence[0]["source"]), column, *map(str, check.concept_ids))))
    return Task(
        0, KIND, f"{check.kind.finds}: {where}", key=_key(one), organisation=organisation, role=STEWARD,
        due_ms=now_ms() + _DAYS[check.kind.severity] * _DAY_MS, evidence=evidence,
    )  # fmt: skip


def _assign(workspace: Workspace, task: Task, owner: str) -> None:
    """To the owner, if that is the name of somebody who uses the platform."""
    known = {one.name for one in workspace.ledger.users.all() if not one.disabled} if owner else set()
    if owner in known and not task.assignee:
        workspace.ledger.tasks.assign(task.number, owner, "")
