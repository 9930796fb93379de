"""`medark erase`: one person out of everything"""

from __future__ import annotations

from typing import Annotated

import typer

from medark.cli.commands import KEEP, command
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.errors import UsageError
from medark.messages import N_, _

Person = Annotated[
    str | None, typer.Argument(metavar="PERSON", help=N_("the person_id in the lake"), show_default=False)
]
Yes = Annotated[bool, typer.Option("--yes", help=N_("don't ask"))]

HELP = N_(
    "Erase one person everywhere.\n"
    "From the lake with its old versions, from the raw records, from the crosswalk. It can't be undone. The "
    "audit says that it was done, not to whom."
)


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "erase", HELP, "medark erase city 4025719\nmedark erase city 4025719 --yes", KEEP)(erase)


def erase(workspace: Named = None, person: Person = None, yes: Yes = False, json: Json = False) -> None:
    from medark.cli.accounts import erasure_json, erasure_view
    from medark.flows.erase import erase as run

    with opened(workspace) as ws:
        if not yes:
            _ask()
        with watched() as progress:
            account = run(ws, str(person), progress)
    show(erasure_json(account), json, lambda: erasure_view(account))


def _ask() -> None:
    """Go on only when the person at the terminal says so."""
    import sys

    if not sys.stdin.isatty():
        raise UsageError("erasing asks first, and there is nobody to ask", fix="add --yes")
    if not typer.confirm(_("Erase this person everywhere? It can't be undone"), err=True):
        raise UsageError("nothing was erased")
