"""Commands of one application, `medark app APP COMMAND`: those that every application has, and those of its own"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

import typer
from typer.main import get_command

from medark.cli.help import Group
from medark.messages import N_

if TYPE_CHECKING:
    from typer._click import Command, Context

# The modules of this folder, by the name of the command: each has `add(inner, app)`, which registers it for an
# application by name. The first are there for every application, the others for those that are named.
EVERY: Final[dict[str, str]] = {
    "backtest": "backtest", "release": "releases", "releases": "releases", "compare": "releases",
}  # fmt: skip
OWN: Final[dict[str, dict[str, str]]] = {"registry": {"new": "registry", "update": "registry"}}


class WithApplications(Group):
    """A group in which the name of an application, too, is a group: of that application's commands."""

    def resolve_command(self, ctx: Context, args: list[str]) -> tuple[str | None, Command | None, list[str]]:
        """Its own command of a name; else the application's."""
        name, *rest = args
        found = None if name in self.commands else group_of(name, rest)
        return (name, found, rest) if found is not None else super().resolve_command(ctx, args)


def group_of(name: str, rest: list[str]) -> Command | None:
    """The group of an application, if a name is one of an application; `rest`: what stands behind it."""
    return of_application(name) if _is_application(name, rest) else None


def of_application(app: str) -> Command:
    """The commands of an application."""
    inner = typer.Typer(
        name=app, cls=Group, no_args_is_help=True, add_completion=False, rich_markup_mode=None,
        pretty_exceptions_enable=False, help=N_("Commands of one application."),
    )  # fmt: skip
    inner.callback()(_nothing)
    for module in dict.fromkeys((EVERY | OWN.get(app, {})).values()):
        importlib.import_module(f"{__name__}.{module}").add(inner, app)
    return get_command(inner)


def _is_application(name: str, rest: list[str]) -> bool:
    """Is it one that has commands of its own, that a package brings, or one of which a command of all is asked?"""
    if name in OWN or (rest and rest[0] in EVERY):
        return True
    from medark.flows.apps.found import packaged

    return name in packaged()


def _nothing() -> None:
    """The group itself does nothing."""
