"""`medark run`: a definition over everyone in the lake"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import ASK, command
from medark.cli.console import emit, err, out, say, say_rules
from medark.cli.dates import Today, day
from medark.cli.workspace import Engine, For, Json, Named, opened, who_asks
from medark.messages import N_, _, plural

if TYPE_CHECKING:
    from rich.console import Group

    from medark.flows.definitions.run import Answer

File = Annotated[
    str | None, typer.Argument(metavar="FILE.py", help=N_("a Python file with definitions"), show_default=False)
]
Name = Annotated[str, typer.Option("--name", metavar="NAME", help=N_("which definition, where the file has several"))]
Out = Annotated[str, typer.Option("--out", metavar="FILE", help=N_("write .parquet, .csv, .xlsx or .jsonl"))]
Update = Annotated[
    bool,
    typer.Option("--update", help=N_("keep what FILE.parquet of --out has; only people with new rows are asked again")),
]
Empty = Annotated[
    bool, typer.Option("--empty-sets", help=N_("let concept sets match nothing of which the vocabulary has nothing"))
]
Limit = Annotated[int, typer.Option("--limit", metavar="N", help=N_("rows on the terminal; 0: all"))]
Version = Annotated[int, typer.Option("--version", metavar="N", help=N_("an older version of the lake, if it is kept"))]

HELP = N_(
    "Run a definition over everyone in the lake.\n"
    "The file is run in a process that reaches no file, network or other process; only what it defines is taken from "
    "it. Rows are patients' data: a file that is written is readable by you only."
)
EXAMPLES = """\
medark run city study.py
medark run city study.py --name cohort --out cohort.parquet
medark run city study.py --name cohort --out cohort.parquet --update
medark run city study.py --engine spark --today 2024-07-01"""

_KEYS = ("entry_id", "visit_occurrence_id")  # last on the terminal: what is asked for must fit before them


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "run", HELP, EXAMPLES, ASK)(run)


def run(
    workspace: Named = None,
    file: File = None,
    name: Name = "",
    engine: Engine = "duckdb",
    today: Today = "",
    out_file: Out = "",
    update: Update = False,
    version: Version = 0,
    empty_sets: Empty = False,
    limit: Limit = 50,
    purpose: For = "",
    json: Json = False,
) -> None:
    from medark.acquire.definitions.ask import the_definition
    from medark.bootstrap import engine_of
    from medark.flows.definitions.answer_file import earlier_answer
    from medark.flows.definitions.refresh import refresh
    from medark.flows.definitions.run import run as asked

    definition = the_definition(Path(str(file)), name).definition
    with opened(workspace) as ws, err().status(_("asking everyone")):
        on, reader = day(today, ws.settings.time_zone), who_asks(ws, purpose)
        again: int | None = None
        if update:
            earlier = earlier_answer(Path(out_file))
            answer, again = refresh(ws, reader, definition, earlier, today=on, empty_sets=empty_sets)
        else:
            with engine_of(ws, engine) as chosen:
                answer = asked(
                    ws, reader, definition, today=on, engine=chosen, version=version or None, empty_sets=empty_sets
                )
    say_rules(answer.rules)
    for concept in answer.unknown:
        say(_("the vocabulary does not know {concept}", concept=concept))
    if again is not None:
        say(plural("{count} person was asked again", "{count} people were asked again", again))
    _give(answer, out_file, json, limit)


def _give(answer: Answer, file: str, json: bool, limit: int) -> None:
    from medark.cli import result
    from medark.flows.definitions.answer_file import with_provenance

    table = with_provenance(answer)
    if file:
        count = result.to_file(table.schema, table.to_batches(), Path(file))
        say(plural("{count} row is in {file}", "{count} rows are in {file}", count, file=file))
    if json:
        left = [
            {"step": step, "name": one.name, "entries": one.entries, "people": one.persons}
            for step, one in enumerate(answer.attrition)
        ]
        rows = [] if file else table.to_pylist()
        emit({
            "provenance": answer.provenance.plain(), "rules": answer.rules, "attrition": left, "rows": rows,
        })  # fmt: skip
        return
    if answer.attrition:
        out().print(_attrition(answer))
    if not file:
        shown = table.select(sorted(table.column_names, key=_KEYS.__contains__))
        out().print(result.to_terminal(shown.schema, shown.to_batches(), limit, out().width))


def _attrition(answer: Answer) -> Group:
    from medark.cli.tables import table

    rows = [(one.name or _("events"), one.entries, one.persons) for one in answer.attrition]
    return table(_("Who is left after each step"), (_("step"), _("entries"), _("people")), rows)
