"""`medark quarantine`: what is held back, where it is and why; and another try once its cause is mended"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.console import show
from medark.cli.progress import watched
from medark.cli.workspace import Json, Named, opened
from medark.messages import N_, _, phrase

if TYPE_CHECKING:
    from medark.store.ledger import Quarantined

Record = Annotated[
    str | None, typer.Argument(metavar="RECORD", help=N_("a raw record's number or id"), show_default=False)
]
Limit = Annotated[int, typer.Option("--limit", metavar="N", help=N_("at most so many"))]


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "quarantine", N_("What is held back, and another try once its cause is mended."), KEEP)
    command(
        inner, "list", N_("Say why units and rows are held back, most frequent first."), "medark quarantine list city"
    )(list_)
    help_ = N_("Say what of one raw record is held back, and where.")
    command(inner, "show", help_, "medark quarantine show city 17")(show_)
    help_ = N_("Standardise again whatever has something in quarantine or waits for a map.")
    command(inner, "retry", help_, "medark vocabulary load city athena\nmedark quarantine retry city")(retry)


def list_(workspace: Named = None, json: Json = False) -> None:
    from medark.cli.accounts import OUTCOMES
    from medark.cli.tables import table
    from medark.flows.gate.reader import machine_user
    from medark.flows.quarantine import reasons

    with opened(workspace) as ws:
        found = [r for r in reasons(ws, machine_user()) if r.outcome in ("quarantined", "not_understood")]
    plain = [
        {"outcome": r.outcome, "reason": r.reason, "table": r.table, "count": r.count, "example": r.example}
        for r in found
    ]
    rows = [(_(OUTCOMES.get(r.outcome, r.outcome)), phrase(r.reason), r.table, r.count, r.example) for r in found]
    columns = (_("outcome"), _("why"), _("OMOP table"), _("count"), _("for example"))
    show(plain, json, lambda: table(_("Held back"), columns, rows))


def show_(workspace: Named = None, record: Record = None, limit: Limit = 1000, json: Json = False) -> None:
    from medark.cli.tables import table
    from medark.flows.gate.reader import machine_user
    from medark.flows.quarantine import listing

    with opened(workspace) as ws:
        raw, items = listing(ws, machine_user(), str(record), limit)
    heading = _("Record {number}", number=raw.record_no)  # its name may be a patient's: see raw list
    columns = (_("row"), _("outcome"), _("why"), _("place"), _("OMOP table"))
    show([_plain(item) for item in items], json, lambda: table(heading, columns, map(_line, items)))


def retry(workspace: Named = None, json: Json = False) -> None:
    from medark.cli.accounts import unit_json, units_view
    from medark.flows.quarantine import retry as run

    with opened(workspace) as ws, watched() as progress:
        after = run(ws, progress)
    show(unit_json(after), json, lambda: units_view(_("How the units of those records end now"), after))


def _plain(item: Quarantined) -> dict[str, str | int]:
    return {
        "record": item.record_no,
        "row": item.row_no,
        "outcome": item.outcome,
        "reason": item.reason,
        "place": item.place,
        "table": item.table,
    }


def _line(item: Quarantined) -> tuple[str, ...]:
    from medark.cli.accounts import OUTCOMES

    outcome = _(OUTCOMES.get(item.outcome, item.outcome))
    return str(item.row_no), outcome, phrase(item.reason), item.place, item.table
