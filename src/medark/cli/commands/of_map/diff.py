"""`medark map diff`: what one version of a proposed map says otherwise than another"""

from __future__ import annotations

import difflib
from typing import Annotated

import typer

from medark.cli.commands import command
from medark.cli.commands.of_map.propose import Source
from medark.cli.workspace import Named, opened
from medark.messages import N_

Before = Annotated[int, typer.Option("--from", metavar="N", help=N_("the older version; otherwise the last but one"))]
After = Annotated[int, typer.Option("--to", metavar="N", help=N_("the newer version; otherwise the last"))]

HELP = N_("Show what changed between two versions of a proposed map, line by line.")


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "diff", HELP, "medark map diff city north/his\nmedark map diff city north/his --from 1 --to 3")(diff)


def diff(workspace: Named = None, source: Source = None, before: Before = 0, after: After = 0) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.propose.keeping import load, version_files
    from medark.flows.raw import must_steward

    with opened(workspace) as ws:
        must_steward(ws, machine_user(), "map shown", source=str(source))
        last = after or load(ws, str(source)).version
        old, new = (version_files(ws, str(source), n) for n in (before or last - 1, last))
    for name in sorted({*old, *new}):
        was, is_ = (side.get(name, "").splitlines(keepends=True) for side in (old, new))
        print("".join(difflib.unified_diff(was, is_, f"{before or last - 1}/{name}", f"{last}/{name}")), end="")
