"""Which workspace a command is about: named, or MEDARK_WORKSPACE, or the one that the current folder lies in"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli import language
from medark.errors import UsageError, WorkspaceError
from medark.messages import N_
from medark.settings import FILE

if TYPE_CHECKING:
    from medark.flows.workspace import Workspace
    from medark.model.access import Purpose, Reader

Named = Annotated[
    str | None, typer.Argument(metavar="[WS]", help=N_("the workspace; may be left out inside one"), show_default=False)
]
Engine = Annotated[str, typer.Option("--engine", metavar="duckdb|spark", help=N_("the engine to run it on"))]
For = Annotated[
    str,
    typer.Option(
        "--purpose",
        metavar="PURPOSE",
        help=N_("what you read it for: care, public_health, research, payment; else operations"),
    ),
]
Json = Annotated[bool, typer.Option("--json", help=N_("print JSON on standard output"))]


def place(named: str | None, environ: Mapping[str, str] = os.environ, current: Path | None = None) -> Path:
    """The workspace's folder. WorkspaceError if none is named and we are not inside one."""
    if named := named or environ.get("MEDARK_WORKSPACE"):
        return Path(named)
    here = current or Path.cwd()
    for folder in (here, *here.parents):
        if (folder / FILE).is_file():
            return folder
    raise WorkspaceError(
        "no workspace is named, and this folder is not in one", fix="name it first, or: medark init WS"
    )


def opened(named: str | None) -> Workspace:
    """The workspace, open; from here on messages are in its language."""
    from medark.bootstrap import open_workspace

    workspace = open_workspace(place(named), environ=os.environ)
    language.settle(workspace.settings.language)
    return workspace


def purpose_of(named: str) -> Purpose:
    """A purpose by its name, operations if none is named. UsageError with those that there are."""
    from medark.model.access import Purpose

    named = named or Purpose.OPERATIONS.value
    if named not in set(Purpose):
        raise UsageError("there is no such purpose", fix=", ".join(Purpose), purpose=named)
    return Purpose(named)


def who_asks(workspace: Workspace, purpose: str) -> Reader:
    """The user of this machine, who reads for a purpose."""
    from medark.flows.gate import at_terminal

    return at_terminal(workspace, purpose_of(purpose))
