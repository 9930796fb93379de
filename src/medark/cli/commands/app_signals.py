"""`medark app signals`: how the signals of applications stand, and since when"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from medark.cli.console import show
from medark.cli.workspace import For, Json, Named, opened, who_asks
from medark.messages import N_, _, spoken

if TYPE_CHECKING:
    from medark.model.signal import Signal

HELP: Final = N_("Say how signals stand: counts over time that applications watch, and which of them are too much.")
EXAMPLES: Final = "medark app signals city\nmedark app signals city early_warning --json"

AppName = Annotated[str | None, typer.Argument(metavar="[APP]", help=N_("one application; otherwise all"))]
STATES: Final = {"quiet": N_("quiet"), "alarm": N_("alarm"), "unknown": N_("too short a past")}


def signals(workspace: Named = None, app: AppName = None, purpose: For = "", json: Json = False) -> None:
    from medark.cli.tables import table
    from medark.flows.apps.signals import signals as standing

    with opened(workspace) as ws:
        found = standing(ws, who_asks(ws, purpose), app or "")
    columns = (_("application"), _("signal"), _("of"), _("state"), _("since"), _("newest"), _("expected"))
    show([_plain(one) for one in found], json, lambda: table(_("Signals"), columns, map(_line, found)))


def _line(one: Signal) -> tuple[str, ...]:
    from medark.model.signal import Point

    newest = one.newest or Point("", None, None, None, one.state)
    of = ", ".join(f"{name}={value or '?'}" for name, value in one.group.items())
    expected = "" if newest.expected is None else f"{newest.expected:.1f}"
    count = "" if newest.count is None else str(newest.count)
    title = one.title.get(spoken()) or one.title["en"]
    return one.app, title, of, _(STATES[one.state]), one.changes[-1].period if one.changes else "", count, expected


def _plain(one: Signal) -> dict[str, object]:
    from medark.flows.apps.signals.why import why

    points = [
        {
            "period": p.period, "count": p.count, "expected": p.expected, "threshold": p.threshold,
            "state": p.state.value, "judged": p.judged, "total": p.total,
        }
        for p in one.points
    ]  # fmt: skip
    changes = [{"period": c.period, "state": c.state.value, "at_ms": c.at_ms} for c in one.changes]
    return {
        "app": one.app, "signal": one.name, "every": one.every.value, "group": dict(one.group),
        "state": one.state.value, "points": points, "changes": changes, "lake_version": one.lake_version,
        "digest": one.digest, "today": one.today, "channel": one.channel, "why": why(one), "since": one.since,
        "methods": [{"method": each.method, "parameters": dict(each.parameters)} for each in one.methods],
        "agreeing": list(one.agreeing), "places": list(one.cluster.places) if one.cluster else [],
    }  # fmt: skip
