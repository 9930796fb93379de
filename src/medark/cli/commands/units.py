"""`medark units`: units as they are written, numbers that do not fit theirs, what was decided"""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.units import (
    asked,
    decisions_view,
    plain_decision,
    plain_suspect,
    plain_unjudged,
    suspects_view,
    written_view,
)
from medark.cli.workspace import Json, Named, opened
from medark.errors import UsageError
from medark.messages import N_, _

Source = Annotated[str, typer.Option("--source", metavar="NAME", help=N_("of this source alone"))]
Above = Annotated[
    float, typer.Option("--above", metavar="P", help=N_("take the likeliest unit where it is at least so probable"))
]
Of = Annotated[str, typer.Option("--source", metavar="NAME", help=N_("of which source"))]
Code = Annotated[str, typer.Option("--code", metavar="CODE", help=N_("the test's code as the source writes it"))]
Said = Annotated[str, typer.Option("--said", metavar="UNIT", help=N_("the unit as it is written; none if left out"))]
Unit = Annotated[str, typer.Option("--unit", metavar="UCUM", help=N_("the unit that it is; left out: it is right"))]
From = Annotated[
    float | None, typer.Option("--from", metavar="N", help=N_("only numbers from this up"), show_default=False)
]
Below = Annotated[
    float | None, typer.Option("--below", metavar="N", help=N_("only numbers under this"), show_default=False)
]
Out = Annotated[Path | None, typer.Option("--out", metavar="FILE", help=N_("write there, not on the screen"))]
Texts = Annotated[list[str], typer.Argument(metavar="UNIT…", help=N_("units as somebody wrote them"))]


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "units", N_("Units of numbers: read, doubted, decided."), KEEP)
    help_ = N_("Say which units sources write, what each is read as, and what was decided.")
    command(inner, "list", help_, "medark units list city")(list_)
    help_ = N_(
        "List numbers whose unit is missing, unreadable or cannot be right.\n"
        "With each the units that it may be, how probable, and why; below, what could not be judged."
    )
    command(inner, "suspect", help_, "medark units suspect city --source north/lis")(suspect)
    help_ = N_("Fill in units that are missing and clear; raise a task for each that is not.")
    command(inner, "fill", help_, "medark units fill city")(fill)
    help_ = N_(
        "Decide units one after the other, or all that are probable enough.\n"
        "Rows that are there are made again at once; what is decided holds for later ones too."
    )
    command(inner, "review", help_, "medark units review city\nmedark units review city --above 0.95")(review)
    help_ = N_("Say in which unit a source's numbers are, or only those in some limits.")
    example = "medark units decide city --source north/lis --code GLU --said mmol/L --unit mg/dL --from 40 --below 400"
    command(inner, "decide", help_, example)(decide_)
    help_ = N_("Take a decision back: rows have the unit again that is written.")
    command(inner, "undo", help_, "medark units undo city --source north/lis --code GLU --said mmol/L")(undo_)
    help_ = N_(
        "Give the way from each unit of a test to the test's own: number * factor + offset.\n"
        "Join it in SQL by the two concepts, and all numbers of a test are in one unit."
    )
    command(inner, "own", help_, "medark units own city --out own_unit.csv")(own)
    help_ = N_("Say what units mean in UCUM.")
    command(inner, "read", help_, "medark units read ×10⁹/L\nmedark units read K/uL")(read_)


def list_(workspace: Named = None, json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.units.written import written

    with opened(workspace) as ws:
        found, decided = written(ws, machine_user()), ws.ledger.units.all()
    plain = {
        "units": [
            {"source": one.source, "said": one.said, "ucum": one.ucum, "rows": one.rows, "known": one.known}
            for one in found
        ],
        "decided": [plain_decision(one) for one in decided],
    }
    show(plain, json, lambda: written_view(found, decided))


def suspect(workspace: Named = None, source: Source = "", json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.units.suspected import suspected
    from medark.flows.units.unjudged import unjudged

    with opened(workspace) as ws:
        found = suspected(ws, machine_user(), source)
        left = unjudged(ws, machine_user(), source)
    plain = {"suspects": [plain_suspect(one) for one in found], "unjudged": [plain_unjudged(one) for one in left]}
    show(plain, json, lambda: suspects_view(found, left))


def fill(workspace: Named = None, json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.units.decide import upkeep

    with opened(workspace) as ws, watched() as progress:
        filled, tasks = upkeep(ws, machine_user(), progress)
    words = _("{filled} units filled in, {tasks} tasks raised", filled=filled, tasks=tasks)
    show({"filled": filled, "tasks": tasks}, json, lambda: words)


def review(workspace: Named = None, source: Source = "", above: Above = 0.0, json: Json = False) -> None:
    from medark.flows.gate.reader import machine_user
    from medark.flows.units.decide import decide
    from medark.flows.units.suspected import as_said, decided, suspected

    if not above and not sys.stdin.isatty():
        raise UsageError("there is nobody to ask", fix="--above 0.95, or medark units decide")
    with opened(workspace) as ws, watched() as progress:
        found = suspected(ws, machine_user(), source)
        sure = [(one, 0) for one in found if one.likely[0].probability >= above]
        answers = sure if above else asked(found)
        told = [as_said(one) if number < 0 else decided(ws, one, number) for one, number in answers]
        kept = [one for one in told if one is not None]
        records = decide(ws, machine_user(), kept, progress)
        decisions = ws.ledger.units.all()
    words = _("{units} units decided, {records} records made again", units=len(kept), records=records)
    plain = {"units": len(kept), "records": records}
    show(plain, json, lambda: decisions_view(words, [one for one in decisions if one.key in {k.key for k in kept}]))


def decide_(
    workspace: Named = None, source: Of = "", code: Code = "", said: Said = "", unit: Unit = "", low: From = None,
    high: Below = None, json: Json = False,
) -> None:  # fmt: skip
    from medark.flows.gate.reader import machine_user
    from medark.flows.units.decide import decide
    from medark.model.unit_decision import UnitDecision

    _named(source, code)
    one = UnitDecision(source, code, said, unit, 0, low, high)
    with opened(workspace) as ws, watched() as progress:
        records = decide(ws, machine_user(), [one], progress)
    words = _("{units} units decided, {records} records made again", units=1, records=records)
    show({"units": 1, "records": records}, json, lambda: words)


def undo_(
    workspace: Named = None, source: Of = "", code: Code = "", said: Said = "", json: Json = False
) -> None:  # fmt: skip
    from medark.flows.gate.reader import machine_user
    from medark.flows.units.decide import undo

    _named(source, code)
    with opened(workspace) as ws, watched() as progress:
        records = undo(ws, machine_user(), [(source, code, said)], progress)
    words = _("taken back, {records} records made again", records=records)
    show({"records": records}, json, lambda: words)


def own(workspace: Named = None, out: Out = None, json: Json = False) -> None:
    from medark.cli.units import own_csv, own_view
    from medark.flows.gate.reader import machine_user
    from medark.flows.units.own import own_units

    with opened(workspace) as ws:
        found = own_units(ws, machine_user())
    if out is not None:
        out.write_text(own_csv(found), encoding="utf-8")
    show([asdict(one) for one in found], json, lambda: own_view(found))


def read_(texts: Texts, json: Json = False) -> None:
    from medark.cli.tables import table
    from medark.standardise.units import read

    found = {text: read(text) for text in texts}
    rows = [(text, ", ".join(codes) or _("nobody knows")) for text, codes in found.items()]
    plain = [{"unit": text, "ucum": list(codes)} for text, codes in found.items()]
    show(plain, json, lambda: table("", (_("as written"), "UCUM"), rows))


def _named(source: str, code: str) -> None:
    if not source or not code:
        raise UsageError("say of which source and code", fix="--source north/lis --code GLU --said mmol/L")
