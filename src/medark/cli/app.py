"""The tree of commands"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Annotated, cast

import typer
from typer.main import get_command

from medark.cli.commands.of_map import WithMaps
from medark.messages import N_

if TYPE_CHECKING:
    from typer.core import TyperGroup

# In the order of the help page. Each module has `add(app)`.
COMMANDS = (
    "synth", "init", "ingest", "serve", "account", "map", "find", "lineage", "impact", "why", "check", "report",
    "characterise", "query", "run", "explain", "define", "dummy", "quarantine", "vocabulary", "units", "notes",
    "identity", "source", "app", "raw", "user", "grant", "refusal", "access", "audit", "erase", "rebuild", "lake",
    "config", "completion",
)  # fmt: skip

Language = Annotated[
    str, typer.Option("--language", metavar="zh|en", help=N_("language of messages, for this command"))
]
Version = Annotated[bool, typer.Option("--version", help=N_("print the version and exit"))]


def command() -> TyperGroup:
    """All commands, ready to run."""
    app = typer.Typer(
        name="medark",
        cls=WithMaps,
        help=N_("An open healthcare data platform: any hospital's data in, one standard record out."),
        epilog="medark synth city\nmedark init ws\nmedark ingest ws exports --source north/lis",
        add_completion=False,
        no_args_is_help=False,
        invoke_without_command=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_root)
    for name in COMMANDS:
        importlib.import_module(f"medark.cli.commands.{name}").add(app)
    tree = cast("TyperGroup", get_command(app))  # with a callback it is a group
    tree.commands = {name: tree.commands[name] for name in COMMANDS}
    return tree


def _root(context: typer.Context, language: Language = "", version: Version = False) -> None:
    if version:
        import medark

        print(f"medark {medark.__version__}")
    elif context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit(2)
