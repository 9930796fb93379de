"""Commands about maps, `medark map COMMAND`: propose, review, show, diff, approve, withdraw"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

import typer
from typer.main import get_command

from medark.cli.commands.of_app import WithApplications
from medark.cli.help import Group
from medark.messages import N_

if TYPE_CHECKING:
    from typer._click import Command, Context

COMMANDS: Final = ("propose", "review", "show", "diff", "approve", "withdraw")
_MAP: Final = "map"


class WithMaps(WithApplications):
    """The tree, in which `medark map COMMAND` is about maps and `medark map WS` draws the map of the data."""

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Behind `map`, a command of maps; else the tree's own."""
        if args[0] == _MAP and len(args) > 1 and args[1] in COMMANDS:
            return _MAP, of_maps(), args[1:]
        return super().resolve_command(ctx, args)


def of_maps() -> Command:
    """The commands of maps."""
    inner = typer.Typer(
        name=_MAP, cls=Group, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
        pretty_exceptions_enable=False,
        help=N_("Maps of tables that nobody has described: proposed, reviewed, approved."),
    )  # fmt: skip
    inner.callback()(_nothing)
    for name in COMMANDS:
        importlib.import_module(f"{__name__}.{name}").add(inner)
    return get_command(inner)


def _nothing() -> None:
    return None
