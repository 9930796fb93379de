"""`medark map`: every source, file, table and column: what is in it, where it came from, where it went"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import ASK, command
from medark.cli.console import say, show
from medark.cli.files import whole
from medark.cli.progress import watched
from medark.cli.workspace import For, Json, Named, opened, who_asks
from medark.messages import N_, _, spoken

if TYPE_CHECKING:
    from medark.catalog import DataMap

Html = Annotated[str, typer.Option("--html", metavar="FILE", help=N_("write a page that needs nothing else"))]
Svg = Annotated[str, typer.Option("--svg", metavar="FILE", help=N_("draw it: sources, tables, datasets, applications"))]
Png = Annotated[str, typer.Option("--png", metavar="FILE", help=N_("the same as PNG"))]
Colour = Annotated[
    str,
    typer.Option(
        "--colour", metavar="quality|freshness|sensitivity", help=N_("what the picture is coloured by; else quality")
    ),
]
Focus = Annotated[
    str,
    typer.Option("--focus", metavar="NAME", help=N_("draw only what flows into one thing and out of it")),
]
Table = Annotated[str, typer.Option("--table", metavar="NAME", help=N_("the columns of one table"))]

HELP = N_(
    "Map the data: what there is, where it came from, where it went.\n"
    "Every source, file, table and column, with rows, distinct and missing values, range and top values. "
    "Values that could tell who somebody is are masked."
)
EXAMPLES = """\
medark map city
medark map city --table measurement
medark map city --html map.html
medark map city --svg map.svg --png map.png --colour freshness
medark map city --png potassium.png --focus measurement
medark map city --json"""


def add(app: typer.Typer) -> None:
    """Put the command in the tree."""
    command(app, "map", HELP, EXAMPLES, ASK)(map_)


def map_(
    workspace: Named = None,
    table: Table = "",
    html: Html = "",
    svg: Svg = "",
    png: Png = "",
    colour: Colour = "",
    focus: Focus = "",
    purpose: For = "",
    json: Json = False,
) -> None:
    from medark.cli.data_map import columns_view, map_json, map_view
    from medark.cli.map_picture import write_picture
    from medark.flows.data_map import data_map

    with opened(workspace) as ws, watched() as progress:
        if svg or png:
            write_picture(ws, who_asks(ws, purpose), {"svg": svg, "png": png}, colour, focus, progress)
            return
        found, zone = data_map(ws, who_asks(ws, purpose), progress), ws.settings.time_zone
    if html:
        _write(found, zone, Path(html))
    show(map_json(found, table), json, lambda: columns_view(found, table) if table else map_view(found))


def _write(found: DataMap, zone: str, path: Path) -> None:
    from medark.catalog.page import page, words_of

    with whole(path) as file:
        file.write(page(found, zone, {phrase: _(phrase) for phrase in words_of(found)}, spoken()).encode())
    say(_("the page is {file}", file=str(path)))
