"""`medark source`: the systems that feed the workspace"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.commands.config import file_text
from medark.cli.console import say, show
from medark.cli.files import whole
from medark.cli.workspace import Json, Named, place
from medark.messages import N_, _
from medark.settings import FILE, SourceSettings, read, with_source

Name = Annotated[
    str | None, typer.Argument(metavar="NAME", help=N_("organisation/system, or one word"), show_default=False)
]
Zone = Annotated[str, typer.Option("--time-zone", metavar="ZONE", help=N_("zone of its times that carry none"))]
People = Annotated[str, typer.Option("--people", metavar="NAME", help=N_("namespace of its patient numbers"))]
Authority = Annotated[
    list[str] | None,
    typer.Option("--authority", metavar="ID", help=N_("an assigning authority that is its own; repeatable")),
]
Owner = Annotated[str, typer.Option("--owner", metavar="NAME", help=N_("who answers for it: a department or a role"))]
Organisation = Annotated[
    str,
    typer.Option("--organisation", metavar="NAME", help=N_("whose rows these are; else the first part of its name")),
]


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "source", N_("The systems that feed the workspace."), KEEP)
    help_ = N_(
        "Describe a source before its data comes: its time zone, whose patient numbers it uses, who answers for it."
    )
    examples = "medark source add city north/lis --time-zone Asia/Shanghai --owner laboratory"
    command(inner, "add", help_, examples)(add_source)
    command(inner, "list", N_("List the sources that are described."), "medark source list city")(list_)


def add_source(
    workspace: Named = None,
    name: Name = None,
    time_zone: Zone = "",
    people: People = "",
    authority: Authority = None,
    owner: Owner = "",
    organisation: Organisation = "",
    json: Json = False,
) -> None:
    folder = place(workspace)
    text = file_text(folder)
    source = SourceSettings(time_zone, people, tuple(authority or ()), owner, organisation)
    after = with_source(text, str(name), source)
    with whole(folder / FILE) as file:
        file.write(after.encode())
    show(_plain(str(name), source), json, lambda: say(_("source {name} is described in {file}", name=name, file=FILE)))


def list_(workspace: Named = None, json: Json = False) -> None:
    from medark.cli.tables import table

    settings = read(file_text(place(workspace)), os.environ)
    columns = (_("source"), _("time zone"), _("people"), _("authorities"), _("owner"))
    rows = [
        (name, settings.source_zone(name), s.people or name.partition("/")[0], ", ".join(s.authorities), s.owner)
        for name, s in settings.sources.items()
    ]
    plain = [_plain(name, source) for name, source in settings.sources.items()]
    show(plain, json, lambda: table(_("Sources"), columns, rows))


def _plain(name: str, source: SourceSettings) -> dict[str, object]:
    return {
        "name": name,
        "time_zone": source.time_zone,
        "people": source.people,
        "authorities": list(source.authorities),
        "owner": source.owner,
        "organisation": source.organisation or name.partition("/")[0],
    }
