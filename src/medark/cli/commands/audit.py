"""`medark audit`: who did what, whether anybody changed it, who has looked at a person's record"""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from medark.cli.commands import KEEP, command, group
from medark.cli.console import say, show
from medark.cli.dates import a_day
from medark.cli.workspace import Json, Named, opened
from medark.errors import StorageError
from medark.messages import N_, _, phrase, plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Group

    from medark.govern.chain import Verified
    from medark.model.audit import AuditEntry

Person = Annotated[
    str | None, typer.Argument(metavar="PERSON", help=N_("the person_id in the lake"), show_default=False)
]
User = Annotated[str, typer.Option("--user", metavar="NAME", help=N_("of one user"))]
Action = Annotated[str, typer.Option("--action", metavar="NAME", help=N_("of one kind"))]
OfApp = Annotated[str, typer.Option("--app", metavar="NAME", help=N_("on behalf of one application"))]
Since = Annotated[str, typer.Option("--since", metavar="DATE", help=N_("from this day on (UTC)"))]
Limit = Annotated[int, typer.Option("--limit", metavar="N", help=N_("at most so many, the newest; 0: all"))]
Reason = Annotated[str, typer.Option("--reason", metavar="TEXT", help=N_("why; it is written down"))]

_ENDS: dict[str, str] = {
    "allowed": N_("allowed"), "refused": N_("not allowed"), "done": N_("done"), "failed": N_("failed"),
}  # fmt: skip
_PURPOSES: dict[str, str] = {
    "care": N_("care"), "public_health": N_("public health"), "research": N_("research"),
    "operations": N_("operations"), "payment": N_("payment"),
}  # fmt: skip
VERIFY = N_(
    "Find out whether anybody changed the audit.\n"
    "Every entry holds the hash of the one before it and is signed with the workspace's secret; an edit, a removal, "
    "another order, an insertion and a cut-off end are found, with the entry."
)
SIGN = N_(
    "Sign the newest entry again, after a ledger came back from a backup.\n"
    "The signed head beside the ledger then tells of an entry that is lost. What was changed in an entry stays found."
)


def add(app: typer.Typer) -> None:
    """Put the commands in the tree."""
    inner = group(app, "audit", N_("The audit: who did what, and who has looked at a person's record."), KEEP)
    examples = "medark audit list city\nmedark audit list city --user li --since 2026-11-01 --json"
    command(inner, "list", N_("List entries, oldest first."), examples)(list_)
    command(inner, "verify", VERIFY, "medark audit verify city")(verify)
    help_ = N_("Say who has looked at a person's record.")
    command(inner, "who", help_, "medark audit who city 4025719")(who)
    example = 'medark audit sign city --reason "restored from last night\'s backup"'
    command(inner, "sign", SIGN, example)(sign)


def list_(
    workspace: Named = None,
    user: User = "",
    action: Action = "",
    of_app: OfApp = "",
    since: Since = "",
    limit: Limit = 100,
    json: Json = False,
) -> None:
    from medark.flows.audit import Which
    from medark.flows.audit import entries as asked
    from medark.flows.gate.reader import machine_user

    after = datetime.combine(a_day(since, "--since"), time(), UTC) if since else None
    which = Which(user, action, of_app, since_ms=int(after.timestamp() * 1000) if after else None)
    with opened(workspace) as ws:
        entries = asked(ws, machine_user(), which, limit=limit or None)
    show([_plain(entry) for entry in entries], json, lambda: _table(_("Audit"), entries))


def who(workspace: Named = None, person: Person = None, json: Json = False) -> None:
    from medark.flows.audit import about
    from medark.flows.gate.reader import machine_user

    with opened(workspace) as ws:
        entries = about(ws, machine_user(), str(person))
    show([_plain(entry) for entry in entries], json, lambda: _table(_("Who has looked at this record"), entries))


def verify(workspace: Named = None, json: Json = False) -> None:
    from medark.flows.audit import verify as run
    from medark.flows.gate.reader import machine_user

    with opened(workspace) as ws:
        found = run(ws, machine_user())
    breaks = [{"entry": broken.entry_no, "why": broken.why} for broken in found.breaks]
    plain = {"entries": found.entries, "newest": found.head.hash, "holds": found.holds, "breaks": breaks}
    show(plain, json, lambda: _verified(found))
    if not found.holds and json:
        raise typer.Exit(StorageError.exit_code)  # what is wrong is in the JSON
    if not found.holds:
        raise StorageError(
            "the audit is not what was written",
            fix="find out who could change the ledger",
            entry=found.breaks[0].entry_no,
        )


def sign(workspace: Named = None, reason: Reason = "") -> None:
    from medark.flows.audit import sign_again
    from medark.flows.gate.reader import machine_user

    with opened(workspace) as ws:
        entry = sign_again(ws, machine_user(), reason)
    say(_("the audit is signed up to entry {number}", number=entry.entry_no))


def _verified(found: Verified) -> Group | str:
    from medark.cli.tables import table

    if found.holds:
        told = plural("{count} entry, as it was written", "{count} entries, all as they were written", found.entries)
        return f"{told}\n{found.head.hash}"
    rows = [(str(broken.entry_no), _(broken.why)) for broken in found.breaks]
    return table(_("Where the audit does not hold"), (_("entry"), _("why")), rows)


def _table(heading: str, entries: Sequence[AuditEntry]) -> Group:
    from medark.cli.tables import table

    columns = (
        _("entry"), _("when (UTC)"), _("who"), _("what"), _("purpose"), _("of what"), _("people"), _("rows"), _("end"),
    )  # fmt: skip
    return table(heading, columns, [_line(entry) for entry in entries])


def _line(entry: AuditEntry) -> tuple[str, ...]:
    act = entry.act
    who_ = f"{act.actor} · {act.app}" if act.app else act.actor
    of_what = ", ".join(act.reads) or " ".join(f"{name}={value}" for name, value in act.detail.items())
    end = " ".join(_(_ENDS[told]) for told in (act.verdict, act.outcome) if told)
    reason = f"{end}: {phrase(act.reason)}" if act.reason and end else end or phrase(act.reason)
    people, rows = str(entry.people or ""), "" if act.rows is None else str(act.rows)
    place = (str(entry.entry_no), _when(entry.at_ms), who_, phrase(act.action))
    return (*place, _(_PURPOSES[act.purpose]) if act.purpose else "", of_what, people, rows, reason)


def _plain(entry: AuditEntry) -> dict[str, object]:
    act = entry.act
    return {
        "entry": entry.entry_no,
        "at": datetime.fromtimestamp(entry.at_ms / 1000, UTC).isoformat(timespec="milliseconds"),
        "user": act.actor,
        "organisation": act.organisation,
        "app": act.app,
        "purpose": act.purpose or "",
        "action": act.action,
        "definition": act.definition,
        "reads": {table: list(columns) for table, columns in act.reads.items()},
        "verdict": act.verdict or "",
        "reason": act.reason,
        "outcome": act.outcome or "",
        "people": entry.people,
        "rows": act.rows,
        "follows": act.follows,
        "detail": dict(act.detail),
    }


def _when(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(" ", "seconds").removesuffix("+00:00")
