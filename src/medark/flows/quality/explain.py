"""One check looked at closely: which rows violate it, what they came from, who is likely at fault, who is touched"""

from __future__ import annotations

from dataclasses import dataclass

from medark.check.checks import Check
from medark.check.dqd import instances
from medark.check.judge import Verdict
from medark.check.scores.fault import Suspect
from medark.errors import NotFoundError
from medark.flows.data_map import apps_that_read
from medark.flows.quality.check import check
from medark.flows.quality.history import newest
from medark.flows.quality.likely import EXAMPLES, Likely, likely
from medark.flows.quality.places import looking
from medark.flows.quality.tasks import KIND
from medark.flows.workspace import Workspace
from medark.model.progress import Progress, Silent

_SILENT = Silent()


@dataclass(frozen=True, slots=True)
class Explained:
    """A check and what is behind it.

    `suspects`: where its violating rows came from, the likeliest at fault first, each with the lines that make the
    column; `examples`: raw record and row, as `medark raw get` takes it, or a person; `apps`, `datasets`: that read
    the column; `task`: the number of the one that is open for it.
    """

    verdict: Verdict
    suspects: tuple[Likely, ...]
    examples: tuple[str, ...]
    apps: tuple[str, ...]
    datasets: tuple[str, ...]
    task: int | None = None

    @property
    def at_fault(self) -> Suspect | None:
        """Who is likely at fault; None where nobody stands out."""
        first = self.suspects[0].suspect if self.suspects else None
        return first if first and first.likelihood else None


def explained(workspace: Workspace, by: str, named: str, progress: Progress = _SILENT) -> Explained:
    """A check by its id. AccessError as of `check`; NotFoundError if there is no such check."""
    verdict = _verdict(workspace, by, named, progress)
    one = verdict.check
    suspects, examples = likely(workspace, one)
    if not examples and verdict.violating:
        with looking(workspace) as places:
            examples = tuple(places(verdict.check, EXAMPLES))
    apps, datasets = touched(workspace, one)
    return Explained(verdict, suspects, examples, apps, datasets, _task(workspace, one))


def _verdict(workspace: Workspace, by: str, named: str, progress: Progress) -> Verdict:
    """The check as it is judged now; of its table alone where it is known from before which that is."""
    known = (*instances(), *(each.check for each in newest(workspace, by)))
    tables = [each.table for each in known if each.id.lower() == named.lower()] or [""]
    for verdict in check(workspace, by, progress, tables[0]):
        if verdict.check.id.lower() == named.lower():
            return verdict
    raise NotFoundError("there is no such check", fix="medark check WS --all --json lists their ids", check=named)


def touched(workspace: Workspace, one: Check) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Applications that run and read the checked column (of a check of a table: anything in it), and their datasets."""
    apps = [app for app in apps_that_read(workspace) if one.table in app.reads]
    apps = [app for app in apps if not one.column or one.column in app.reads[one.table]]
    datasets = (f"{app.name}/{dataset.name}" for app in apps for dataset in app.datasets)
    return tuple(app.name for app in apps), tuple(datasets)


def _task(workspace: Workspace, one: Check) -> int | None:
    key = f"{KIND}:{one.id}"
    return next((task.number for task in workspace.ledger.tasks.all(is_open=True, app="") if task.key == key), None)
