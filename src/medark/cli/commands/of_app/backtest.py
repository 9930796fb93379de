"""`medark app APP backtest`: the application's cards over history, as they would have been shown"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from medark.cli.commands import command
from medark.cli.console import show
from medark.cli.workspace import For, Json, Named, opened, who_asks
from medark.messages import N_, _

if TYPE_CHECKING:
    from medark.flows.apps.backtest import Backtest, Period

HELP: Final = N_(
    "Ask its cards of the past: how many would have been shown, to whom, how many are repeats, how many right."
)
From = Annotated[str, typer.Option("--from", metavar="DATE", help=N_("the first day; otherwise a year before"))]
To = Annotated[str, typer.Option("--to", metavar="DATE", help=N_("the last day; otherwise today"))]
Truth = Annotated[
    Path | None,
    typer.Option("--truth", metavar="FILE", help=N_("what was true: .csv or .parquet of card, person_id, first, last")),
]
Card = Annotated[list[str] | None, typer.Option("--card", metavar="NAME", help=N_("one card; repeatable"))]
_MOST_PAIRS: Final = 10


def add(inner: typer.Typer, app: str) -> None:
    """Register it for an application."""

    def backtest(
        workspace: Named = None,
        first: From = "",
        last: To = "",
        truth: Truth = None,
        card: Card = None,
        purpose: For = "",
        json: Json = False,
    ) -> None:
        from medark.flows.apps.backtest import backtest as run
        from medark.flows.apps.backtest_truth import truth_in

        with opened(workspace) as ws:
            cases = () if truth is None else truth_in(truth)
            period = _period(first, last, ws.settings.time_zone)
            found = run(ws, who_asks(ws, purpose), app, period, cases, card or ())
        show(asdict(found), json, lambda: _draw(found))

    examples = (
        f"medark app {app} backtest city\nmedark app {app} backtest city --from 2024-01-01 --to 2024-12-31 --json"
    )
    command(inner, "backtest", HELP, examples)(backtest)


def _period(first: str, last: str, zone: str) -> Period:
    from medark.cli.dates import a_day, day
    from medark.flows.apps.backtest import Period

    until = a_day(last, "--to") if last else day("", zone)
    since = a_day(first, "--from") if first else until.replace(year=until.year - 1, day=min(until.day, 28))
    return Period(since, until)


def _draw(found: Backtest) -> Any:
    from rich.console import Group

    from medark.cli.tables import table

    counted = found.counted
    per = "—" if counted.per_100_admissions is None else f"{counted.per_100_admissions:g}"
    heading = _(
        "Cards of {app} {version}, {first} to {last}: {admissions} admissions, {per} shown in hospital for each hundred"
    ).format(
        app=found.app, version=found.version, first=found.period.first, last=found.period.last,
        admissions=counted.admissions, per=per,
    )  # fmt: skip
    columns = (
        _("card"),
        _("fired"),
        _("shown"),
        _("silenced"),
        _("people"),
        _("per 100 admissions"),
        _("right"),
        _("cases"),
    )
    parts = [table(heading, columns, (_line(one) for one in counted.cards if one.fired or one.cases))]
    if counted.together:
        told = ((one.one, one.other, one.days, f"{one.share:.0%}") for one in counted.together[:_MOST_PAIRS])
        parts.append(table(_("Shown together on one day"), (_("card"), _("with"), _("days"), _("of the rarer")), told))
    if found.outcomes:
        ended = (_("card"), _("accepted"), _("overridden"), _("rate"), _("reasons"))
        parts.append(table(_("How cards that were shown ended"), ended, _ended(found)))
    return Group(*parts)


def _line(one: Any) -> tuple[str | int, ...]:
    per = "" if one.per_100_admissions is None else f"{one.per_100_admissions:g}"
    right = "" if one.ppv is None else f"{one.ppv:.0%}"
    cases = "" if one.cases is None else f"{one.found}/{one.cases}"
    return one.card, one.fired, one.shown, one.silenced, one.people, per, right, cases


def _ended(found: Backtest) -> Iterator[tuple[str | int, ...]]:
    for one in found.outcomes:
        reasons = ", ".join(f"{reason.rpartition('|')[2] or '?'} {count}" for reason, count in one.reasons.items())
        yield one.card, one.accepted, one.overridden, f"{one.override_rate:.0%}", reasons
