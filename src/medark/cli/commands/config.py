"""`medark config`: every setting, its value, and where that came from"""

from __future__ import annotations

import os
from pathlib import Path

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.console import show
from medark.cli.workspace import Json, Named, place
from medark.errors import StorageError, WorkspaceError
from medark.messages import N_, _, phrase
from medark.settings import FILE, explain, shown, variable


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "config", N_("Settings: what holds, and why."), KEEP)
    help_ = N_("Say every setting's value and where it came from.\nThe default, a line of the file, or a variable.")
    command(inner, "show", help_, "medark config show city\nMEDARK_ENGINE_MEMORY=4GB medark config show city --json")(
        show_
    )


def file_text(workspace: Path) -> str:
    """The text of a workspace's settings. WorkspaceError if it is none."""
    try:
        return (workspace / FILE).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise WorkspaceError("this is not a workspace", fix=f"medark init {workspace}", path=str(workspace)) from None
    except (OSError, UnicodeDecodeError):
        raise StorageError("the settings can't be read", fix="check the file", path=str(workspace / FILE)) from None


def show_(workspace: Named = None, json: Json = False) -> None:
    from medark.cli.tables import table

    rows = explain(file_text(place(workspace)), os.environ)
    plain = [
        {"key": r.key, "value": r.value, "origin": r.origin, "variable": variable(r.key), "meaning": r.meaning}
        for r in rows
    ]
    columns = (_("setting"), _("value"), _("from"), _("meaning"))
    drawn = [(r.key, str(shown(r.key, r.value)), phrase(r.origin), phrase(r.meaning)) for r in rows]
    show(plain, json, lambda: table(_("Settings"), columns, drawn))
