"""Units that are not clear, as tasks: which they may be, with what speaks for it; closed when somebody decides"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

from medark.flows.gate.parts import now_ms
from medark.flows.raw import STEWARD
from medark.flows.units.suspected import evidence
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.task import Task, TaskState
from medark.standardise.units.suspect import Fault, Suspect

KIND: Final = "unit"
MOST_OPEN: Final = 40  # tasks about units: who has more to do does none
_DAYS_MS: Final = 30 * 86_400_000
_CANDIDATES: Final = 4
TITLES: Final = {
    Fault.MISSING: N_("Numbers without a unit"),
    Fault.UNKNOWN: N_("A unit that nobody can read"),
    Fault.OTHER_KIND: N_("A unit that does not measure this"),
    Fault.WRONG: N_("Numbers that do not fit their unit"),
    Fault.MIXED: N_("Some numbers are in another unit"),
}


def key_of(key: tuple[str, str, str]) -> str:
    """What the task of a source's code and unit is known by."""
    return "unit:" + "|".join(key)


def raise_tasks(workspace: Workspace, there: Sequence[Suspect]) -> list[Task]:
    """A task for each, the most rows first, while there are not too many open; and none for what was dismissed."""
    known = [task for task in workspace.ledger.tasks.all(app="") if task.kind == KIND]
    told = {task.key for task in known if task.state is not TaskState.DONE}  # what was decided may have been undone
    still = {key_of(one.group.key) for one in there}
    for task in known:
        if not task.state.is_closed and task.key not in still:
            workspace.ledger.tasks.close(task.number, TaskState.DONE, "", N_("the numbers fit now"))
    open_ = sum(not task.state.is_closed and task.key in still for task in known)
    wanted = [one for one in there if key_of(one.group.key) not in told][: max(0, MOST_OPEN - open_)]
    tasks = {key_of(one.group.key): _task(workspace, one) for one in reversed(wanted)}
    return workspace.ledger.tasks.raise_all(list(tasks.values())[::-1]) if tasks else []


def close_tasks(workspace: Workspace, keys: Collection[tuple[str, str, str]], by: str) -> None:
    """It was decided."""
    wanted = {key_of(key) for key in keys}
    for task in workspace.ledger.tasks.all(is_open=True, app=""):
        if task.kind == KIND and task.key in wanted:
            workspace.ledger.tasks.close(task.number, TaskState.DONE, by)


def _task(workspace: Workspace, one: Suspect) -> Task:
    group = one.group
    about: dict[str, str | int] = {
        "source": group.source, "code": group.code, "unit": group.said, "concept": group.name, "rows": one.rows,
        "numbers": group.spread.total, "seen": evidence(one),
    }  # fmt: skip
    candidates: list[dict[str, str | int]] = [
        {"unit": each.ucum, "probability": f"{each.probability:.3f}", "median": f"{each.middle:.4g}"}
        for each in one.likely[:_CANDIDATES]
    ]
    organisation = workspace.settings.organisation(group.source) if group.source in workspace.settings.sources else ""
    return Task(
        0, KIND, f"{TITLES[one.fault]}: {group.source} {group.code}", key=key_of(group.key),
        organisation=organisation, role=STEWARD, due_ms=now_ms() + _DAYS_MS, evidence=(about, *candidates),
    )  # fmt: skip
