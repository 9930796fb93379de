"""`medark map`: every source, file, table and column: what is in it, where it came from, where it went"""

from __future__ import annotations

from typing import Annotated

import typer

from medark.cli.commands import ASK, command
from medark.cli.workspace import Json, Named
from medark.messages import N_

Html = Annotated[str, typer.Option("--html", metavar="FILE", help=N_("write a page that needs nothing else"))]

HELP = N_(
    "Map the data: what there is, where it came from, where it went.\n"
    "Every source, file, table and column, with rows, distinct and missing values, range and top values. "
    "Values that could tell who somebody is are masked."
)


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "map", HELP, "medark map city\nmedark map city --html map.html\nmedark map city --json", ASK)(map_)


def map_(workspace: Named = None, html: Html = "", json: Json = False) -> None:
    raise NotImplementedError
