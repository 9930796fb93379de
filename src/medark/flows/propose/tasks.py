"""Tables that are not sure, as tasks: what they may be, and which values nobody knows; closed once that is settled"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from medark.flows.propose.columns import columns, in_part
from medark.flows.propose.standing import asked_tables
from medark.flows.raw import STEWARD
from medark.flows.workspace import Workspace
from medark.messages import N_
from medark.model.task import Task, TaskState
from medark.standardise.propose.reading import Candidate

if TYPE_CHECKING:
    from medark.flows.propose.proposing import Proposal

KIND: Final = "mapping"
PUT_OFF: Final = N_("put off: it comes back when the table changes")
EXPLAINED: Final = N_("all of it is explained")
_TITLE: Final = N_("A table is to be explained")
_REST: Final = N_("Columns of a table in effect are to be explained")
_CANDIDATES: Final = 3  # of a column
_COLUMNS: Final = 40  # that a task tells of

Evidence = dict[str, str | int]


def key_of(source: str, table: str) -> str:
    """What the task of a table is known by."""
    return f"map:{source}:{table}"


def key_of_rest(source: str, table: str) -> str:
    """What the task is known by of a table in effect, of which columns are left out or values nobody knows."""
    return f"map-rest:{source}:{table}"


def raise_tasks(workspace: Workspace, found: Proposal) -> list[Task]:
    """A task for each table that is neither approved nor put off, and for each that medark put in effect without some
    columns, or of which nobody knows some values; one at most is open for a table. What is settled is closed.
    """
    tables = [_of_table(workspace, found, name) for name in asked_tables(found)]
    asked = _asked(found)
    rest = [_task(workspace, found, name, _REST, _rest(found, name)) for name in asked]
    settled = [name for name in found.drafts if name not in asked]
    _close(workspace, {key_of_rest(found.source, name) for name in settled}, TaskState.DONE, "", EXPLAINED)
    wanted = tables + rest
    return workspace.ledger.tasks.raise_all(wanted) if wanted else []


def close_tasks(workspace: Workspace, found: Proposal, names: Collection[str], by: str) -> None:
    """The tables are explained."""
    _close(workspace, {key_of(found.source, name) for name in names}, TaskState.DONE, by)


def dismiss_tasks(workspace: Workspace, found: Proposal, names: Collection[str], by: str) -> None:
    """The tables are put off: nothing is to be done about them, until they change."""
    keys = {key(found.source, name) for name in names for key in (key_of, key_of_rest)}
    _close(workspace, keys, TaskState.DISMISSED, by, PUT_OFF)


def _asked(found: Proposal) -> list[str]:
    """Tables in effect of which something is to be said, those with most rows first."""
    kept = found.kept
    there = [name for name in found.drafts if name in kept.approvals and name not in kept.skipped]
    return list(dict.fromkeys([*in_part(found), *(name for name in there if found.drafts[name].asks)]))


def _rest(found: Proposal, name: str) -> list[Evidence]:
    """The table, its open columns with what they may be, and values that nobody knows."""
    about, *values = _asks(found, name)
    asks = {one["column"] for one in values}
    open_ = [one for one in columns(found, name) if one.state == "open" and one.name not in asks]
    return [about, *(_column(one.name, one.candidates) for one in open_[:_COLUMNS]), *values]


def _of_table(workspace: Workspace, found: Proposal, name: str) -> Task:
    reading, rows = found.readings[name], found.kept.profiles[name].rows
    kinds = sorted(reading.kinds.items(), key=lambda pair: -pair[1])[:_CANDIDATES]
    may_be = ", ".join(f"{kind} {chance:.2f}" for kind, chance in kinds)
    evidence: list[Evidence] = [{"source": found.source, "table": name, "rows": rows, "may_be": may_be}]
    evidence += [_column(column.name, column.candidates) for column in reading.columns[:_COLUMNS]]
    return _task(workspace, found, name, _TITLE, [*evidence, *_asks(found, name)[1:]])


def _column(name: str, candidates: Sequence[Candidate]) -> Evidence:
    likely = ", ".join(f"{one.slot or '-'} {one.chance:.2f}" for one in candidates[:_CANDIDATES])
    return {"column": name, "may_be": likely}


def _asks(found: Proposal, name: str) -> list[Evidence]:
    """The table, and of each column the values that nobody knows, each with its rows."""
    evidence: list[Evidence] = [{"source": found.source, "table": name, "rows": found.kept.profiles[name].rows}]
    for one in found.drafts[name].read:
        if one.asks:
            told = ", ".join(f"{value.value} ({value.rows:,})" for value in one.values if not value.means)
            evidence.append({"column": one.column, "values": told})
    return evidence


def _task(workspace: Workspace, found: Proposal, name: str, title: str, evidence: Collection[Evidence]) -> Task:
    key = key_of_rest(found.source, name) if title is _REST else key_of(found.source, name)
    return Task(
        0, KIND, f"{title}: {found.source} {name}", key=key, evidence=tuple(evidence),
        organisation=workspace.settings.organisation(found.source), role=STEWARD,
    )  # fmt: skip


def _close(workspace: Workspace, keys: Collection[str], state: TaskState, by: str, reason: str = "") -> None:
    for task in workspace.ledger.tasks.all(is_open=True, app=""):
        if task.kind == KIND and task.key in keys:
            workspace.ledger.tasks.close(task.number, state, by, reason)
