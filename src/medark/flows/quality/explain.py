"""One check looked at closely: which rows violate it, what they came from, who is likely at fault, who is touched"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from medark.check.checks import Check
from medark.check.counting import Count
from medark.check.dqd import instances
from medark.check.judge import Outcome, Verdict
from medark.check.scores.fault import Suspect
from medark.errors import NotFoundError
from medark.flows.lineage import graph
from medark.flows.quality.check import check
from medark.flows.quality.history import newest
from medark.flows.quality.likely import EXAMPLES, Likely, likely, sender
from medark.flows.quality.places import looking
from medark.flows.quality.tasks import KIND, answers_for
from medark.flows.workspace import Workspace
from medark.messages import phrase
from medark.model.lineage import ROWS, Asset, How, Layer
from medark.model.omop import tables
from medark.model.progress import Progress, Silent

_SILENT = Silent()
_SHOWN = 4  # checks of one name that are told


@dataclass(frozen=True, slots=True)
class Explained:
    """A check and what is behind it.

    `suspects`: where its violating rows came from, the likeliest at fault first, each with the lines that make the
    column; `examples`: raw record and row, as `medark raw get` takes it, or a person; `apps`, `datasets`: that read
    the column; `task`: the number of the one that is open for it; `organisation`, `owner`: who answers for the data.
    """

    verdict: Verdict
    suspects: tuple[Likely, ...]
    examples: tuple[str, ...]
    apps: tuple[str, ...]
    datasets: tuple[str, ...]
    task: int | None = None
    organisation: str = ""
    owner: str = ""

    @property
    def at_fault(self) -> Suspect | None:
        """Who is likely at fault; None where nobody stands out."""
        first = self.suspects[0].suspect if self.suspects else None
        return first if first and first.likelihood else None


def explained(workspace: Workspace, by: str, named: str, progress: Progress = _SILENT) -> Explained:
    """A check by its id. AccessError as of `check`; NotFoundError if there is no such check."""
    verdict = _verdict(workspace, by, named, progress)
    one = verdict.check
    failing = [each for each in newest(workspace, by) if each.outcome is Outcome.FAILED]
    suspects, examples = likely(workspace, one, failing)
    if one.family == "density" or len(examples) < min(EXAMPLES, verdict.violating):
        with looking(workspace) as places:  # of a few records, several rows of each; of rows of a month, which month
            found = places(one, EXAMPLES)
        examples = tuple(dict.fromkeys([*found, *examples] if one.family == "density" else [*examples, *found]))
        examples = examples[:EXAMPLES]
    suspects = suspects or sender(workspace, one, Count(verdict.violating, verdict.of), examples)
    apps, datasets = touched(workspace, one)
    organisation, owner = answers_for(workspace, one, suspects[0].suspect.source if suspects else one.source)
    return Explained(verdict, suspects, examples, apps, datasets, _task(workspace, one), organisation, owner)


def _verdict(workspace: Workspace, by: str, named: str, progress: Progress) -> Verdict:
    """The check as it is judged now; of its table alone where it is known from before which that is."""
    known = [*instances(), *(each.check for each in newest(workspace, by) if each.check.family != "dashboard")]
    if there := _named(known, named):
        return next(each for each in check(workspace, by, progress, there.table) if each.check.id == there.id)
    verdicts = check(workspace, by, progress)
    if there := _named([each.check for each in verdicts], named):
        return next(each for each in verdicts if each.check.id == there.id)
    raise NotFoundError("there is no such check", fix="medark check WS --all --json lists their ids")


def _named(known: Sequence[Check], named: str) -> Check | None:
    """The one check of an id, or whose id or meaning has all words that are named. NotFoundError where several have."""
    words = named.lower().replace("/", ".").split()
    exact = [one for one in known if one.id.lower() == named.lower()]
    found = exact or [one for one in known if all(word in f"{one.id} {_meaning(one)}".lower() for word in words)]
    if len(found) > 1:
        some = ", ".join(one.id for one in found[:_SHOWN])
        raise NotFoundError("several checks have this name", fix=some, checks=len(found))
    return found[0] if found else None


def _meaning(one: Check) -> str:
    return f"{one.kind.finds} {phrase(one.kind.finds)}"


def touched(workspace: Workspace, one: Check) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Applications that run and are made of the checked column, or of what is derived of its values, and those of their
    datasets and measures that are; of a check of a table, of anything in it.
    """
    if one.table not in tables():
        return (), ()
    known = graph(workspace)
    names = [one.column] if one.column else [ROWS, *tables()[one.table].column_names]
    starts = [Asset(Layer.COLUMN, one.table, name) for name in names]
    derived = (each for start in starts for each in known.downstream(start) if each.how is How.VALUE)
    made = {*starts, *(each.asset for each in derived if each.asset.layer is Layer.COLUMN)}
    ends = {edge.target for start in made for edge in known.after(start)}
    datasets = {end.of for end in ends if end.layer is Layer.DATASET}
    apps = {name.partition("/")[0] for name in (*datasets, *(end.name for end in ends if end.layer is Layer.USE))}
    return tuple(sorted(apps)), tuple(sorted(datasets))


def _task(workspace: Workspace, one: Check) -> int | None:
    key = f"{KIND}:{one.id}"
    return next((task.number for task in workspace.ledger.tasks.all(is_open=True, app="") if task.key == key), None)
