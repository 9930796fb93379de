"""`medark ingest`: a folder of anything into the workspace"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medark.cli.commands import START, command
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_

Folder = Annotated[
    str | None, typer.Argument(metavar="FOLDER", help=N_("a folder, an archive or a file"), show_default=False)
]
SourceName = Annotated[
    str,
    typer.Option("--source", metavar="NAME", help=N_("where it is from: organisation/system; else the folder's name")),
]

HELP = N_(
    "Bring a folder into the workspace.\n"
    "Any mix of files, archives and sub-folders; formats are recognised by content, not by name. Every file, "
    "message and row ends as loaded, quarantined, not understood or excluded, and the sums add up. "
    "Killed in the middle, the same command goes on from where it was."
)


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "ingest", HELP, "medark ingest city exports --source north/lis\nmedark ingest city feed.zip", START)(
        ingest
    )


def ingest(workspace: Named = None, folder: Folder = None, source: SourceName = "", json: Json = False) -> None:
    from medark.flows.staging.early import begin_early

    begin_early(Path(str(folder)))
    from medark.cli.accounts import ingest_json, ingest_view
    from medark.flows.ingest import ingest as run

    with opened(workspace) as ws, watched() as progress:
        account = run(ws, Path(str(folder)), source, progress)
    show(ingest_json(account), json, lambda: ingest_view(account, str(ws.path)))
