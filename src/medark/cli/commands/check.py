"""`medark check`: is the data right, complete and believable? Every check, what fails and how much of it"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medark.cli.commands import ASK, command
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_

if TYPE_CHECKING:
    from medark.check.judge import Verdict
    from medark.flows.quality import Explained

Table = Annotated[str, typer.Option("--table", metavar="NAME", help=N_("the checks of one table"))]
One = Annotated[str, typer.Option("--check", metavar="ID", help=N_("what is behind one check"))]
Past = Annotated[bool, typer.Option("--history", help=N_("earlier judgements, and what changed from one to the next"))]
From = Annotated[str, typer.Option("--source", metavar="NAME", help=N_("the rows of one source, by themselves"))]
By = Annotated[
    str,
    typer.Option("--by", metavar="source|table|dimension", help=N_("scores, and what changed since the run before")),
]
All = Annotated[bool, typer.Option("--all", help=N_("list every check, not only those that fail"))]

HELP = N_(
    "Judge the data: is it right, complete and believable?\n"
    "All 2,535 checks of OHDSI's DataQualityDashboard for CDM 5.4, by its names and thresholds."
)
EXAMPLES = """\
medark check city
medark check city --table measurement
medark check city --check field_isrequired_person_person_id
medark check city --by source
medark check city --source north/his
medark check city --history
medark check city --all --json"""


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "check", HELP, EXAMPLES, ASK)(check)


def check(
    workspace: Named = None,
    table: Table = "",
    one: One = "",
    source: From = "",
    parts: By = "",
    past: Past = False,
    every: All = False,
    json: Json = False,
) -> None:
    from medark.cli.quality import explained_view, history_view, quality_view
    from medark.cli.quality_scores import scores_by, scores_view
    from medark.flows import quality
    from medark.flows.gate.reader import machine_user

    with opened(workspace) as ws, watched() as progress:
        by, zone = machine_user(), ws.settings.time_zone
        if past:
            runs = quality.history(ws, by)
            show([{**asdict(run), **asdict(change)} for run, change in runs], json, lambda: history_view(runs, zone))
        elif one:
            close = quality.explained(ws, by, one, progress)
            show(_close(close), json, lambda: explained_view(close))
        elif parts:
            quality.check(ws, by, progress)
            shown = scores_by(parts, source, quality.history(ws, by), quality.since_last(ws, by))
            show([line.plain for line in shown], json, lambda: scores_view(parts, shown, zone))
        else:
            found = quality.check_source(ws, by, source, progress) if source else quality.check(ws, by, progress, table)
            found = [verdict for verdict in found if table in ("", verdict.check.table)]
            listed = [verdict for verdict in found if every or verdict.outcome == "failed"]
            show([_plain(verdict) for verdict in listed], json, lambda: quality_view(found, listed))


def _close(found: Explained) -> dict[str, Any]:
    suspects = [
        {**asdict(one.suspect), "share": one.suspect.share, "lines": list(map(asdict, one.lines))}
        for one in found.suspects
    ]
    told = {"examples": found.examples, "apps": found.apps, "datasets": found.datasets}
    return {**_plain(found.verdict), "suspects": suspects, **told}


def _plain(one: Verdict) -> dict[str, Any]:
    check = one.check
    return {
        "id": check.id, "kind": check.kind.name, "level": check.kind.level, "category": check.kind.category,
        "context": check.kind.context, "severity": check.kind.severity, "table": check.table, "column": check.column,
        "concept_ids": list(check.concept_ids), "outcome": one.outcome, "violating": one.violating, "of": one.of,
        "share": one.share, "threshold": one.threshold,
    }  # fmt: skip
