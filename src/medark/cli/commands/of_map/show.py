"""`medark map show`: a proposed map as the TOML that it is"""

from __future__ import annotations

from typing import Annotated

import typer

from medark.cli.commands import command
from medark.cli.commands.of_map.propose import Source
from medark.cli.console import show
from medark.cli.workspace import Json, Named, opened
from medark.errors import NotFoundError
from medark.messages import N_

Table = Annotated[str, typer.Option("--table", metavar="NAME", help=N_("one table alone"))]
Version = Annotated[int, typer.Option("--version", metavar="N", help=N_("which version; otherwise the newest"))]

HELP = N_("Show a proposed map: TOML, with each line's chance and what speaks for it beside it.")


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "show", HELP, "medark map show city north/his --table 诊断")(show_)


def show_(
    workspace: Named = None, source: Source = None, table: Table = "", version: Version = 0, json: Json = False
) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.propose.keeping import load, version_files
    from medark.flows.propose.review import called
    from medark.flows.raw import must_steward

    with opened(workspace) as ws:
        must_steward(ws, machine_user(), "map shown", source=str(source))
        files = version_files(ws, str(source), version or load(ws, str(source)).version)
    if not files:
        fix = f"medark map propose WS {source}"
        raise NotFoundError(N_("there is no such proposal"), fix=fix, source=str(source))
    one = called(table, [name.removesuffix(".toml") for name in files]) if table else ""
    wanted = {name: text for name, text in files.items() if not one or name == f"{one}.toml"}
    show(wanted, json, lambda: print("\n".join(f"# {name}\n{text}" for name, text in wanted.items())))
