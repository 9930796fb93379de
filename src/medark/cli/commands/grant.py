"""`medark grant`: who may read what, for what, until when"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.console import show
from medark.cli.dates import a_day
from medark.cli.workspace import Json, Named, opened, purpose_of
from medark.errors import UsageError
from medark.messages import N_, _
from medark.model.days import ends_ms

if TYPE_CHECKING:
    from medark.model.access import Grant, Holder, Rows

Who = Annotated[
    str | None,
    typer.Argument(metavar="HOLDER", help=N_("a user, or role:NAME, or app:NAME"), show_default=False),
]
Number = Annotated[int | None, typer.Argument(metavar="NUMBER", help=N_("the grant's number"), show_default=False)]
Purposes = Annotated[
    list[str] | None,
    typer.Option("--purpose", metavar="PURPOSE", help=N_("what it may be read for; repeatable: a grant for each")),
]
Table = Annotated[
    list[str] | None,
    typer.Option(
        "--table", metavar="TABLE[:COLUMN,…]", help=N_("a table, or some columns of it; repeatable; '*' for any table")
    ),
]
Whose = Annotated[
    str, typer.Option("--rows", metavar="all|organisation|care", help=N_("whose rows: everybody's, or fewer"))
]
Level = Annotated[int, typer.Option("--level", metavar="1-5", help=N_("the most sensitive level that it opens"))]
Mask = Annotated[
    list[str] | None,
    typer.Option("--mask", metavar="TABLE.COLUMN=MASK", help=N_("show a column behind a mask; repeatable")),
]
Until = Annotated[str, typer.Option("--until", metavar="DATE", help=N_("the last day of it, as 2027-06-30"))]
Everything = Annotated[bool, typer.Option("--all", help=N_("those that are over, too"))]


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "grant", N_("Who may read what, for what, until when."), KEEP)
    help_ = N_(
        "Let somebody read.\n"
        "Nobody reads anything that no grant opens. A grant is for one purpose, and opens columns up to a level of "
        "sensitivity (1 public … 5 specially protected)."
    )
    examples = (
        "medark grant add city ann --purpose research --table measurement --table person:person_id,year_of_birth\n"
        "medark grant add city role:ward --purpose care --table '*' --rows care --level 4\n"
        "medark grant add city bo --purpose payment --table person --mask person.birth_datetime=year --until 2027-01-31"
    )
    command(inner, "add", help_, examples)(add_grant)
    command(
        inner, "list", N_("List grants that are in force."), "medark grant list city\nmedark grant list city --all"
    )(list_)
    help_ = N_("Take a grant back, from sessions that run, too.")
    command(inner, "revoke", help_, "medark grant revoke city 7")(revoke)


def add_grant(
    workspace: Named = None,
    holder: Who = None,
    purpose: Purposes = None,
    table: Table = None,
    rows: Whose = "all",
    level: Level = 3,
    mask: Mask = None,
    until: Until = "",
    json: Json = False,
) -> None:
    import time

    from medark.flows.gate.giving import give
    from medark.flows.gate.reader import machine_user
    from medark.flows.gate.written import masks_written, tables_written
    from medark.model.access import Grant

    kind, name = _holder(str(holder))
    by = machine_user()
    with opened(workspace) as ws:
        ends = _end_of(until, ws.settings.time_zone) if until else None
        wanted = [
            Grant(
                0, kind, name, purpose_of(one), tables_written(table or ()), _rows(rows), level,
                int(time.time() * 1000), ends, masks_written(mask or ()), by,
            )
            for one in purpose or ["operations"]
        ]  # fmt: skip
        given = [give(ws, by, grant) for grant in wanted]
    show([_plain(one) for one in given], json, lambda: _("given: grant {numbers}", numbers=", ".join(_numbers(given))))


def list_(workspace: Named = None, everything: Everything = False, json: Json = False) -> None:
    import time

    from medark.cli.tables import table

    with opened(workspace) as ws:
        now = int(time.time() * 1000)
        grants = [one for one in ws.ledger.access.grants() if everything or one.in_force(now)]
    columns = (_("grant"), _("holder"), _("purpose"), _("tables"), _("rows"), _("level"), _("until"), _("given by"))
    rows = [
        (
            str(one.number), _who(one), one.purpose.value, _opened(one), one.rows.value, str(one.level), _ended(one),
            one.granted_by,
        )
        for one in grants
    ]  # fmt: skip
    show([_plain(one) for one in grants], json, lambda: table(_("Grants"), columns, rows))


def revoke(workspace: Named = None, number: Number = None, json: Json = False) -> None:
    from medark.flows.gate.giving import take_back
    from medark.flows.gate.reader import machine_user

    with opened(workspace) as ws:
        revoked = take_back(ws, machine_user(), int(number or 0))
    show(_plain(revoked), json, lambda: _("grant {number} is over", number=revoked.number))


def _holder(told: str) -> tuple[Holder, str]:
    from medark.model.access import Holder

    kind, _colon, name = told.rpartition(":")
    if (kind or Holder.USER) not in set(Holder) or not name:
        raise UsageError("a grant is held by a user, a role or an application", fix="ann, role:ward, app:registry")
    return Holder(kind or Holder.USER), name


def _rows(told: str) -> Rows:
    from medark.model.access import Rows

    if told not in set(Rows):
        raise UsageError("there are no such rows", fix="--rows all, --rows organisation, --rows care")
    return Rows(told)


def _end_of(told: str, zone: str) -> int:
    """The end of a day in the workspace's zone, in milliseconds since 1970."""
    return ends_ms(a_day(told, "--until"), zone)


def _numbers(grants: Sequence[Grant]) -> list[str]:
    return [str(one.number) for one in grants]


def _who(grant: Grant) -> str:
    return grant.holder if grant.holder_kind == "user" else f"{grant.holder_kind}:{grant.holder}"


def _opened(grant: Grant) -> str:
    named = (f"{table}:{','.join(sorted(columns))}" if columns else table for table, columns in grant.tables.items())
    return " ".join(named) + "".join(f" {place}={mask}" for place, mask in grant.masks.items())


def _ended(grant: Grant) -> str:
    return _when(min((one for one in (grant.ends_ms, grant.revoked_ms) if one is not None), default=None))


def _when(at_ms: int | None) -> str:
    """A moment in UTC, to the minute; nothing for none."""
    return "" if at_ms is None else dt.datetime.fromtimestamp(at_ms / 1000, dt.UTC).isoformat(" ", "minutes")[:16]


def _plain(grant: Grant) -> dict[str, object]:
    return {
        "grant": grant.number, "holder": _who(grant), "purpose": grant.purpose,
        "tables": {table: columns and sorted(columns) for table, columns in grant.tables.items()},
        "rows": grant.rows, "level": grant.level, "masks": dict(grant.masks), "until": _ended(grant),
        "given_by": grant.granted_by, "revoked": grant.revoked_ms is not None,
    }  # fmt: skip
