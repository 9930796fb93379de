"""`medark lake`: versions of the lake, and its upkeep"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.console import show
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_, _, plural

Keep = Annotated[int, typer.Option("--keep", metavar="N", help=N_("versions to keep; 0: as the settings say"))]


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "lake", N_("Versions of the lake, and its upkeep."), KEEP)
    command(inner, "history", N_("List the versions that are kept, oldest first."), "medark lake history city")(history)
    help_ = N_("Put many small files into few large ones.\nIt says the same rows.")
    command(inner, "compact", help_, "medark lake compact city")(compact)
    help_ = N_("Forget old versions, and the files that only they had.")
    command(inner, "vacuum", help_, "medark lake vacuum city --keep 3")(vacuum)


def history(workspace: Named = None, json: Json = False) -> None:
    from medark.cli.tables import table

    with opened(workspace) as ws:
        commits = ws.lake.history()
    plain = [
        {"version": c.version, "batch": c.batch, "committed": _when(c.committed_ms), "rows": dict(c.rows)}
        for c in commits
    ]
    columns = (_("version"), _("batch"), _("committed (UTC)"), _("tables"), _("rows"))
    rows = [(str(c.version), c.batch, _when(c.committed_ms), len(c.rows), sum(c.rows.values())) for c in commits]
    show(plain, json, lambda: table(_("Versions of the lake"), columns, rows))


def compact(workspace: Named = None, json: Json = False) -> None:
    with opened(workspace) as ws:
        snapshot = ws.lake.compact()
    show(
        {"version": snapshot.version}, json, lambda: _("the lake is compact: version {number}", number=snapshot.version)
    )


def vacuum(workspace: Named = None, keep: Keep = 0, json: Json = False) -> None:
    from medark.flows.held import held_versions

    with opened(workspace) as ws:
        removed = ws.lake.vacuum(keep or ws.settings.lake.keep_versions, held_versions(ws))
    show({"files_removed": removed}, json, lambda: plural("{count} file removed", "{count} files removed", removed))


def _when(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(" ", "seconds").removesuffix("+00:00")
