"""`medark registry new`, `medark registry update`: a disease registry of one's own"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medark.cli.commands import command
from medark.cli.console import say, show
from medark.cli.workspace import Json, opened
from medark.messages import N_, _

Name = Annotated[str, typer.Argument(metavar="NAME", help=N_("what it is to be called"), show_default=False)]
Into = Annotated[str | None, typer.Argument(metavar="[WS]", help=N_("install it in this workspace, too"))]
Parent = Annotated[str, typer.Option("--in", metavar="FOLDER", help=N_("where to make it; otherwise here"))]
Folder = Annotated[
    str, typer.Argument(metavar="FOLDER", help=N_("the folder with app.toml"), show_default=False)
]  # fmt: skip


def add(inner: typer.Typer, app: str) -> None:
    """Put both in the application's group."""
    help_ = N_(
        "Write a new disease registry that works: who, what and when in one file, a test, a manifest.\n"
        "With a workspace it is installed there; nothing of it runs before somebody has approved what it reads."
    )
    command(inner, "new", help_, f"medark {app} new hypertension\nmedark {app} new hypertension city")(new)
    help_ = N_("Write into its manifest what a registry reads, publishes and shows, after its file was changed.")
    command(inner, "update", help_, f"medark {app} update hypertension")(update)


def new(name: Name, workspace: Into = None, parent: Parent = ".", json: Json = False) -> None:
    """Write it; install it where a workspace is named."""
    from medark.flows.apps.new_registry import new_registry

    files = new_registry(name, Path(parent))
    folder = files[0].parent
    if workspace is not None:
        _install(workspace, folder)
    show([str(file) for file in files], json, lambda: say(_("{app} is in {folder}", app=name, folder=folder)))
    if not json:
        say(f"  {_('next')}: pytest {folder}")
        say(f"  {_('next')}: medark app {'approve' if workspace else 'install'} WS {name if workspace else folder}")


def update(folder: Folder, json: Json = False) -> None:
    """Bring the manifest up to the definitions."""
    from medark.flows.apps.new_registry import update as updated

    app = updated(Path(folder))
    told = {kind: list(names) for kind, names in app.published().items()}
    show(told, json, lambda: say(_("{folder}/app.toml says what its definitions are", folder=folder)))


def _install(workspace: str, folder: Path) -> None:
    from medark.flows.apps import life
    from medark.flows.gate.reader import machine_user

    with opened(workspace) as ws:
        life.install(ws, folder, by=machine_user())
