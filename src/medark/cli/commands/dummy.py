"""`medark dummy`: made-up people for a definition, before access to real ones is granted"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from medark.cli.commands import ASK, command
from medark.cli.commands.run import File, Limit, Name
from medark.cli.console import emit, out, say
from medark.cli.workspace import Json
from medark.messages import N_, _, plural

if TYPE_CHECKING:
    from rich.console import Group, RenderableType

    from medark.define.dummy import Branch, Dummy

Size = Annotated[int, typer.Option("--size", metavar="N", help=N_("how many people"))]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help=N_("the same seed gives the same people"))]
Folder = Annotated[str, typer.Option("--out", metavar="FOLDER", help=N_("write the OMOP tables as CSV files"))]
HELP = N_(
    "Make up a few people on whom every branch of a definition is taken.\n"
    "For writing a study before access to data is granted: no workspace is needed. They are nobody, and fit no "
    "distribution: figures from them mean nothing."
)
EXAMPLES = "medark dummy study.py\nmedark dummy study.py --name cohort --size 200 --out made_up"


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "dummy", HELP, EXAMPLES, ASK)(dummy)


def dummy(
    file: File = None, name: Name = "", size: Size = 50, seed: Seed = 0, folder: Folder = "", limit: Limit = 20,
    json: Json = False,
) -> None:  # fmt: skip
    from medark.acquire.definitions.ask import the_definition
    from medark.flows.definitions import dummy as flow

    definition = the_definition(Path(str(file)), name).definition
    made = flow.dummy(definition, size, seed)
    written = flow.write(made, Path(folder)) if folder else []
    rows = flow.answers(definition, made)
    if json:
        emit({"branches": _plain(made), "files": [str(path) for path in written], "rows": rows})
        return
    out().print(_drawn(made, rows, limit))
    if written:
        say(plural("{count} table is in {folder}", "{count} tables are in {folder}", len(written), folder=folder))


def _drawn(made: Dummy, rows: Sequence[dict[str, Any]], limit: int) -> Group:
    from rich.console import Group

    from medark.cli.tables import table

    tables = table(
        _("Made-up rows"), (_("table"), _("rows")), [(t, len(next(iter(c.values())))) for t, c in made.tables.items()]
    )
    shown = rows[:limit] if limit else rows
    names = [name for name in (shown[0] if shown else ()) if name != "entry_id"]
    answer = table(_("What the definition answers"), names, [[_cell(row[one]) for one in names] for row in shown])
    return Group(tables, "", answer, "", *_told(made.untaken), _counted(made))


def _told(untaken: Sequence[Branch]) -> list[RenderableType]:
    from medark.cli.tables import table

    rows = [(branch.where, branch.what, _cell(branch.outcome)) for branch in untaken]
    return [table(_("Branches that no one takes"), (_("of"), _("condition"), _("outcome")), rows), ""] if rows else []


def _counted(made: Dummy) -> str:
    whole = len(made.taken) + len(made.untaken)
    return _("{taken} of {all} branches are taken by someone", taken=len(made.taken), all=whole)


def _cell(value: object) -> str:
    match value:
        case None:
            return _("missing")
        case bool():
            return _("true") if value else _("false")
    return str(value).removesuffix(" 00:00:00")


def _plain(made: Dummy) -> dict[str, object]:
    def plain(branches: Sequence[Branch]) -> list[dict[str, object]]:
        return [{"of": one.where, "condition": one.what, "outcome": one.outcome} for one in branches]

    return {"taken": plain(made.taken), "untaken": plain(made.untaken)}
