"""`medark lineage`: what a column is made of, up to the fields of sources, and what it is in, down to pages"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medark.cli.commands import ASK, command
from medark.cli.console import say, show
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_, _

Of = Annotated[
    str | None,
    typer.Argument(
        metavar="COLUMN",
        help=N_("table.column, a source's table.column, or app/dataset.column"),
        show_default=False,
    ),
]
All = Annotated[bool, typer.Option("--all", help=N_("what decides which rows there are, too"))]
Events = Annotated[
    str, typer.Option("--openlineage", metavar="FILE|URL", help=N_("write OpenLineage events, or post them"))
]

HELP = N_(
    "Say what a column is made of, and what is made of it.\n"
    "Worked out of what is run: maps, readers, the steps to OMOP, definitions."
)
EXAMPLES = """\
medark lineage city measurement.value_as_number
medark lineage city north/his/vital.测量值 --all
medark lineage city measurement.unit_concept_id --json
medark lineage city --openlineage events.ndjson"""


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "lineage", HELP, EXAMPLES, ASK)(lineage)


def lineage(
    workspace: Named = None, of: Of = None, every: All = False, events: Events = "", json: Json = False
) -> None:
    from medark.catalog.lineage.tree import tree
    from medark.cli.lineage import lineage_view
    from medark.errors import UsageError
    from medark.flows.lineage import asset, graph
    from medark.flows.lineage.events import sent, written

    if events and not workspace:
        workspace, of = of, None  # of one argument the parser makes the column
    if not of and not events:
        raise UsageError("no column is named", fix="medark lineage WS measurement.value_as_number")
    with opened(workspace) as ws:
        if events:
            count = sent(ws, events) if "://" in events else written(ws, Path(events))
            say(_("{count} events are in {place}", count=count, place=events))
        if of:
            known, root = graph(ws), asset(ws, of)
            up, down = (tree(known, root, up=way, everything=every) for way in (True, False))
            show({"up": up.plain(), "down": down.plain()}, json, lambda: lineage_view(up, down))
