"""`medark vocabulary`: OMOP vocabularies, loaded and told"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medark.cli.commands import KEEP, command, group, terms
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_, _

Folder = Annotated[
    str | None, typer.Argument(metavar="FOLDER", help=N_("the files as Athena gives them"), show_default=False)
]


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "vocabulary", N_("OMOP vocabularies: what codes mean."), KEEP)
    help_ = N_("Load vocabularies as Athena gives them.\nA table that comes is replaced, others stay.")
    command(inner, "load", help_, "medark vocabulary load city vocabulary_download_v5\nmedark quarantine retry city")(
        load
    )
    help_ = N_("Say which vocabularies there are, with their release and size.")
    command(inner, "show", help_, "medark vocabulary show city")(show_)
    terms.add(inner)


def load(workspace: Named = None, folder: Folder = None, json: Json = False) -> None:
    from medark.cli.tables import table
    from medark.flows.vocabulary import load as run

    with opened(workspace) as ws, watched() as progress:
        report = run(ws, [Path(str(folder))], progress)
    plain = {
        "release": report.release,
        "digest": report.digest,
        "changed": report.changed,
        "rows": dict(report.rows),
        "left_out": dict(report.left_out),
        "unknown_targets": report.unknown_targets,
        "ignored": list(report.ignored),
    }
    heading = _("Vocabularies: {release}", release=report.release)
    columns = (_("table"), _("rows"), _("lines left out"))
    rows = [(name, count, report.left_out.get(name, 0)) for name, count in report.rows.items()]
    show(plain, json, lambda: table(heading, columns, rows))


def show_(workspace: Named = None, json: Json = False) -> None:
    from medark.cli.tables import table

    with opened(workspace) as ws:
        release, digest, rows = ws.vocabulary.release, ws.vocabulary.digest, dict(ws.vocabulary.rows)
    heading = _("Vocabularies: {release}", release=release)
    plain = {"release": release, "digest": digest, "rows": rows}
    show(plain, json, lambda: table(heading, (_("table"), _("rows")), list(rows.items())))
