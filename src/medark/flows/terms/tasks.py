"""Codes that wait for somebody to say what they mean, as a task for each source; closed when none is left"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from medark.flows.raw import STEWARD
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.task import Task, TaskState
from medark.model.term import SourceTerm, TermState

KIND: Final = "terms"
_TITLE: Final = N_("Codes are to be explained")
_NONE_LEFT: Final = N_("nothing of it is open any more")
_EXAMPLES: Final = 5


def key_of(source: str) -> str:
    """What the task of a source is known by."""
    return f"{KIND}:{source}"


def bring_up_to_date(workspace: Workspace, by: str = "", sources: Collection[str] | None = None) -> None:
    """A task for each source that has open codes, none for one that has not. `sources`: these alone; None: all."""
    open_ = workspace.ledger.terms.all(TermState.OPEN, sources)
    waiting: dict[str, list[SourceTerm]] = {}
    for one in open_:
        waiting.setdefault(one.source, []).append(one)
    for task in _there(workspace):
        source = task.key.removeprefix(f"{KIND}:")
        if source not in waiting and (sources is None or source in sources):
            workspace.ledger.tasks.close(task.number, TaskState.DONE, by, _NONE_LEFT)
    workspace.ledger.tasks.raise_all([_task(workspace, source, some) for source, some in waiting.items()])


def _there(workspace: Workspace) -> Iterator[Task]:
    return (one for one in workspace.ledger.tasks.all(is_open=True, app="") if one.kind == KIND)


def _task(workspace: Workspace, source: str, waiting: Sequence[SourceTerm]) -> Task:
    told: dict[str, str | int] = {"source": source, "codes": len(waiting)}
    examples: list[dict[str, str | int]] = [{"code": one.code, "name": one.name} for one in waiting[:_EXAMPLES]]
    return Task(
        0, KIND, f"{_TITLE}: {source}", key=key_of(source), organisation=workspace.settings.organisation(source),
        role=STEWARD, evidence=(told, *examples),
    )  # fmt: skip
