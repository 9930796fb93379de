"""`medark why`: how one row of the lake came to be, back to its raw record"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from medark.cli.commands import ASK, command
from medark.cli.console import show
from medark.cli.workspace import For, Json, Named, opened, who_asks
from medark.errors import UsageError
from medark.messages import N_

Table = Annotated[str | None, typer.Argument(metavar="TABLE", help=N_("a table of the lake"), show_default=False)]
Key = Annotated[str | None, typer.Argument(metavar="KEY", help=N_("the row's key"), show_default=False)]

HELP = N_(
    "Say how one row came to be: raw record, map, lookups, wave.\n"
    "What the source itself said is shown to owners and data stewards alone, and written to the audit."
)
EXAMPLES = "medark why city measurement 123\nmedark why city condition_occurrence 456 --json"


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "why", HELP, EXAMPLES, ASK)(why)


def why(workspace: Named = None, table: Table = None, key: Key = None, purpose: For = "", json: Json = False) -> None:
    from medark.cli.lineage import way_view
    from medark.flows.lineage.why import why as way_of

    if not (key or "").lstrip("-").isdecimal():
        raise UsageError("a row's key is a whole number", fix="medark why WS measurement 123")
    with opened(workspace) as ws:
        found, zone = way_of(ws, who_asks(ws, purpose), str(table), int(str(key))), ws.settings.time_zone
    show(asdict(found), json, lambda: way_view(found, zone))
