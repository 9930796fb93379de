"""The account of a demonstration: as tables for people, as one stable JSON for programs"""

from __future__ import annotations

from typing import TYPE_CHECKING

from medark.cli.accounts import ingest_json, unit_json
from medark.cli.tables import table
from medark.cli.text import duration
from medark.messages import _, phrase, plural

if TYPE_CHECKING:
    from rich.console import RenderableType

    from medark.flows.demo import DemoAccount


def demo_json(account: DemoAccount) -> dict[str, object]:
    """Everything that is known of a demonstration; keys are never renamed."""
    return {
        "people": account.people,
        "persons": account.persons,
        "merged": account.merged,
        "total": unit_json(account.units),
        "rows": dict(account.rows),
        "planted": [
            {
                "source": f.planted.source,
                "file": f.planted.file,
                "row": f.planted.row_no,
                "what": f.planted.what,
                "outcome": f.planted.ending.outcome,
                "reason": f.planted.ending.reason,
                "table": f.planted.ending.table,
                "found": f.found,
            }
            for f in account.findings
        ],
        "accounts": [ingest_json(each) for each in account.accounts],
        "seconds": round(account.seconds, 3),
        "adds_up": account.adds_up,
    }


def demo_view(account: DemoAccount, folder: str) -> RenderableType:
    """The city in a page: systems, the lake, errors planted and found, what to type next."""
    from rich.console import Group

    parts = [_heading(account), _systems(account), _lake(account), _errors(account), _verdict(account), _next(folder)]
    return Group(*(piece for part in parts for piece in (part, "")))


def _heading(account: DemoAccount) -> RenderableType:
    from rich.text import Text

    facts = [
        plural("{count} person made up", "{count} people made up", account.people),
        plural("{count} patient", "{count} patients", account.persons),
        plural("{count} number merged", "{count} numbers merged", account.merged),
        duration(account.seconds),
    ]
    return Text.assemble((_("A made-up city, taken in"), "bold"), "  ", (" · ".join(facts), "dim"))


def _systems(account: DemoAccount) -> RenderableType:
    columns = (_("source"), _("files"), _("units"), _("loaded"), _("quarantined"), _("not understood"), _("excluded"))
    rows = [
        (a.source, a.files.found, t.units, t.loaded, t.quarantined, t.not_understood, t.excluded)
        for a in account.accounts
        for t in (a.total,)
    ]
    sums = [sum(int(row[place]) for row in rows) for place in range(1, len(columns))]
    return table(_("Its systems, and how what they sent ended"), columns, rows, (_("sum"), *sums))


def _lake(account: DemoAccount) -> RenderableType:
    return table(
        _("The lake"),
        (_("OMOP table"), _("rows")),
        list(account.rows.items()),
        (_("sum"), sum(account.rows.values())),
    )


def _errors(account: DemoAccount) -> RenderableType:
    columns = (_("outcome"), _("why"), _("planted"), _("found"))
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for finding in account.findings:
        end = finding.planted.ending
        planted, found = counts.get((end.outcome, end.reason), (0, 0))
        counts[end.outcome, end.reason] = (planted + 1, found + finding.found)
    rows = sorted((phrase(end.replace("_", " ")), phrase(why), *tally) for (end, why), tally in counts.items())
    return table(_("Errors that were planted in its exports"), columns, rows)


def _verdict(account: DemoAccount) -> RenderableType:
    from rich.text import Text

    told = _("{found} of {planted} planted errors found", found=account.found, planted=len(account.findings))
    if account.adds_up:
        return Text("✓ " + told + ", " + _("every file, unit and row is accounted for"), "green")
    return Text("✗ " + told, "bold red")


def _next(folder: str) -> RenderableType:
    lines = [
        (f"{folder}/map.html", _("open in a browser: every source, table and column")),
        (f"{folder}/summary.md", _("this page, with every planted error and where it is")),
        (f'medark query {folder}/workspace "SELECT count(*) FROM measurement"', _("ask the lake")),
        (f"medark quarantine list {folder}/workspace", _("see what is held back, and where it is")),
    ]
    return table(_("Next"), ("", ""), lines)
