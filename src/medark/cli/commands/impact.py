"""`medark impact`: what breaks, or changes, without a column"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from medark.cli.commands import ASK, command
from medark.cli.commands.lineage import Of
from medark.cli.console import show
from medark.cli.workspace import Json, Named, opened
from medark.errors import UsageError
from medark.messages import N_

if TYPE_CHECKING:
    from medark.model.lineage import Impact

HELP = N_(
    "Say what changes where a column does: what breaks if a system drops it?\n"
    "Columns of the lake, datasets, pages, cards, tasks, signals and checks, each with the way in which it depends."
)
EXAMPLES = """\
medark impact city north/his/vital.测量值
medark impact city person.year_of_birth --json"""


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "impact", HELP, EXAMPLES, ASK)(impact)


def impact(workspace: Named = None, of: Of = None, json: Json = False) -> None:
    from medark.cli.lineage import impact_view
    from medark.flows.lineage import impact as of_asset

    if not of:
        raise UsageError("no column is named", fix="medark impact WS north/lis/result.value")
    with opened(workspace) as ws:
        found = of_asset(ws, of)
    show(_plain(found), json, lambda: impact_view(found))


def _plain(found: Impact) -> dict[str, Any]:
    touched = [
        {
            "layer": str(one.asset.layer), "of": one.asset.of, "name": one.asset.name, "how": str(one.how),
            "steps": one.steps, "alone": one.alone,
        }
        for one in found.touched
    ]  # fmt: skip
    return {"asset": found.asset.title, "layer": str(found.asset.layer), "touched": touched}
