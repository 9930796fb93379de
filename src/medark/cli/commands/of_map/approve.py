"""`medark map approve`: a proposed map in effect, in one's name, and the rows that waited for it brought in"""

from __future__ import annotations

from typing import Annotated

import typer

from medark.cli.commands import command
from medark.cli.commands.of_map.propose import Source
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_, _

Tables = Annotated[
    list[str] | None, typer.Option("--table", metavar="NAME", help=N_("this table alone; may be said again"))
]

HELP = N_(
    "Put a proposed map in effect, in your name.\n"
    "The rows that waited for it are brought in at once: no new delivery is needed."
)


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "approve", HELP, "medark map approve city north/his\nmedark map approve city north/his --table 诊断")(
        approve
    )


def approve(workspace: Named = None, source: Source = None, table: Tables = None, json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.propose.approving import approve as run
    from medark.flows.propose.keeping import load
    from medark.flows.propose.review import called

    with opened(workspace) as ws, watched() as progress:
        names = [called(one, load(ws, str(source)).profiles) for one in table or ()]
        done = run(ws, str(source), machine_user(), names, progress)
    show(done, json, lambda: _("in effect: {tables}", tables=", ".join(done) or "-"))
