"""`medark map review`: a proposal gone through at the terminal, or by a file of answers"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import command
from medark.cli.console import say
from medark.cli.progress import watched
from medark.cli.workspace import Named, opened
from medark.messages import N_, _
from medark.settings import FILE

if TYPE_CHECKING:
    from medark.flows.workspace import Workspace

Source = Annotated[
    str | None, typer.Argument(metavar="[SOURCE]", help=N_("the source; otherwise each that has something open"))
]
Answers = Annotated[
    str, typer.Option("--answers", metavar="FILE", help=N_("answers, one a line; - for what is piped in"))
]

HELP = N_(
    "Go through a proposed map, table by table.\n"
    "Each answer is kept at once, so a review can be broken off and gone on with. What is accepted is put in effect at "
    "the end, and its rows are brought in. Answers: accept, skip, nothing (there is nothing to load of the table), "
    "kind KIND, COLUMN = MEANING (by its name or words; - for nothing), means WORD (which meanings there are), "
    "value COLUMN VALUE = MEANING, above P (accept every table that is at least so sure), "
    "table NAME, undo, quit; ? tells the short ones."
)


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    examples = (
        "medark map review city\nmedark map review city north/his\nmedark map review city north/his --answers said.txt"
    )
    command(app, "review", HELP, examples)(review)


def review(workspace: Named = None, source: Source = None, answers: Answers = "") -> None:
    if workspace is None and source and (Path(source) / FILE).is_file():
        workspace, source = source, None
    with opened(workspace) as ws:
        for name in [source] if source else _sources(ws):
            _reviewed(ws, name, answers)


def _sources(workspace: Workspace) -> list[str]:
    """The sources that have tables waiting, and those with tables of which columns are open."""
    from medark.flows.propose.columns import in_part
    from medark.flows.propose.overview import proposal_of, sources

    waiting = {state.record_no for state in workspace.ledger.records.states("waiting")}
    records = workspace.landing.records() if waiting else ()
    found = [record.source for record in records if record.record_no in waiting]
    return list(dict.fromkeys([*found, *(one for one in sources(workspace) if in_part(proposal_of(workspace, one)))]))


def _reviewed(workspace: Workspace, source: str, answers: str) -> None:
    from medark.cli.map_talk import Talk
    from medark.flows.gate.reader import machine_user
    from medark.flows.propose.review import Review

    one = Review(workspace, source, machine_user())
    try:
        Talk(one, is_asked=not answers and sys.stdin.isatty()).through(_lines(answers))
    except KeyboardInterrupt:
        say("\n" + _("Answers are kept; nothing of this review has taken effect. Go on with: {command}",
                      command=f"medark map review {workspace.path} {source}"))  # fmt: skip
        raise
    with watched() as progress:
        done = one.finish(progress)
    say(
        _("in effect: {tables}", tables=", ".join(done))
        if done
        else _("nothing is put in effect: no table was accepted")
    )


def _lines(answers: str) -> list[str] | None:
    """The answers of a file; None: they are typed, or piped in."""
    return Path(answers).read_text("utf-8").splitlines() if answers and answers != "-" else None
