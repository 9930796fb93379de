"""`medark map propose`: what each table of a source is, and each of its columns"""

from __future__ import annotations

import difflib
from typing import Annotated

import typer

from medark.cli.commands import command
from medark.cli.console import show
from medark.cli.workspace import Json, Named, opened
from medark.errors import NotFoundError
from medark.messages import N_, _

Source = Annotated[str | None, typer.Argument(metavar="SOURCE", help=N_("the source"), show_default=False)]

HELP = N_(
    "Propose a map for the tables of a source that wait for one.\n"
    "What each table is, what each column is, how tables join, with the chance of each and what speaks for it. "
    "Only what is new since the last time is read; what has changed is told."
)


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "propose", HELP, "medark map propose city north/his\nmedark map propose city north/his --json")(
        propose
    )


def propose(workspace: Named = None, source: Source = None, json: Json = False) -> None:
    from medark.cli.proposals import proposal_json, proposal_view
    from medark.flows.gate.reader import machine_user
    from medark.flows.propose.proposing import propose as run
    from medark.flows.raw import must_steward

    with opened(workspace) as ws:
        must_steward(ws, machine_user(), "map proposed", source=str(source))
        if source not in (names := {one.source for one in ws.ledger.batches.newest()}):
            near = ", ".join(difflib.get_close_matches(str(source), sorted(names), 3))
            raise NotFoundError("no such source", fix=near or "medark source list", source=str(source))
        found = run(ws, str(source))
    show(proposal_json(found), json, lambda: proposal_view(found) if found.drafts else _("nothing waits for a map"))
