"""`medark ingest`: a folder of anything into the workspace"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import START, command
from medark.cli.console import say, show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.flows.propose import has_tables
from medark.messages import N_, _, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from medark.flows.propose.overview import TableShown
    from medark.flows.workspace import Workspace
    from medark.model.account import IngestAccount
    from medark.model.progress import Progress
    from medark.standardise.propose.profile import Drift

Folder = Annotated[
    str | None, typer.Argument(metavar="FOLDER", help=N_("a folder, an archive or a file"), show_default=False)
]
SourceName = Annotated[
    str,
    typer.Option("--source", metavar="NAME", help=N_("where it is from: organisation/system; else the folder's name")),
]

Ask = Annotated[
    bool,
    typer.Option("--ask", help=N_("map nothing by itself: every table that nobody has described waits for a person")),
]

HELP = N_(
    "Bring a folder into the workspace.\n"
    "Any mix of files, archives and sub-folders; formats are recognised by content, not by name. Every file, "
    "message and row ends as loaded, quarantined, not understood or excluded, and the sums add up. "
    "A table that nobody has described is mapped where that is sure; of others a task is made (medark map review). "
    "Killed in the middle, the same command goes on from where it was."
)


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "ingest", HELP, "medark ingest city exports --source north/lis\nmedark ingest city feed.zip", START)(
        ingest
    )


def ingest(
    workspace: Named = None, folder: Folder = None, source: SourceName = "", ask: Ask = False, json: Json = False
) -> None:
    from medark.flows.staging.early import begin_early

    begin_early(Path(str(folder)))
    from medark.cli.accounts import ingest_json, ingest_view
    from medark.flows.ingest import ingest as run

    with opened(workspace) as ws, watched() as progress:
        account, found, drifts = _explained(ws, run(ws, Path(str(folder)), source, progress), progress, ask=ask)
        _asks_of_codes(ws, account.source)
        if ws.settings.identity.link_after_ingest:
            _linked(ws, progress)
        if ws.settings.quality.check_after_ingest:
            _checked(ws, progress)
        if ws.settings.lineage.openlineage:
            _tell(ws, account.batch_no)
    show(ingest_json(account, found, drifts), json, lambda: ingest_view(account, str(ws.path), found, drifts))


def _linked(ws: Workspace, progress: Progress) -> None:
    """Whoever is new, linked with whom they are; who is unsure is a task."""
    from medark.flows.gate.reader import machine_user
    from medark.flows.identity.linking import link

    link(ws, machine_user(), progress, only_new=True)


def _checked(ws: Workspace, progress: Progress) -> None:
    """Units filled in where that is clear, and the data judged as it is now; what fails is shown by `medark check`."""
    from medark.flows.quality.schedule import judge
    from medark.flows.units.decide import tend

    tend(ws, progress=progress)
    judge(ws, progress)


def _asks_of_codes(ws: Workspace, source: str) -> None:
    """A task where the source has codes that nobody has explained."""
    from medark.flows.terms.tasks import bring_up_to_date

    bring_up_to_date(ws, sources=[source])


def _explained(
    ws: Workspace, told: IngestAccount, progress: Progress, *, ask: bool
) -> tuple[IngestAccount, Sequence[TableShown], Sequence[Drift]]:
    """The account once tables that nobody has described are mapped, as far as that is sure; how they stand, and what
    of them is not as it was.
    """
    if not (told.waiting or has_tables(ws, told.source)):
        return told, (), ()
    from medark.flows.ingest.ingest import account
    from medark.flows.propose.explaining import explain
    from medark.flows.propose.overview import tables

    began = time.monotonic()
    done = explain(ws, told.source, progress, asks=ask)
    seconds = told.seconds + time.monotonic() - began
    whole = account(ws, told.batch_no, seconds, also=told.also | done.batches)
    return whole, tables(done.found), done.found.drifts


def _tell(ws: Workspace, batch_no: int) -> None:
    """The events of a batch, to who listens by OpenLineage."""
    from medark.flows.lineage.events import told_if_set

    if wrong := told_if_set(ws, ws.ledger.batches.one(batch_no).started_ms):
        say(_("OpenLineage was not told: {why}", why=phrase(wrong)))
