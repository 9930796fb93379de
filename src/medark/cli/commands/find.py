"""`medark find`: tables, columns, concepts, datasets, applications, words: by what they are called and mean"""

from __future__ import annotations

from typing import Annotated

import typer

from medark.cli.commands import ASK, command
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import For, Json, Named, opened, place, who_asks
from medark.errors import UsageError
from medark.messages import N_

Words = Annotated[
    str | None, typer.Argument(metavar="WORDS", help=N_("what it is called or means"), show_default=False)
]
Kinds = Annotated[
    str, typer.Option("--kind", metavar="KIND[,KIND]", help=N_("only these kinds: table, column, concept, dataset …"))
]
Most = Annotated[int, typer.Option("--limit", metavar="N", min=1, max=1000, help=N_("so many at most"))]

HELP = N_(
    "Find what there is: by any word, in Chinese or English.\n"
    "Tables, columns, concepts and how often they occur, datasets, definitions, applications, pages, checks, sources "
    "and their fields. Typing errors, synonyms and pinyin initials find it too. Concepts are those that your grants "
    "open; counts of few people are not told."
)
EXAMPLES = """\
medark find city "blood sugar"
medark find city 血钾
medark find city xhdb
medark find city potasium --kind concept,column
medark find city unit --json"""


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "find", HELP, EXAMPLES, ASK)(find)


def find(
    workspace: Named = None,
    words: Words = None,
    kinds: Kinds = "",
    limit: Most = 20,
    purpose: For = "",
    json: Json = False,
) -> None:
    from medark.catalog.assets import Kind
    from medark.cli.catalog import found_json, found_view
    from medark.flows.catalog import bring_up_to_date
    from medark.flows.catalog import find as find_in

    named, asked = _told(workspace, words)
    wanted = [name.strip() for name in kinds.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in set(Kind)]:
        raise UsageError("there is no such kind of thing", fix=", ".join(Kind), kind=unknown[0])
    if not asked and not wanted:
        raise UsageError("nothing is asked for", fix='medark find WS "blood sugar", or --kind table')
    with opened(named) as ws, watched() as progress:
        reader = who_asks(ws, purpose)
        bring_up_to_date(ws, reader, progress)
        results = find_in(ws, reader, asked, [Kind(name) for name in wanted], limit)
    show(found_json(results), json, lambda: found_view(results, asked))


def _told(workspace: str | None, words: str | None) -> tuple[str | None, str]:
    """The workspace and the words: one that is told alone is a workspace where there is one of that name."""
    from medark.settings import FILE

    if workspace is None and words and (place(words) / FILE).is_file():
        return words, ""
    return workspace, words or ""
