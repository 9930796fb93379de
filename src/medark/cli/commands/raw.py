"""`medark raw`: raw records, listed and given back byte for byte"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.console import say, show
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_, _

if TYPE_CHECKING:
    from medark.model.record import RawRecord

Record = Annotated[
    str | None,
    typer.Argument(metavar="ID", help=N_("a raw record's number, its id or the id's beginning"), show_default=False),
]
Out = Annotated[str, typer.Option("--out", metavar="FILE", help=N_("write to a file, not to standard output"))]
SourceName = Annotated[str, typer.Option("--source", metavar="NAME", help=N_("of one source"))]
Batch = Annotated[int, typer.Option("--batch", metavar="N", help=N_("of one batch"))]
Limit = Annotated[int, typer.Option("--limit", metavar="N", help=N_("at most so many"))]


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "raw", N_("Raw records: every file and message as it came."), KEEP)
    examples = "medark raw list city --source north/lis\nmedark raw list city --batch 3 --json"
    command(inner, "list", N_("List raw records in order of arrival."), examples)(list_)
    examples = "medark raw get city 17 > message.hl7\nmedark raw get city 9f86d081 --out scan.dcm"
    command(inner, "get", N_("Give a raw record back, byte for byte."), examples)(get)


def list_(
    workspace: Named = None, source: SourceName = "", batch: Batch = 0, limit: Limit = 100, json: Json = False
) -> None:
    from medark.cli.tables import table
    from medark.cli.text import size
    from medark.flows.gate.reader import machine_user
    from medark.flows.raw import records as listed

    with opened(workspace) as ws:
        records = listed(ws, machine_user(), source=source, batch_no=batch, limit=limit)
    columns = (_("record"), _("id"), _("source"), _("batch"), _("format"), _("size"), _("name"))
    rows = [
        (str(r.record_no), r.id[:12], r.source, str(r.batch_no), str(r.format), size(r.size), r.name) for r in records
    ]
    show([_plain(record) for record in records], json, lambda: table(_("Raw records"), columns, rows))


def get(workspace: Named = None, record: Record = None, out: Out = "") -> None:
    from medark.cli.files import whole
    from medark.flows.gate.reader import machine_user
    from medark.flows.raw import content

    with opened(workspace) as ws, content(ws, machine_user(), str(record)) as (raw, came):
        if not out:
            shutil.copyfileobj(came, sys.stdout.buffer)
            return
        with whole(Path(out)) as file:
            shutil.copyfileobj(came, file)
    say(_("record {number} is in {file}", number=raw.record_no, file=out))


def _plain(record: RawRecord) -> dict[str, str | int]:
    return {
        "record": record.record_no,
        "id": record.id,
        "source": record.source,
        "batch": record.batch_no,
        "format": str(record.format),
        "size": record.size,
        "name": record.name,
    }
