"""`medark demo`: a made-up city, from its exports to a workspace to look into"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from medark.cli.commands import START, command
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Json
from medark.messages import N_

Folder = Annotated[
    str | None,
    typer.Argument(metavar="[FOLDER]", help=N_("where to put it: a new or empty folder"), show_default=False),
]
Force = Annotated[bool, typer.Option("--force", help=N_("take away an earlier demo that is there"))]

HELP = N_(
    "Make a small made-up city and bring it through the platform.\n"
    "Two hospitals with their own systems, a FHIR feed, pictures' headers and notes; nobody in it is real. The "
    "workspace that is left can be looked into with every other command."
)


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "demo", HELP, "medark demo\nmedark demo city\nmedark demo city --force", START)(demo)


def demo(folder: Folder = None, force: Force = False, json: Json = False) -> None:
    from medark.bootstrap import init_workspace
    from medark.cli.demo import demo_json, demo_view
    from medark.flows.demo import demo as run
    from medark.synthetic.before.places import TIME_ZONE

    place = Path(folder or "demo")
    with watched() as progress:
        account = run(place, partial(init_workspace, time_zone=TIME_ZONE), progress, force=force)
    show(demo_json(account), json, lambda: demo_view(account, str(place)))
