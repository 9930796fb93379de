"""`medark define`: what a definition file says, before anything is run"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from medark.cli.commands import ASK, command, group
from medark.cli.commands.run import File
from medark.cli.console import show
from medark.cli.workspace import Json
from medark.messages import N_, _

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

    from medark.flows.definitions.check import Checked


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "define", N_("Definitions: cohorts, scores, rules and measures written in a file."), ASK)
    help_ = N_(
        "Say what a definition file means, which columns it reads and what can change its answer.\n"
        "Nothing is run over data; no workspace is needed."
    )
    command(inner, "check", help_, "medark define check study.py\nmedark define check study.py --json")(check)


def check(file: File = None, json: Json = False) -> None:
    from medark.flows.definitions.check import check as checked
    from medark.messages import spoken

    found = checked(Path(str(file)), spoken())
    show([asdict(one) for one in found], json, lambda: _drawn(found))


def _drawn(found: tuple[Checked, ...]) -> Group:
    from rich.console import Group

    return Group(*(part for one in found for part in _one(one)))


def _one(checked: Checked) -> list[RenderableType]:
    from rich.markdown import Markdown
    from rich.padding import Padding
    from rich.text import Text

    from medark.cli.tables import table

    heading = Text.assemble((checked.name, "bold"), "  ", (checked.kind, "dim"), "  ", (checked.digest[:12], "dim"))
    reads = [(name, ", ".join(columns)) for name, columns in checked.reads.items()]
    triggers = Text(_("changes with: {what}", what="; ".join(checked.triggers)))
    read = table(_("reads"), (_("table"), _("columns")), reads)
    parts: list[RenderableType] = [Markdown(checked.meaning), Text(), read, Text(), triggers]
    return [heading, *(Padding(part, (0, 0, 0, 2)) for part in parts), Text()]
