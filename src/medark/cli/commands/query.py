"""`medark query`: one SELECT over the lake, as whoever is at the terminal may read it"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from medark.cli.commands import ASK, command
from medark.cli.console import out, say, say_rules
from medark.cli.workspace import For, Json, Named, opened, who_asks
from medark.messages import N_, plural

Sql = Annotated[
    str | None,
    typer.Argument(
        metavar="SQL", help=N_("a SELECT over OMOP tables; - reads it from standard input"), show_default=False
    ),
]
Out = Annotated[str, typer.Option("--out", metavar="FILE", help=N_("write .parquet, .csv, .xlsx or .jsonl"))]
Limit = Annotated[int, typer.Option("--limit", metavar="N", help=N_("rows on the terminal; 0: all"))]

Version = Annotated[int, typer.Option("--version", metavar="N", help=N_("an older version of the lake, if it is kept"))]

HELP = N_(
    "Ask the lake.\n"
    "One SELECT over the OMOP tables and the vocabulary; nothing can be changed by it. You see the rows and columns "
    "that your grants open for a purpose; every question is in the audit. Rows are patients' data: a file that is "
    "written is readable by you only."
)
EXAMPLES = """\
medark query city "SELECT count(*) FROM person"
medark query city "SELECT * FROM measurement" --out labs.parquet --purpose research
medark query city "SELECT year_of_birth, count(*) AS n FROM person GROUP BY 1" --json"""


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "query", HELP, EXAMPLES, ASK)(query)


def query(
    workspace: Named = None,
    sql: Sql = None,
    file: Out = "",
    limit: Limit = 50,
    version: Version = 0,
    purpose: For = "",
    json: Json = False,
) -> None:
    from medark.cli import result
    from medark.flows.query import querying

    text = typer.get_text_stream("stdin").read() if sql == "-" else str(sql)
    with opened(workspace) as ws, querying(ws, who_asks(ws, purpose), text, version or None) as governed:
        reader = governed.stream(text)
        say_rules(governed.rules)
        if file:
            count = result.to_file(reader.schema, reader, Path(file))
            say(plural("{count} row is in {file}", "{count} rows are in {file}", count, file=file))
        elif json:
            result.to_json(reader.schema, reader)
        else:
            out().print(result.to_terminal(reader.schema, reader, limit, out().width))
