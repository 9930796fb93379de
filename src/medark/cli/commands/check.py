"""`medark check`: is the data right, complete and believable? Every check, what fails and how much of it"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from medark.cli.commands import ASK, command
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_

if TYPE_CHECKING:
    from medark.check.dqd import Verdict

Table = Annotated[str, typer.Option("--table", metavar="NAME", help=N_("the checks of one table"))]
All = Annotated[bool, typer.Option("--all", help=N_("list every check, not only those that fail"))]

HELP = N_(
    "Judge the data: is it right, complete and believable?\n"
    "All 2,535 checks of OHDSI's DataQualityDashboard for CDM 5.4, by its names and thresholds."
)
EXAMPLES = """\
medark check city
medark check city --table measurement
medark check city --all --json"""


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "check", HELP, EXAMPLES, ASK)(check)


def check(workspace: Named = None, table: Table = "", every: All = False, json: Json = False) -> None:
    from medark.cli.quality import quality_view
    from medark.flows.gate.reader import machine_user
    from medark.flows.quality import check as run

    with opened(workspace) as ws, watched() as progress:
        found = run(ws, machine_user(), progress, table)
    listed = [one for one in found if every or one.outcome == "failed"]
    show([_plain(one) for one in listed], json, lambda: quality_view(found, listed))


def _plain(one: Verdict) -> dict[str, Any]:
    check = one.instance
    return {
        "id": check.id, "check": check.check, "level": check.kind.level, "category": check.kind.category,
        "context": check.kind.context, "severity": check.kind.severity, "table": check.table, "field": check.field,
        "concept_ids": list(check.concept_ids), "outcome": one.outcome, "violated": one.violated, "of": one.of,
        "share": one.share, "threshold": one.threshold,
    }  # fmt: skip
