"""`medark rebuild`: the lake again from raw records"""

from __future__ import annotations

import typer

from medark.cli.commands import KEEP, command
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Engine, Json, Named, opened
from medark.messages import N_

HELP = N_(
    "Make the lake again from the raw records.\n"
    "The old one is read until the new one is whole. "
    "With the same maps and vocabularies, every row is the same as before, whichever engine makes it."
)
EXAMPLES = """\
medark rebuild city
medark rebuild city --engine spark"""


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "rebuild", HELP, EXAMPLES, KEEP)(rebuild)


def rebuild(workspace: Named = None, engine: Engine = "duckdb", json: Json = False) -> None:
    from medark.bootstrap import engine_of
    from medark.cli.accounts import rebuild_json, rebuild_view
    from medark.flows.rebuild import rebuild as run

    with opened(workspace) as ws, engine_of(ws, engine) as chosen, watched() as progress:
        account = run(ws, progress, chosen)
    show(rebuild_json(account), json, lambda: rebuild_view(account))
