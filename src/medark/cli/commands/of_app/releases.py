"""`medark app APP release`, `releases`, `compare`: datasets under a name, made again and held against each other"""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import command
from medark.cli.console import say, show
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_, _, plural

if TYPE_CHECKING:
    from medark.flows.apps.releases import Compared, Release

Set = Annotated[str | None, typer.Argument(metavar="DATASET", help=N_("which dataset"), show_default=False)]
Called = Annotated[str | None, typer.Argument(metavar="NAME", help=N_("the release's name"), show_default=False)]
Older = Annotated[str | None, typer.Argument(metavar="OLDER", help=N_("the earlier release"), show_default=False)]
Newer = Annotated[str | None, typer.Argument(metavar="NEWER", help=N_("the later release"), show_default=False)]


def add(inner: typer.Typer, app: str) -> None:
    """Put them in the application's group."""

    def release(workspace: Named = None, dataset: Set = None, name: Called = None, json: Json = False) -> None:
        from medark.flows.apps import releases as flow
        from medark.flows.gate.reader import machine_user

        with opened(workspace) as ws:
            one = flow.release(ws, app, str(dataset), str(name), by=machine_user())
        show(_plain(one), json, lambda: say(_("{dataset} is released as {name}", dataset=dataset, name=name)))

    def releases(workspace: Named = None, json: Json = False) -> None:
        from medark.flows.apps import releases as flow

        with opened(workspace) as ws:
            found = flow.releases(ws, app)
        show([_plain(one) for one in found], json, lambda: _drawn(found))

    def compare(
        workspace: Named = None, dataset: Set = None, older: Older = None, newer: Newer = None, json: Json = False
    ) -> None:
        from medark.flows.apps import releases as flow
        from medark.flows.apps.running import running
        from medark.flows.gate import at_terminal

        with opened(workspace) as ws:
            with running(ws).one(app) as loaded:
                purpose = loaded.manifest.purpose
            found = flow.compare(ws, at_terminal(ws, purpose), app, str(dataset), str(older), str(newer))
        show(asdict(found), json, lambda: _told(found))

    help_ = N_("Keep a dataset as it was published last, under a name: it can be made again, row for row.")
    command(inner, "release", help_, f"medark app {app} release city DATASET 2024Q4")(release)
    help_ = N_("List the releases of its datasets.")
    command(inner, "releases", help_, f"medark app {app} releases city")(releases)
    help_ = N_("Say what changed from one release to another: columns, and how many people came and went.")
    command(inner, "compare", help_, f"medark app {app} compare city DATASET 2024Q3 2024Q4")(compare)


def _plain(one: Release) -> dict[str, object]:
    told = asdict(one)
    return {name: value for name, value in told.items() if name not in ("definition", "columns")}


def _drawn(found: list[Release]) -> object:
    from medark.cli.tables import table

    columns = (_("dataset"), _("release"), _("made"), _("version"), _("lake"), _("rows"), _("by"))
    rows = [
        (one.dataset, one.name, _when(one.made_ms), one.app_version, one.lake_version, one.rows, one.by)
        for one in found
    ]  # fmt: skip
    return table(_("Releases"), columns, rows)


def _told(found: Compared) -> None:
    for title, names in (
        (_("new columns"), found.added), (_("columns no more there"), found.removed),
        (_("columns that mean something else"), found.changed),
    ):  # fmt: skip
        say(f"{title}: {', '.join(names) or '—'}")
    if found.who:
        say(_("who is in it is defined otherwise"))
    say(plural("{count} person came", "{count} people came", found.come))
    say(plural("{count} person went", "{count} people went", found.gone))
    say(plural("{count} person stayed", "{count} people stayed", found.stayed))


def _when(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(" ", "minutes").removesuffix("+00:00")
