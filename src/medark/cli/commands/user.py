"""`medark user`: people who use the platform, their organisation and roles"""

from __future__ import annotations

import sys
from getpass import getpass
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.console import show
from medark.cli.workspace import Json, Named, opened
from medark.errors import UsageError
from medark.messages import N_, _

if TYPE_CHECKING:
    from medark.model.user import User

Name = Annotated[str | None, typer.Argument(metavar="NAME", help=N_("the name they sign in by"), show_default=False)]
Display = Annotated[str, typer.Option("--display", metavar="NAME", help=N_("what they are called"))]
Organisation = Annotated[str, typer.Option("--organisation", metavar="NAME", help=N_("the organisation they are of"))]
Role = Annotated[list[str] | None, typer.Option("--role", metavar="ROLE", help=N_("a role of theirs; repeatable"))]
More = Annotated[list[str] | None, typer.Option("--add", metavar="ROLE", help=N_("a role to give; repeatable"))]
Less = Annotated[list[str] | None, typer.Option("--remove", metavar="ROLE", help=N_("a role to take; repeatable"))]


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "user", N_("People who use the platform, their organisation and roles."), KEEP)
    help_ = N_("Add somebody. They read nothing until a grant of theirs, or of a role of theirs, opens it.")
    command(inner, "add", help_, "medark user add city ann --organisation north --role researcher")(add_user)
    command(inner, "list", N_("List who there is."), "medark user list city")(list_)
    command(inner, "disable", N_("Keep somebody out from now on."), "medark user disable city ann")(disable)
    help_ = N_(
        "Let somebody sign in by a password.\n"
        "It is asked for, or is the first line of standard input. What was open with their old one ends."
    )
    command(inner, "password", help_, "medark user password city ann")(password)
    help_ = N_("Give roles to somebody, or take them.")
    command(inner, "role", help_, "medark user role city ann --add ward --remove researcher")(role)


def add_user(
    workspace: Named = None,
    name: Name = None,
    display: Display = "",
    organisation: Organisation = "",
    role: Role = None,
    json: Json = False,
) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.gate.users import add_user as added
    from medark.model.user import User

    with opened(workspace) as ws:
        user = added(ws, machine_user(), User(str(name), display, organisation, frozenset(role or ())))
    show(_plain(user), json, lambda: _("{name} may sign in; what they may read is for grants to say", name=user.name))


def list_(workspace: Named = None, json: Json = False) -> None:
    from medark.cli.tables import table

    with opened(workspace) as ws:
        users = ws.ledger.users.all()
    columns = (_("user"), _("called"), _("organisation"), _("roles"), _("state"))
    rows = [
        (u.name, u.display, u.organisation, " ".join(sorted(u.roles)), _("disabled") if u.disabled else "")
        for u in users
    ]
    show([_plain(user) for user in users], json, lambda: table(_("Users"), columns, rows))


def disable(workspace: Named = None, name: Name = None, json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.gate.users import disable as disabled

    with opened(workspace) as ws:
        user = disabled(ws, machine_user(), str(name))
    show(_plain(user), json, lambda: _("{name} is kept out", name=user.name))


def password(workspace: Named = None, name: Name = None, json: Json = False) -> None:
    from medark.cli.extras import serving
    from medark.flows.gate.reader import machine_user

    with opened(workspace) as ws, serving():
        from medark.serve.auth.set_password import set_password

        ended = set_password(ws, machine_user(), str(name), _asked())
    show({"user": name, "ended": ended}, json, lambda: _("{name} may sign in by this password", name=name))


def _asked() -> str:
    """The password: typed twice where somebody sits, else the first line that comes."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass(_("password") + ": ")
    if first != getpass(_("once more") + ": "):
        raise UsageError("the two are not the same", fix="type it again")
    return first


def role(workspace: Named = None, name: Name = None, add: More = None, remove: Less = None, json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.gate.users import set_roles

    with opened(workspace) as ws:
        user = set_roles(ws, machine_user(), str(name), add or (), remove or ())
    show(_plain(user), json, lambda: _("roles of {name}: {roles}", name=user.name, roles=" ".join(sorted(user.roles))))


def _plain(user: User) -> dict[str, object]:
    return {
        "user": user.name, "display": user.display, "organisation": user.organisation, "roles": sorted(user.roles),
        "disabled": user.disabled,
    }  # fmt: skip
