"""`medark raw`: raw records, listed and given back byte for byte"""

from __future__ import annotations

import shutil
import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.console import say, show
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_, _

if TYPE_CHECKING:
    from medark.flows.workspace import Workspace
    from medark.model.record import RawRecord

Record = Annotated[
    str | None,
    typer.Argument(metavar="ID", help=N_("a raw record's number, its id or the id's beginning"), show_default=False),
]
Out = Annotated[str, typer.Option("--out", metavar="FILE", help=N_("write to a file, not to standard output"))]
SourceName = Annotated[str, typer.Option("--source", metavar="NAME", help=N_("of one source"))]
Batch = Annotated[int, typer.Option("--batch", metavar="N", help=N_("of one batch"))]
Limit = Annotated[int, typer.Option("--limit", metavar="N", help=N_("at most so many"))]

_LONGEST_NUMBER = 12  # digits; the beginning of an id that is digits only wants more


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "raw", N_("Raw records: every file and message as it came."), KEEP)
    examples = "medark raw list city --source north/lis\nmedark raw list city --batch 3 --json"
    command(inner, "list", N_("List raw records in order of arrival."), examples)(list_)
    examples = "medark raw get city 17 > message.hl7\nmedark raw get city 9f86d081 --out scan.dcm"
    command(inner, "get", N_("Give a raw record back, byte for byte."), examples)(get)


def found(workspace: Workspace, named: str) -> RawRecord:
    """The record of a number, an id or an id's beginning. NotFoundError."""
    if named.isdecimal() and len(named) <= _LONGEST_NUMBER:
        return workspace.landing.record(int(named))
    return workspace.landing.by_id(named)


def list_(
    workspace: Named = None, source: SourceName = "", batch: Batch = 0, limit: Limit = 100, json: Json = False
) -> None:
    from medark.cli.tables import table
    from medark.cli.text import size

    with opened(workspace) as ws:
        records = list(islice(ws.landing.records(source=source or None, batch_no=batch or None), limit or None))
    columns = (_("record"), _("id"), _("source"), _("batch"), _("format"), _("size"), _("name"))
    rows = [
        (str(r.record_no), r.id[:12], r.source, str(r.batch_no), str(r.format), size(r.size), r.name) for r in records
    ]
    show([_plain(record) for record in records], json, lambda: table(_("Raw records"), columns, rows))


def get(workspace: Named = None, record: Record = None, out: Out = "") -> None:
    with opened(workspace) as ws:
        raw = found(ws, str(record))
        with ws.landing.open(raw) as content:
            if not out:
                shutil.copyfileobj(content, sys.stdout.buffer)
                return
            from medark.cli.files import whole

            with whole(Path(out)) as file:
                shutil.copyfileobj(content, file)
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
