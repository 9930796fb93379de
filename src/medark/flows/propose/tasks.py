"""Tables that are not sure, as tasks: what they may be, with what speaks for it; closed when somebody approves"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from medark.flows.raw import STEWARD
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.task import Task, TaskState

if TYPE_CHECKING:
    from medark.flows.propose.proposing import Proposal

KIND: Final = "mapping"
_TITLE: Final = N_("A table is to be explained")
_CANDIDATES: Final = 3  # of a column
_COLUMNS: Final = 40  # that a task tells of


def key_of(source: str, table: str) -> str:
    """What the task of a table is known by."""
    return f"map:{source}:{table}"


def raise_tasks(workspace: Workspace, found: Proposal) -> list[Task]:
    """A task for each table that is neither approved nor put off; one at most is open for a table."""
    wanted = []
    for name in found.open_tables():
        reading, rows = found.readings[name], found.kept.profiles[name].rows
        kinds = sorted(reading.kinds.items(), key=lambda pair: -pair[1])[:_CANDIDATES]
        evidence: list[dict[str, str | int]] = [
            {
                "source": found.source,
                "table": name,
                "rows": rows,
                "may_be": ", ".join(f"{kind} {chance:.2f}" for kind, chance in kinds),
            }
        ]
        for column in reading.columns[:_COLUMNS]:
            likely = ", ".join(f"{c.slot or '-'} {c.chance:.2f}" for c in column.candidates[:_CANDIDATES])
            evidence.append({"column": column.name, "may_be": likely})
        wanted.append(
            Task(
                0, KIND, f"{_TITLE}: {found.source} {name}", key=key_of(found.source, name), evidence=tuple(evidence),
                organisation=workspace.settings.organisation(found.source), role=STEWARD,
            )
        )  # fmt: skip
    return workspace.ledger.tasks.raise_all(wanted) if wanted else []


def close_tasks(workspace: Workspace, found: Proposal, names: Collection[str], by: str) -> None:
    """The tables are explained."""
    keys = {key_of(found.source, name) for name in names}
    for task in workspace.ledger.tasks.all(is_open=True):
        if task.kind == KIND and task.key in keys:
            workspace.ledger.tasks.close(task.number, TaskState.DONE, by)
