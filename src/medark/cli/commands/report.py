"""`medark report`: the lake's numbers as evidence, in the shape of an evaluation, as PDF or as a workbook"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medark.cli.commands import ASK, command
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.errors import UsageError
from medark.messages import N_, _

Name = Annotated[str, typer.Argument(metavar="NAME", help=N_("quality, emr-level or interconnectivity"))]
Out = Annotated[Path, typer.Option("--out", metavar="FILE", help=N_("where to: .pdf or .xlsx"))]

HELP = N_(
    "Write the quality of the data down as evidence for internal review.\n"
    "Live numbers in the shape of the Chinese evaluations (EMR application level, interconnectivity), with the rule"
    " behind each number, and what the lake can't answer."
)
EXAMPLES = """\
medark report city quality --out quality.pdf
medark report city emr-level --out emr-level.xlsx
medark report city interconnectivity --out interconnectivity.pdf"""


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "report", HELP, EXAMPLES, ASK)(report)


def report(workspace: Named, name: Name, out: Out, json: Json = False) -> None:
    from medark.flows.documents.nouns import DocumentForm
    from medark.flows.evidence import report as made_report
    from medark.flows.gate.parts import now_ms
    from medark.flows.gate.reader import machine_user
    from medark.messages import spoken

    if out.suffix not in (".pdf", ".xlsx"):
        raise UsageError("a report is a PDF or a workbook", fix="--out FILE.pdf or --out FILE.xlsx")
    if not out.absolute().parent.is_dir():
        raise UsageError("there is no such folder to write to", fix="make it first, or name another", file=str(out))
    form = DocumentForm(out.suffix[1:])
    with opened(workspace) as ws, watched() as progress:
        made = made_report(ws, machine_user(), name, form, language=spoken(), at_s=now_ms() / 1000, progress=progress)
    out.write_bytes(made.content)
    told = {"report": name, "file": str(out), "bytes": len(made.content)}
    show(told, json, lambda: _("{file}: {bytes} bytes", file=str(out), bytes=len(made.content)))
