"""`medark characterise`: what the data looks like: Achilles' analyses, shown, written out, or compared"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import ASK, command
from medark.cli.console import say, show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_, _

if TYPE_CHECKING:
    from medark.flows.characterise import Characterised, Difference
    from medark.flows.workspace import Workspace

One = Annotated[
    int, typer.Option("--analysis", metavar="ID", help=N_("one analysis by its number"), show_default=False)
]
Table = Annotated[str, typer.Option("--table", metavar="NAME", help=N_("the analyses of one table"))]
Listed = Annotated[bool, typer.Option("--list", help=N_("list the analyses that there are"))]
Out = Annotated[str, typer.Option("--out", metavar="DIR", help=N_("write achilles_results and its companions here"))]
Form = Annotated[str, typer.Option("--form", metavar="csv|parquet", help=N_("the form of these files"))]
Other = Annotated[
    str, typer.Option("--compare", metavar="DIR", help=N_("lay results of ours or of Achilles beside it"))
]
Shown = Annotated[
    bool, typer.Option("--shareable", help=N_("leave out counts of few people, and tell the rest in steps"))
]

HELP = N_(
    "Characterise the data: who is in it, what of, and how it is distributed.\n"
    "289 analyses of OHDSI's Achilles, by its numbers and in the shape of its results."
)
EXAMPLES = """\
medark characterise city
medark characterise city --analysis 1815
medark characterise city --table drug_exposure --json
medark characterise city --out results --shareable
medark characterise city --compare last_year"""


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "characterise", HELP, EXAMPLES, ASK)(characterise)


def characterise(
    workspace: Named = None,
    analysis: One = -1,
    table: Table = "",
    listed: Listed = False,
    out: Out = "",
    form: Form = "csv",
    other: Other = "",
    shareable: Shown = False,
    json: Json = False,
) -> None:
    from medark.cli import characterisation as views
    from medark.flows import characterise as flows
    from medark.flows.gate.reader import machine_user

    wanted = flows.numbers(None if analysis < 0 else analysis, table)
    if listed:
        show(views.listed_plain(wanted), json, lambda: views.listed_view(wanted))
        return
    with opened(workspace) as ws, watched() as progress:
        found = flows.characterise(ws, machine_user(), progress, wanted)
        if shareable:
            found = flows.shown(found, ws.settings.access.least_count)
        if out:
            _write(found, Path(out), form)
        elif other:
            differences = _compared(ws, found, Path(other), wanted)
            show(views.differences_plain(differences), json, lambda: views.differences_view(differences))
        elif json:
            show(views.plain(found), json, lambda: None)
        else:
            show(None, json, lambda: views.overview(found) if wanted is None else views.rows_view(ws, found))


def _write(found: Characterised, folder: Path, form: str) -> None:
    from medark.errors import UsageError
    from medark.flows.characterise import files

    if form not in files.FORMS:
        raise UsageError("there is no such form of a file", fix=" | ".join(files.FORMS))
    files.write(found, folder, form)
    counts, distributions = f"{found.counts.num_rows:,}", f"{found.distributions.num_rows:,}"
    told = {"counts": counts, "distributions": distributions, "folder": str(folder)}
    say(_("{counts} counts and {distributions} distributions are in {folder}", **told))


def _compared(
    workspace: Workspace, found: Characterised, folder: Path, wanted: frozenset[int] | None
) -> list[Difference]:
    from medark.flows.characterise import compared, files

    found_there = compared(workspace, found, files.read(folder))
    return [one for one in found_there if wanted is None or one.analysis.analysis_id in wanted]
