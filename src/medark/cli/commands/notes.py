"""`medark notes`: what notes speak of, read into note_nlp; a text read and shown"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_, _

if TYPE_CHECKING:
    from medark.flows.notes import NotesAccount

File = Annotated[
    str | None, typer.Argument(metavar="FILE", help=N_("a text file; - reads standard input"), show_default=False)
]
Model = Annotated[
    str, typer.Option("--model", metavar="NAME:WHAT", help=N_("a model that finds mentions too, as spacy:FOLDER"))
]


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "notes", N_("Notes: diseases, drugs, results they speak of."), KEEP)
    help_ = N_(
        "Read the notes of the lake into note_nlp.\n"
        "Sections, diseases, symptoms, drugs with dose, results with value, body parts and operations, in Chinese and "
        "English; each as present, past, possible, negated, planned or of the family, with its concept. Only notes "
        "that are new, changed, or read by other words before are read."
    )
    command(inner, "run", help_, "medark notes run city")(run)
    help_ = N_("Say how many notes there are and how far they are read.")
    command(inner, "show", help_, "medark notes show city")(show_)
    help_ = N_("Show what is found in a text, without any workspace.\nNothing is kept.")
    command(inner, "read", help_, "medark notes read discharge.txt\nmedark notes read discharge.txt --json")(read)


def run(workspace: Named = None, json: Json = False) -> None:
    from medark.flows.notes import read_notes

    with opened(workspace) as ws, watched() as progress:
        account = read_notes(ws, progress)
    plain = {
        "notes": account.notes, "mentions": account.mentions, "mapped": account.mapped, "removed": account.removed,
        "characters": account.characters, "seconds": round(account.seconds, 3), "system": account.system,
    }  # fmt: skip
    show(plain, json, lambda: _told(account))


def _told(account: NotesAccount) -> object:
    from medark.cli.tables import table

    rows = [
        (_("notes read"), account.notes),
        (_("mentions found"), account.mentions),
        (_("with a standard concept"), account.mapped),
        (_("older rows taken away"), account.removed),
    ]
    return table(_("Notes, read by {system}", system=account.system), (_("what"), _("count")), rows)


def show_(workspace: Named = None, json: Json = False) -> None:
    from medark.cli.tables import table
    from medark.flows.notes import notes_state

    with opened(workspace) as ws:
        state = notes_state(ws)
    plain = {"notes": state.notes, "read": state.read, "mentions": state.mentions}
    rows = [
        (_("notes"), state.notes), (_("of them with something found"), state.read), (_("mentions"), state.mentions),
    ]  # fmt: skip
    show(plain, json, lambda: table(_("Notes"), (_("what"), _("count")), rows))


def read(file: File = None, model: Model = "", json: Json = False) -> None:
    from medark.cli.noted import plain_of, view_of
    from medark.standardise.notes import read as run
    from medark.standardise.notes.models import as_spans, finder_of

    text = _text(file)
    finder = finder_of(model)
    more = as_spans(next(iter(finder.find([text]))), finder) if finder else ()
    reading = run(text, more=more)
    show(plain_of(reading), json, lambda: view_of(text, reading))


def _text(file: str | None) -> str:
    from medark.standardise.formats.notes.heading import split
    from medark.standardise.formats.notes.reader import decoded

    content = sys.stdin.buffer.read() if file == "-" else _content(Path(str(file)))
    text, _encoding = decoded(content)
    if text is None:
        raise _not_text(file)
    header, body = split(text)
    return body if header else text


def _content(path: Path) -> bytes:
    from medark.errors import SourceError

    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError("the file can't be read", fix="check the path", path=str(path)) from error


def _not_text(file: str | None) -> Exception:
    from medark.errors import RefusedInput

    return RefusedInput("neither UTF-8, UTF-16 nor GB 18030", fix="check the file", path=str(file))
