"""One file a command, or a command with its sub-commands: `add(app)` puts it in the tree"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from medark.cli.help import Command, Group
from medark.messages import N_

START, ASK, KEEP = N_("Begin"), N_("Look and ask"), N_("Look after")


def command(app: typer.Typer, name: str, help_: str, examples: str, panel: str | None = None) -> Callable[..., Any]:
    """Register a function as a command; `examples` are whole lines to type."""
    return app.command(name, cls=Command, help=help_, epilog=examples, rich_help_panel=panel)


def group(app: typer.Typer, name: str, help_: str, panel: str, kind: type[Group] = Group) -> typer.Typer:
    """A command that has sub-commands."""
    inner = typer.Typer(cls=Group, no_args_is_help=True, add_completion=False, rich_markup_mode=None)
    app.add_typer(inner, name=name, help=help_, rich_help_panel=panel, cls=kind)
    return inner
