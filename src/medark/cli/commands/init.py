"""`medark init`: make a workspace"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medark.cli.commands import START, command
from medark.cli.console import say, show
from medark.cli.workspace import Json
from medark.messages import N_, _

Folder = Annotated[str | None, typer.Argument(metavar="WS", help=N_("a new or empty folder"), show_default=False)]
Zone = Annotated[str, typer.Option("--time-zone", metavar="ZONE", help=N_("the one zone of all times in the lake"))]
Buckets = Annotated[int, typer.Option("--buckets", metavar="N", help=N_("buckets that people are spread over"))]
Language = Annotated[
    str, typer.Option("--speak", metavar="zh|en|auto", help=N_("language of the workspace's messages"))
]

HELP = N_(
    "Make a workspace.\n"
    "It is a folder that holds raw records, the lake, vocabularies and the account of everything. Its settings "
    "are in WS/medark.toml."
)


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "init", HELP, "medark init city\nmedark init city --time-zone Asia/Shanghai", START)(init)


def init(
    workspace: Folder = None,
    time_zone: Zone = "UTC",
    buckets: Buckets = 8,
    speak: Language = "",
    json: Json = False,
) -> None:
    from medark.bootstrap import init_workspace

    with init_workspace(Path(str(workspace)), time_zone=time_zone, buckets=buckets, language=speak or None) as made:
        settings = {
            "workspace": str(made.path),
            "time_zone": time_zone,
            "buckets": buckets,
            "language": made.settings.language,
        }
    show(settings, json, lambda: _("A workspace is at {path}.", path=workspace))
    if not json:
        say(f"  {_('next')}: medark ingest {workspace} {_('FOLDER')}")
