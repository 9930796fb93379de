"""`medark map withdraw`: tables of a map out of effect, and their rows out of the lake"""

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
    list[str], typer.Option("--table", metavar="NAME", help=N_("this table; may be said again"), show_default=False)
]

HELP = N_(
    "Take tables of a map out of effect, with those that look into them.\n"
    "Their rows leave the lake and wait again: what a person takes back, nothing brings in by itself. "
    "A person stays of whom other tables tell."
)


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "withdraw", HELP, "medark map withdraw city north/his --table 诊断")(withdraw)


def withdraw(tables: Tables, workspace: Named = None, source: Source = None, json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.propose.approving import withdraw as run
    from medark.flows.propose.keeping import load
    from medark.flows.propose.review import called

    with opened(workspace) as ws, watched() as progress:
        names = [called(one, load(ws, str(source)).profiles) for one in tables]
        gone = run(ws, str(source), machine_user(), names, progress)
    show(gone, json, lambda: _("out of effect: {tables}", tables=", ".join(gone) or "-"))
