"""`medark app`: applications put in, approved, swapped and taken out while the platform runs"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import KEEP, app_figure, app_signals, command, group
from medark.cli.commands.of_app import WithApplications
from medark.cli.console import out, say, show
from medark.cli.workspace import Json, Named, opened
from medark.errors import UsageError
from medark.messages import N_, _, phrase, plural, spoken

if TYPE_CHECKING:
    from medark.flows.apps.checked import Checked
    from medark.flows.apps.grants import Asked, AskedItems
    from medark.flows.apps.life import Installed
    from medark.flows.apps.publish import Freshened
    from medark.flows.apps.shelf import Shelved
    from medark.flows.workspace import Workspace
    from medark.model.app import App

AppName = Annotated[str | None, typer.Argument(metavar="APP", help=N_("the application's name"), show_default=False)]
Source = Annotated[
    str | None,
    typer.Argument(metavar="FOLDER", help=N_("a folder, a wheel, or the name of one that is here"), show_default=False),
]
Folder = Annotated[
    str | None, typer.Argument(metavar="FOLDER", help=N_("the folder with app.toml"), show_default=False)
]
Which = Annotated[str, typer.Option("--version", metavar="1.2.0", help=N_("which version; otherwise the newest"))]
Set = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help=N_("a setting of the application; repeatable"))
]
Parent = Annotated[str, typer.Option("--in", metavar="FOLDER", help=N_("where to make it; otherwise here"))]
City = Annotated[bool, typer.Option("--city", help=N_("run it on a made-up city, too; takes a minute"))]


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    help_ = N_("Applications: put in, approve, swap and take out while the platform runs.")
    inner = group(app, "app", help_, KEEP, WithApplications)
    command(inner, "list", N_("List the applications that are here, and those that could be."), "medark app list city")(
        list_
    )
    help_ = N_(
        "Copy an application here: from a folder, a wheel, or an installed package.\n"
        "Only its app.toml is read; nothing of its code runs before somebody has approved what it reads."
    )
    command(inner, "install", help_, "medark app install city blood_pressure\nmedark app install city potassium_card")(
        install
    )
    help_ = N_("Say yes to what a version reads: it is shown, with how sensitive it is, and becomes its grant.")
    command(inner, "approve", help_, "medark app approve city potassium_card")(approve)
    help_ = N_("Let an approved version run. It is tried first: its promises, its definitions, its code on samples.")
    examples = "medark app enable city potassium_card\nmedark app enable city potassium_card --set high=6.0"
    command(inner, "enable", help_, examples)(enable)
    help_ = N_(
        "Let the newest installed version take over.\n"
        "It starts beside the old one, is tried, and takes over; no request fails. If it reads more, it asks first."
    )
    command(inner, "upgrade", help_, "medark app upgrade city potassium_card")(upgrade)
    command(
        inner, "rollback", N_("Go back to the version that ran before."), "medark app rollback city potassium_card"
    )(rollback)
    command(inner, "disable", N_("Let an application run no more."), "medark app disable city potassium_card")(disable)
    help_ = N_("Take an application out: its files, its grants and what it published. Who approved it stays on record.")
    command(inner, "remove", help_, "medark app remove city potassium_card")(remove)
    help_ = N_(
        "Bring the datasets of running applications up to the lake; only people with new rows are asked again.\n"
        "Tasks of theirs are raised by it, and those that the record has settled are closed."
    )
    command(inner, "publish", help_, "medark app publish city\nmedark app publish city registry_page")(publish)
    command(inner, "signals", app_signals.HELP, app_signals.EXAMPLES)(app_signals.signals)
    command(inner, "figure", app_figure.HELP, app_figure.EXAMPLES)(app_figure.figure)
    help_ = N_("Write a new application that works: a manifest, a rule with its card, and a test.")
    command(inner, "new", help_, "medark app new blood_pressure")(new)
    help_ = N_("Say what an application in a folder reads, and which of its promises it does not keep.")
    command(inner, "check", help_, "medark app check blood_pressure\nmedark app check blood_pressure --city")(check)


def machine_user() -> str:
    from medark.flows.gate.reader import machine_user as user

    return user()


def list_(workspace: Named = None, json: Json = False) -> None:
    from medark.flows.apps.shelf import shelf

    with opened(workspace) as ws:
        found = shelf(ws)
    show([one.plain() for one in found], json, lambda: _drawn(found))


def install(workspace: Named = None, source: Source = None, json: Json = False) -> None:
    from medark.flows.apps import life

    with opened(workspace) as ws:
        found = life.install(ws, str(source), by=machine_user())
    show(_installed(found), json, lambda: _ask(found))


def approve(workspace: Named = None, app: AppName = None, version: Which = "", json: Json = False) -> None:
    from medark.flows.apps import life

    with opened(workspace) as ws:
        found = life.approve(ws, str(app), version, by=machine_user())
    show(_installed(found), json, lambda: _approved(found))


def enable(
    workspace: Named = None, app: AppName = None, version: Which = "", set_: Set = None, json: Json = False
) -> None:
    from medark.flows.apps import life

    with opened(workspace) as ws:
        after = life.enable(ws, str(app), version, by=machine_user(), settings=dict(map(_pair, set_ or ())))
    show(_plain(after), json, lambda: _runs(after))


def upgrade(workspace: Named = None, app: AppName = None, version: Which = "", json: Json = False) -> None:
    from medark.flows.apps import life

    with opened(workspace) as ws:
        after = life.upgrade(ws, str(app), version, by=machine_user())
    show(_plain(after), json, lambda: _runs(after))


def rollback(workspace: Named = None, app: AppName = None, json: Json = False) -> None:
    from medark.flows.apps import life

    with opened(workspace) as ws:
        after = life.rollback(ws, str(app), by=machine_user())
    show(_plain(after), json, lambda: _runs(after))


def disable(workspace: Named = None, app: AppName = None, json: Json = False) -> None:
    from medark.flows.apps import life

    with opened(workspace) as ws:
        after = life.disable(ws, str(app), by=machine_user())
    show(_plain(after), json, lambda: say(_("{app} runs no more", app=after.name)))


def remove(workspace: Named = None, app: AppName = None, json: Json = False) -> None:
    from medark.flows.apps import life

    with opened(workspace) as ws:
        after = life.remove(ws, str(app), by=machine_user())
    show(_plain(after), json, lambda: say(_("{app} is taken out", app=after.name)))


def publish(
    workspace: Named = None,
    app: Annotated[str | None, typer.Argument(metavar="[APP]", help=N_("one application; otherwise all"))] = None,
    json: Json = False,
) -> None:
    from medark.flows.apps.publish import publish as fresh
    from medark.flows.apps.reading import platform
    from medark.flows.apps.tasks import raise_tasks

    with opened(workspace) as ws:
        found = fresh(ws, platform(ws), app=app or "")
        raised = raise_tasks(ws, platform(ws), app=app or "")
        if ws.settings.lineage.openlineage:
            _tell(ws, found)
    show([_fresh(one) for one in found], json, lambda: _freshened(found))
    if raised and not json:
        say(plural("{count} task was raised", "{count} tasks were raised", len(raised)))


def _tell(ws: Workspace, found: Sequence[Freshened]) -> None:
    """The events of what was published, to who listens by OpenLineage."""
    from medark.flows.lineage.events import told_if_set

    if found and (wrong := told_if_set(ws, min(one.dataset.fresh_ms for one in found))):
        say(_("OpenLineage was not told: {why}", why=phrase(wrong)))


def new(name: AppName = None, parent: Parent = ".", json: Json = False) -> None:
    from medark.flows.apps.new import new as written

    files = written(str(name), Path(parent))
    folder = files[0].parent
    show([str(file) for file in files], json, lambda: say(_("{app} is in {folder}", app=name, folder=folder)))
    if not json:
        say(f"  {_('next')}: pytest {folder}")


def check(folder: Folder = None, city: City = False, json: Json = False) -> None:
    from medark.flows.apps.checked import check as checked

    found = checked(Path(str(folder)))
    show(_checked(found), json, lambda: _told(found))
    if found.faults:
        raise UsageError("the application does not keep what it promises", fix="mend what is listed above")
    if city:
        from medark.cli.city import run

        ran = run(Path(str(folder)))
        show(asdict(ran), json, lambda: say(str(ran)))


# -- how it is told ----------------------------------------------------------------------------------------------------


def _drawn(found: Iterable[Shelved]) -> object:
    from medark.cli.tables import table

    columns = (_("application"), _("state"), _("runs"), _("before"), _("installed"), _("what it is"))
    rows = [
        (
            one.name,
            _(one.state),
            one.current,
            one.previous,
            ", ".join(one.versions),
            one.title.get(spoken(), one.title["en"]),
        )
        for one in found
    ]
    return table(_("Applications"), columns, rows)


def _ask(found: Installed) -> object:
    name, version = found.version.app, found.version.version
    say(_("{app} {version} is installed; nothing of it runs", app=name, version=version))
    out().print(_reads(found.asks))
    _writes(found.writes)
    if found.needs_approval:
        say(f"  {_('next')}: medark app approve {name}")
    else:
        say(_("it reads no more than what was approved"))
        say(f"  {_('next')}: medark app upgrade {name}")
    return None


def _approved(found: Installed) -> object:
    out().print(_reads(found.asks))
    _writes(found.writes)
    say(_("{app} {version} may read this", app=found.version.app, version=found.version.version))
    say(f"  {_('next')}: medark app enable {found.version.app}")
    return None


def _runs(after: App) -> None:
    say(_("{app} {version} runs", app=after.name, version=after.current))


def _reads(asks: Iterable[Asked]) -> object:
    """By table and level, the most sensitive first; what no approved version reads is told apart."""
    from medark.cli.tables import table

    grouped: dict[tuple[str, int, str, bool], list[str]] = {}
    for one in asks:
        grouped.setdefault((one.table, one.level, one.reason, one.is_new), []).append(one.column)
    rows = [
        (name, ", ".join(columns), level, _(reason), _("new") if is_new else "")
        for (name, level, reason, is_new), columns in grouped.items()
    ]
    return table(_("What it reads"), (_("table"), _("columns"), _("level"), _("why so sensitive"), " "), rows)


def _writes(writes: Iterable[AskedItems]) -> None:
    """What it writes into people's records; what no approved version writes is told apart."""
    from medark.cli.tables import table

    if rows := [(one.items, _("new") if one.is_new else "") for one in writes]:
        out().print(table(_("What it writes in people's records"), (_("items"), " "), rows))


def _freshened(found: Iterable[Freshened]) -> object:
    from medark.cli.tables import table

    rows = [
        (one.dataset.app, one.dataset.name, one.dataset.rows, one.error or _again(one.asked_again)) for one in found
    ]  # fmt: skip
    return table(_("Published"), (_("application"), _("dataset"), _("rows"), _("asked again")), rows)


def _again(count: int | None) -> str:
    return _("everyone") if count is None else plural("{count} person", "{count} people", count)


def _told(found: Checked) -> object:
    from rich.console import Group

    from medark.cli.tables import table

    rows = [(one.at, _(one.what), one.fix) for one in found.faults]
    if not rows:
        say(_("it keeps what it promises"))
        _writes(found.writes)
        return _reads(found.asks)
    return Group(table(_("Promises that it does not keep"), (_("where"), _("what"), _("write")), rows), "", found.reads)


def _installed(found: Installed) -> dict[str, object]:
    version = found.version
    reads = [
        {"table": one.table, "column": one.column, "level": one.level, "reason": one.reason, "new": one.is_new}
        for one in found.asks
    ]
    return {
        "app": version.app,
        "version": version.version,
        "digest": version.digest,
        "purpose": found.manifest.purpose.value,
        "approved_by": version.approved_by,
        "needs_approval": found.needs_approval,
        "reads": reads,
        "writes": [{"items": one.items, "new": one.is_new} for one in found.writes],
    }


def _checked(found: Checked) -> dict[str, object]:
    faults = [{"at": one.at, "what": one.what, "fix": one.fix} for one in found.faults]
    return {"app": found.manifest.name, "version": found.manifest.version, "faults": faults, "reads": found.reads}


def _plain(app: App) -> dict[str, object]:
    return {"app": app.name, "state": app.state.value, "runs": app.current, "before": app.previous}


def _fresh(one: Freshened) -> dict[str, object]:
    told = one.dataset
    return {
        "app": told.app, "dataset": told.name, "rows": told.rows, "lake_version": told.lake_version,
        "digest": told.digest, "asked_again": one.asked_again, "error": one.error,
    }  # fmt: skip


def _pair(told: str) -> tuple[str, str]:
    name, equals, value = told.partition("=")
    if not equals:
        raise UsageError(f"{told!r} sets nothing", fix="--set high=6.0")
    return name.strip(), value.strip()
