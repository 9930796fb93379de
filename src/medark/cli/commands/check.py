"""`medark check`: is the data right, complete and believable? Every check, what fails and how much of it"""

from __future__ import annotations

from dataclasses import asdict
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medark.cli.commands import ASK, command
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_

if TYPE_CHECKING:
    from medark.check.judge import Verdict
    from medark.flows.quality import Explained, SiteJudged, Turned

Table = Annotated[str, typer.Option("--table", metavar="NAME", help=N_("the checks of one table"))]
One = Annotated[str, typer.Option("--check", metavar="ID", help=N_("what is behind one check"))]
Past = Annotated[bool, typer.Option("--history", help=N_("earlier judgements, and what changed from one to the next"))]
From = Annotated[str, typer.Option("--source", metavar="NAME", help=N_("the rows of one source, by themselves"))]
By = Annotated[
    str,
    typer.Option("--by", metavar="source|table|dimension", help=N_("scores, and what changed since the run before")),
]
OfFamily = Annotated[
    str, typer.Option("--family", metavar="NAME", help=N_("the checks of one family: dashboard, density, drift, …"))
]
Site = Annotated[bool, typer.Option("--site", help=N_("the rules of the site alone, and what is wrong with them"))]
Raise = Annotated[bool, typer.Option("--tasks", help=N_("raise a task for each check that fails, close what passes"))]
All = Annotated[bool, typer.Option("--all", help=N_("list every check, not only those that fail"))]

HELP = N_(
    "Judge the data: is it right, complete and believable?\n"
    "All 2,535 checks of OHDSI's DataQualityDashboard for CDM 5.4, by its names and thresholds; and beyond them:\n"
    "over time, against earlier deliveries and other places, across tables, of people, of how soon, and the site's own."
)
EXAMPLES = """\
medark check city
medark check city --table measurement
medark check city --check field_isrequired_person_person_id
medark check city --by source
medark check city --source north/his
medark check city --family timeliness
medark check city --site
medark check city --tasks
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
    family: OfFamily = "",
    site: Site = False,
    raising: Raise = False,
    every: All = False,
    json: Json = False,
) -> None:
    from medark.cli.quality import explained_view, history_view, quality_view, turned_view
    from medark.cli.quality_scores import scores_by, scores_view
    from medark.flows import quality
    from medark.flows.gate.reader import machine_user

    with opened(workspace) as ws, watched() as progress:
        by, zone = machine_user(), ws.settings.time_zone
        if site:
            _show_site(quality.site(ws, by), json)
        elif raising:
            turned = quality.bring_up_to_date(ws, by, quality.check(ws, by, progress))
            show(_turned(turned), json, lambda: turned_view(turned))
        elif past:
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
            _known(table, family)
            found = quality.check_source(ws, by, source, progress) if source else quality.check(ws, by, progress, table)
            found = [verdict for verdict in found if table in ("", verdict.check.table)]
            found = [verdict for verdict in found if family in ("", verdict.check.family)]
            listed = [verdict for verdict in found if every or verdict.outcome == "failed"]
            show([_plain(verdict) for verdict in listed], json, lambda: quality_view(found, listed))


def _known(table: str, family: str) -> None:
    """NotFoundError for a table or a family that there is none of."""
    from medark.check.further import FAMILY_OF
    from medark.errors import NotFoundError
    from medark.model.omop import tables

    there, families = (*tables(), "raw_record", "site"), ("dashboard", *dict.fromkeys(FAMILY_OF.values()))
    if table and table not in there:
        near = get_close_matches(table, there, 1) or ["measurement"]
        raise NotFoundError("no checks are of this table", fix=f"--table {near[0]}", table=table)
    if family and family not in families:
        near = get_close_matches(family, families, 1) or [", ".join(families)]
        raise NotFoundError("no checks are of this family", fix=f"--family {near[0]}", family=family)


def _show_site(found: SiteJudged, json: bool) -> None:
    """The rules of the site; the first that can't be run, or read, stops it with its own words."""
    from medark.cli.quality import quality_view

    if found.broken:
        raise found.broken[0].error
    listed = [one for one in found.verdicts if one.outcome != "not applicable"]
    show([_plain(one) for one in found.verdicts], json, lambda: quality_view(found.verdicts, listed))


def _turned(turned: Turned) -> dict[str, Any]:
    return {
        "raised": [one.number for one in turned.raised], "closed": [one.number for one in turned.closed],
        "silent": turned.silent, "waiting": turned.waiting,
    }  # fmt: skip


def _close(found: Explained) -> dict[str, Any]:
    from medark.check.wording import advice

    suspects = [
        {**asdict(one.suspect), "share": one.suspect.share, "lines": list(map(asdict, one.lines))}
        for one in found.suspects
    ]
    told = {
        "examples": found.examples, "apps": found.apps, "datasets": found.datasets, "task": found.task,
        "organisation": found.organisation, "owner": found.owner, "advice": advice(found.verdict.check),
    }  # fmt: skip
    return {**_plain(found.verdict), "suspects": suspects, **told}


def _plain(one: Verdict) -> dict[str, Any]:
    check = one.check
    return {
        "id": check.id, "kind": check.kind.name, "level": check.kind.level, "category": check.kind.category,
        "context": check.kind.context, "severity": check.kind.severity, "table": check.table, "column": check.column,
        "concept_ids": list(check.concept_ids), "outcome": one.outcome, "violating": one.violating, "of": one.of,
        "share": one.share, "threshold": one.threshold, "family": check.family, "source": check.source,
    }  # fmt: skip
