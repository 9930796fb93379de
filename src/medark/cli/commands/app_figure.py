"""`medark app figure`: a published figure as a file, the same that the console shows"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from medark.cli.console import say, show
from medark.cli.workspace import Json, Named, opened, purpose_of
from medark.errors import StorageError, UsageError
from medark.messages import N_, _, spoken

if TYPE_CHECKING:
    from medark.flows.workspace import Workspace
    from medark.model.access import Reader
    from medark.model.page import Figure

HELP: Final = N_("Draw a figure that an application publishes: as SVG, PNG, PDF, or the Vega-Lite that it is made of.")
EXAMPLES: Final = (
    "medark app figure city registry_page control --out control.pdf\n"
    "medark app figure city registry_page control --out control.vl.json --purpose public_health"
)
_JSON: Final = ".json"

AppName = Annotated[str | None, typer.Argument(metavar="APP", help=N_("the application's name"), show_default=False)]
FigureName = Annotated[
    str | None, typer.Argument(metavar="FIGURE", help=N_("the figure's name"), show_default=False)
]  # fmt: skip
Out = Annotated[str, typer.Option("--out", metavar="FILE", help=N_("write .svg, .png, .pdf or .json"))]
Purposes = Annotated[
    str,
    typer.Option("--purpose", metavar="PURPOSE", help=N_("what it is read for; otherwise the application's purpose")),
]


def figure(
    workspace: Named = None,
    app: AppName = None,
    name: FigureName = None,
    out: Out = "",
    purpose: Purposes = "",
    json: Json = False,
) -> None:
    path = Path(out or f"{name}.svg")
    with opened(workspace) as ws:
        drawn = _drawn(ws, _reader(ws, str(app), purpose), str(app), str(name))
        content = _file(drawn, path.suffix.lower())
    try:
        path.write_bytes(content)
    except OSError as error:
        raise StorageError("the file can't be written", fix="--out FILE", errno=error.errno or 0) from None
    show({"file": str(path), "alt": drawn.alt}, json, lambda: say(_("{figure} is in {file}", figure=name, file=path)))


def _reader(workspace: Workspace, app: str, purpose: str) -> Reader:
    from medark.flows.apps.running import running
    from medark.flows.gate import at_terminal

    with running(workspace).one(app) as loaded:
        return at_terminal(workspace, purpose_of(purpose) if purpose else loaded.manifest.purpose)


def _drawn(workspace: Workspace, reader: Reader, app: str, name: str) -> Figure:
    import datetime as dt
    from zoneinfo import ZoneInfo

    from medark.flows import pages

    today = dt.datetime.now(ZoneInfo(workspace.settings.time_zone)).date()
    return pages.figure(workspace, reader, app, name, language=spoken(), today=today)


def _file(drawn: Figure, suffix: str) -> bytes:
    import orjson

    from medark.flows.figures import Form, draw

    if suffix == _JSON:
        return orjson.dumps(dict(drawn.vega_lite), option=orjson.OPT_INDENT_2)
    if suffix.removeprefix(".") not in tuple(Form):
        raise UsageError("there is no such form of a figure", fix="--out figure.svg, .png, .pdf or .json")
    return draw(drawn, Form(suffix.removeprefix(".")), language=spoken())
