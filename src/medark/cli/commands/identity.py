"""`medark identity`: one person of all organisations: link, review, merge, unmerge, show, undo"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.console import say, show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.errors import UsageError
from medark.messages import N_, _
from medark.settings import FILE

if TYPE_CHECKING:
    from medark.flows.identity.looking import Look
    from medark.flows.workspace import Workspace

Person = Annotated[
    str | None,
    typer.Argument(metavar="PERSON", help=N_("a person_id, or a number that is only theirs"), show_default=False),
]
Other = Annotated[str | None, typer.Argument(metavar="OTHER", help=N_("the other person"), show_default=False)]
Records = Annotated[
    list[int] | None, typer.Option("--record", metavar="N", help=N_("a record that is another's; repeatable"))
]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help=N_("why, for the audit"))]
Clear = Annotated[bool, typer.Option("--clear", help=N_("values as they are, not masked; it is in the audit"))]
New = Annotated[bool, typer.Option("--new", help=N_("compare only who is new or changed"))]
Learn = Annotated[bool, typer.Option("--learn", help=N_("learn anew how records agree"))]
OnEngine = Annotated[str, typer.Option("--engine", metavar="duckdb|spark", help=N_("where records are compared"))]
Limit = Annotated[int, typer.Option("--limit", metavar="N", help=N_("at most so many"))]
Ask = Annotated[bool, typer.Option("--list", help=N_("only list them"))]
Number = Annotated[int, typer.Argument(metavar="DECISION", help=N_("the decision's number"), show_default=False)]


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "identity", N_("One person of all organisations: who is who, decided and undone."), KEEP)
    help_ = N_(
        "Compare everybody's records and join those that are one person's.\n"
        "Who is sure is joined, who is not becomes a task; rows of the lake follow. Needs pip install 'medark[link]'."
    )
    command(inner, "link", help_, "medark identity link city\nmedark identity link city --new")(link)
    help_ = N_(
        "Go through pairs that are unsure, side by side.\nAnswers: s the same person, d different, l later, q quit."
    )
    command(inner, "review", help_, "medark identity review city\nmedark identity review city --list --json")(review)
    help_ = N_("Say that two persons are one.")
    command(inner, "merge", help_, "medark identity merge city 4025719 -88123 --reason 'called her'")(merge)
    help_ = N_("Say that records of a person are another's: they are kept apart, and rows go back.")
    command(inner, "unmerge", help_, "medark identity unmerge city 4025719 --record 17")(unmerge)
    help_ = N_("Show a person's records, what they go by and why, and what was decided.")
    command(inner, "show", help_, "medark identity show city 4025719")(show_)
    help_ = N_("Take a decision back.")
    command(inner, "undo", help_, "medark identity undo city 3")(undo)


def link(
    workspace: Named = None, new: New = False, learn: Learn = False, engine: OnEngine = "duckdb", json: Json = False
) -> None:
    from medark.bootstrap import engine_of
    from medark.cli.identity import linkage_json, linkage_view
    from medark.flows.gate.reader import machine_user
    from medark.flows.identity.linking import link as run

    with opened(workspace) as ws, engine_of(ws, engine) as compares, watched() as progress:
        done = run(ws, machine_user(), progress, only_new=new, learn=learn, engine=compares)
    show(linkage_json(done), json, lambda: linkage_view(done))


def review(
    workspace: Named = None, clear: Clear = False, list_: Ask = False, limit: Limit = 20, json: Json = False
) -> None:
    from medark.cli.identity import look_json, look_view
    from medark.flows.gate.reader import machine_user
    from medark.flows.identity.looking import review as pairs

    with opened(workspace) as ws:
        found = pairs(ws, machine_user(), clear=clear, limit=limit)
        if list_ or json:
            from rich.console import Group

            show([look_json(one) for one in found], json, lambda: Group(*map(look_view, found)))
        else:
            _asked(ws, found)


def _asked(workspace: Workspace, found: list[Look]) -> None:
    """Pair after pair; what is answered takes effect at once."""
    from medark.cli.console import out
    from medark.cli.identity import look_view
    from medark.flows.gate.reader import machine_user
    from medark.flows.identity.deciding import decide, put_off
    from medark.flows.identity.tasks import is_unsure

    if not found:
        say(_("Nothing is unsure."))
    answers: list[str] = []
    for one in found:
        keys = one.left.key_no, one.right.key_no
        if answers and not is_unsure(workspace, *keys):
            continue  # an answer before has settled it
        out().print(look_view(one))
        answers.append(answer := _answer())
        if answer == "q":
            break
        if answer == "l":
            put_off(workspace, machine_user(), *keys)
        else:
            decide(workspace, machine_user(), *keys, "same" if answer == "s" else "different", "")
    if answers:
        count = {one: answers.count(one) for one in "sdl"}
        say(_("{same} one person, {different} two persons, {later} put off", same=count["s"], different=count["d"],
              later=count["l"]))  # fmt: skip


def _answer() -> str:
    """One of s, d, l, q; asked until it is."""
    while True:
        answer = str(typer.prompt(_("same, different, later or quit (s/d/l/q)"), default="l")).strip().lower()[:1]
        if answer in tuple("sdlq"):
            return answer


def merge(
    workspace: Named = None, person: Person = None, other: Other = None, reason: Reason = "", json: Json = False
) -> None:
    from medark.cli.identity import joined_json, joined_view
    from medark.flows.gate.reader import machine_user
    from medark.flows.identity.deciding import merge as run

    if workspace is None and (Path(str(person)) / FILE).is_file():  # of two words, the first is the workspace
        raise UsageError(N_("the other person is missing"), fix="medark identity merge WS PERSON OTHER")
    with opened(workspace) as ws, watched() as progress:
        done = run(ws, machine_user(), str(person), str(other), reason, progress)
    show(joined_json(done), json, lambda: joined_view(done))


def unmerge(
    workspace: Named = None, person: Person = None, record: Records = None, reason: Reason = "", json: Json = False
) -> None:
    from medark.cli.identity import joined_json, joined_view
    from medark.flows.gate.reader import machine_user
    from medark.flows.identity.deciding import unmerge as run

    with opened(workspace) as ws, watched() as progress:
        done = run(ws, machine_user(), str(person), record or (), reason, progress)
    show(joined_json(done), json, lambda: joined_view(done))


def show_(workspace: Named = None, person: Person = None, clear: Clear = False, json: Json = False) -> None:
    from medark.cli.identity import portrait_json, portrait_view
    from medark.flows.gate.reader import machine_user
    from medark.flows.identity.looking import show as look

    with opened(workspace) as ws:
        found = look(ws, machine_user(), str(person), clear=clear)
    show(portrait_json(found), json, lambda: portrait_view(found))


def undo(workspace: Named = None, decision: Number = 0, json: Json = False) -> None:
    from medark.cli.identity import joined_json, joined_view
    from medark.flows.gate.reader import machine_user
    from medark.flows.identity.deciding import undo as run

    with opened(workspace) as ws, watched() as progress:
        done = run(ws, machine_user(), decision, progress)
    show(joined_json(done), json, lambda: joined_view(done))
