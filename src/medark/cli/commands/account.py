"""`medark account`: how past batches ended"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import ASK, command
from medark.cli.console import show
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_, _

if TYPE_CHECKING:
    from medark.flows.workspace import Workspace
    from medark.store.ledger import Batch

Number = Annotated[int, typer.Option("--batch", metavar="N", help=N_("the whole account of one batch"))]


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    help_ = N_("Say how past ingests ended: all in a list, or one in full.")
    command(app, "account", help_, "medark account city\nmedark account city --batch 3", ASK)(account)


def account(workspace: Named = None, batch: Number = 0, json: Json = False) -> None:
    with opened(workspace) as ws:
        _one(ws, batch, json) if batch else _all(ws, json)


def _one(ws: Workspace, number: int, json: bool) -> None:
    from medark.cli.accounts import ingest_json, ingest_view
    from medark.flows.ingest.ingest import account as of

    batch = ws.ledger.batches.one(number)
    found = of(ws, number, ((batch.ended_ms or batch.started_ms) - batch.started_ms) / 1000)
    show(ingest_json(found), json, lambda: ingest_view(found, str(ws.path)))


def _all(ws: Workspace, json: bool) -> None:
    from medark.cli.tables import table

    rows = [_line(ws, batch) for batch in ws.ledger.batches.all()]
    columns = (_("batch"), _("source"), _("began (UTC)"), _("files"), _("units"), _("loaded"), _("quarantined"))
    shown = [tuple(str(cell) if name == "batch" else cell for name, cell in row.items()) for row in rows]
    show(rows, json, lambda: table(_("Batches"), columns, shown))


def _line(ws: Workspace, batch: Batch) -> dict[str, str | int]:
    units = ws.ledger.accounts.units_by_format([batch.batch_no]).values()
    return {
        "batch": batch.batch_no,
        "source": batch.source,
        "began": datetime.fromtimestamp(batch.started_ms / 1000, UTC).isoformat(" ", "seconds").removesuffix("+00:00"),
        "files": batch.files.found,
        "units": sum(unit.units for unit in units),
        "loaded": sum(unit.loaded for unit in units),
        "quarantined": sum(unit.quarantined for unit in units),
    }
