"""`medark map review`: a proposal gone through at the terminal, or by a file of answers"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import command
from medark.cli.console import out, say
from medark.cli.progress import watched
from medark.cli.workspace import Named, opened
from medark.errors import MedarkError, UsageError
from medark.messages import N_, _, phrase
from medark.settings import FILE

if TYPE_CHECKING:
    from medark.flows.propose.review import Review
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
    "the end, and its rows are brought in. Answers: accept, skip, kind KIND, COLUMN = MEANING (- for nothing), above P "
    "(accept every table that is at least so sure), table NAME, undo, quit."
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
    """The sources that have tables waiting."""
    waiting = {state.record_no for state in workspace.ledger.records.states("waiting")}
    records = workspace.landing.records() if waiting else ()
    return list(dict.fromkeys(r.source for r in records if r.record_no in waiting))


def _reviewed(workspace: Workspace, source: str, answers: str) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.propose.review import Review

    one = Review(workspace, source, machine_user())
    said = _lines(answers)
    is_asked = not answers and sys.stdin.isatty()
    _Talk(one, is_asked=is_asked).through(said)
    with watched() as progress:
        done = one.finish(progress)
    say(_("in effect: {tables}", tables=", ".join(done) or "-"))


def _lines(answers: str) -> Iterable[str]:
    if answers and answers != "-":
        return Path(answers).read_text("utf-8").splitlines()
    return _typed()


def _typed() -> Iterator[str]:
    for line in sys.stdin:
        yield line.rstrip("\n")


class _Talk:
    """Questions and answers. `is_asked`: there is somebody to ask, who may try again after an error."""

    def __init__(self, one: Review, *, is_asked: bool) -> None:
        self._one, self._is_asked, self._at = one, is_asked, ""

    def through(self, answers: Iterable[str]) -> None:
        """Ask of one table after the other, until there is none left or no more answer."""
        self._next()
        for line in answers:
            word = line.strip()
            if word in ("quit", "q"):
                return
            if word and not word.startswith("#"):
                self._tried(word)
            if not self._at and self._is_asked:
                return
            self._ask()

    def _tried(self, word: str) -> None:
        try:
            self._answered(word)
        except MedarkError as error:
            if not self._is_asked:
                raise
            say(f"{phrase(error.what)}: {error.fix}")

    def _answered(self, word: str) -> None:
        head, _space, rest = word.partition(" ")
        one, name = self._one, self._at
        if head == "table":
            one.table(rest)
            self._shown(rest)
        elif head == "undo" or word == "u":
            self._shown(one.undo() or name)
        elif head == "above":
            say(_("accepted: {tables}", tables=", ".join(one.accept_above(_number(rest))) or "-"))
            self._next()
        elif not name:
            raise UsageError(N_("no table is open"), fix="table NAME")
        elif word in ("accept", "a"):
            one.accept(name)
            self._next()
        elif word in ("skip", "s"):
            one.skip(name)
            self._next()
        elif head == "kind":
            one.say_kind(name, rest)
            self._shown(name)
        else:
            column, mark, slot = word.rpartition("=")
            if not mark:
                raise UsageError(N_("this is no answer"), fix="accept, skip, kind KIND, COLUMN = MEANING, undo, quit")
            one.say_slot(name, column.strip(), slot.strip())
            self._shown(name)

    def _next(self) -> None:
        waiting = self._one.waiting()
        self._shown(waiting[0] if waiting else "")

    def _shown(self, name: str) -> None:
        from medark.cli.proposals import table_view

        self._at = name
        if name and self._is_asked:
            out().print(table_view(self._one.found, name))
            self._ask()

    def _ask(self) -> None:
        if self._is_asked and self._at:
            print(f"{self._at} > ", end="", file=sys.stderr, flush=True)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(N_("this is no number"), fix="above 0.95") from None
