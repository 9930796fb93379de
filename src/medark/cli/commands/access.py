"""`medark access`: why somebody may read something, how sensitive a column is, records opened in an emergency"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.console import show
from medark.cli.workspace import For, Json, Named, opened, purpose_of
from medark.messages import N_, _, phrase

if TYPE_CHECKING:
    from rich.console import RenderableType

    from medark.flows.gate.why import Why
    from medark.model.user import BreakGlass

Place = Annotated[
    str | None, typer.Argument(metavar="TABLE[.COLUMN]", help=N_("a table or a column of it"), show_default=False)
]
Column = Annotated[str | None, typer.Argument(metavar="TABLE.COLUMN", help=N_("a column"), show_default=False)]
Person = Annotated[
    str | None,
    typer.Argument(metavar="PERSON", help=N_("the person_id, or a number that is only theirs"), show_default=False),
]
Number = Annotated[int | None, typer.Argument(metavar="NUMBER", help=N_("its number"), show_default=False)]
User = Annotated[str, typer.Option("--user", metavar="NAME", help=N_("somebody else than you"))]
Level = Annotated[int, typer.Option("--level", metavar="1-5", help=N_("how sensitive it is"))]
Kind = Annotated[str, typer.Option("--class", metavar="C1-C6", help=N_("its class; else as it was"))]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help=N_("why"))]
Verdict = Annotated[str, typer.Option("--verdict", metavar="TEXT", help=N_("whether it was right"))]


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "access", N_("Why somebody may read something; what is sensitive; emergencies."), KEEP)
    help_ = N_("Say why somebody may or may not read a column or a table, and what to type so that they may.")
    examples = "medark access why city measurement.value_as_number --user ann --purpose research"
    command(inner, "why", help_, examples)(why)
    help_ = N_("Decide how sensitive a column is, in the place of the rule. Your name and reason stay with it.")
    examples = "medark access judge city note.note_title --level 3 --reason 'titles are chosen from a list'"
    command(inner, "judge", help_, examples)(judge)
    help_ = N_(
        "Open a person's record in an emergency.\n"
        "For some hours you see them as if they were in the care of your organisation. Others are told and look at why."
    )
    command(inner, "break", help_, "medark access break city 4711 --reason 'unconscious in the emergency room'")(break_)
    command(
        inner, "emergencies", N_("List records that were opened in an emergency."), "medark access emergencies city"
    )(emergencies)
    help_ = N_("Say whether it was right that a record was opened in an emergency.")
    command(inner, "review", help_, "medark access review city 3 --verdict 'it was, the ward confirms it'")(review)


def why(workspace: Named = None, place: Place = None, user: User = "", purpose: For = "", json: Json = False) -> None:
    from medark.flows.gate import reader_of
    from medark.flows.gate.reader import machine_user
    from medark.flows.gate.why import why as found

    table, _dot, column = str(place).partition(".")
    with opened(workspace) as ws:
        told = found(ws, reader_of(ws, user or machine_user(), purpose_of(purpose)), table, column)
    show(_plain_why(told), json, lambda: _why(told))


def judge(
    workspace: Named = None,
    place: Column = None,
    level: Level = 0,
    kind: Kind = "",
    reason: Reason = "",
    json: Json = False,
) -> None:
    from medark.flows.gate.judging import judge as judged
    from medark.flows.gate.reader import machine_user

    table, _dot, column = str(place).rpartition(".")
    with opened(workspace) as ws:
        found = judged(ws, machine_user(), table, column, level, reason, kind)
    told = {"table": table, "column": column, "class": found.kind, "level": found.level, "reason": found.reason}
    show(told, json, lambda: _("{place} is of level {level} now", place=place, level=found.level))


def break_(workspace: Named = None, person: Person = None, reason: Reason = "", json: Json = False) -> None:
    from medark.cli.commands.grant import _when
    from medark.flows.gate.glass import break_glass
    from medark.flows.gate.reader import machine_user
    from medark.flows.who import the_person

    with opened(workspace) as ws:
        person_id = the_person(ws, str(person), lambda _number: True)
        broken = break_glass(ws, machine_user(), person_id, reason)
    show(_plain_glass(broken), json, lambda: _(
        "the record is open to you until {until} UTC, with --purpose care; others are told", until=_when(broken.ends_ms)
    ))  # fmt: skip


def emergencies(workspace: Named = None, json: Json = False) -> None:
    from medark.cli.commands.grant import _when
    from medark.cli.tables import table

    with opened(workspace) as ws:
        found = ws.ledger.glass.all()
    columns = (_("number"), _("user"), _("when"), _("why"), _("reviewed by"), _("verdict"))
    rows = [(str(g.number), g.user, _when(g.at_ms), g.reason, g.reviewed_by, g.verdict) for g in found]
    show([_plain_glass(one) for one in found], json, lambda: table(_("Opened in an emergency"), columns, rows))


def review(workspace: Named = None, number: Number = None, verdict: Verdict = "", json: Json = False) -> None:
    from medark.flows.gate.glass import review as reviewed
    from medark.flows.gate.reader import machine_user

    with opened(workspace) as ws:
        found = reviewed(ws, machine_user(), int(number or 0), verdict)
    show(_plain_glass(found), json, lambda: _("it is reviewed"))


def _why(told: Why) -> RenderableType:
    from rich.console import Group
    from rich.text import Text

    from medark.cli.tables import table

    head = [Text(_("allowed") if told.decision.allowed else _("refused"), "bold"), Text(phrase(told.decision.reason))]
    if told.sensitivity is not None:
        found = told.sensitivity
        head.append(Text(f"{_('level')} {found.level} {found.kind}: {phrase(found.reason)}"))
    rows = [
        (str(one.grant.number), f"{one.grant.holder_kind}:{one.grant.holder}", one.grant.purpose.value,
         str(one.grant.level), phrase(one.why))
        for one in told.grants
    ]  # fmt: skip
    columns = (_("grant"), _("holder"), _("purpose"), _("level"), _("what it says"))
    fix = [Text(f"{_('try')}: {told.fix}")] if told.fix else []
    return Group(*head, "", table(_("Grants"), columns, rows), *fix)


def _plain_why(told: Why) -> dict[str, object]:
    found = told.sensitivity
    return {
        "allowed": told.decision.allowed, "reason": told.decision.reason,
        "class": found and found.kind, "level": found and found.level, "sensitive_because": found and found.reason,
        "grants": [{"grant": one.grant.number, "opens": one.opens, "why": one.why} for one in told.grants],
        "fix": told.fix,
    }  # fmt: skip


def _plain_glass(one: BreakGlass) -> dict[str, object]:
    return {
        "number": one.number, "user": one.user, "at_ms": one.at_ms, "ends_ms": one.ends_ms, "reason": one.reason,
        "reviewed_by": one.reviewed_by, "verdict": one.verdict,
    }  # fmt: skip
