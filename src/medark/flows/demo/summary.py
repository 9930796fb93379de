"""The demonstration as a page of Markdown: what was taken in, what is in the lake, what was held back and why"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from medark.flows.demo.account import DemoAccount
from medark.messages import _, phrase


def summary(account: DemoAccount) -> str:
    """summary.md, in the language that is spoken."""
    return "\n".join(_lines(account))


def _lines(account: DemoAccount) -> Iterator[str]:
    yield from ("# " + _("A made-up city, taken in"), "")
    yield _("Nobody in it is real. Everything can be made again, byte for byte: medark demo.")
    yield ""
    yield from _table((_("what"), _("count")), (
        (_("people made up"), account.people),
        (_("patients of its hospitals and clinic"), account.persons),
        (_("patient numbers merged into another"), account.merged),
        (_("messages, resources, documents and rows taken in"), account.units.units),
        (_("of these loaded"), account.units.loaded),
        (_("errors planted"), len(account.findings)),
        (_("errors found"), account.found),
    ))  # fmt: skip
    yield from _headed(_("Systems"), (_("source"), _("files"), _("units"), _("loaded"), _("quarantined"),
                                      _("not understood"), _("excluded")), _systems(account))  # fmt: skip
    yield from _headed(_("The lake"), (_("OMOP table"), _("rows")), account.rows.items())
    yield from _headed(_("What did not load"), (_("outcome"), _("why"), _("OMOP table"), _("count")), _held(account))
    found = (_("what was planted"), _("source"), _("file"), _("row"), _("must end as"), _("found"))
    yield from _headed(_("Errors planted, and whether they were found"), found, _planted(account))
    yield from ("## " + _("Next"), "", "```", 'medark query workspace "SELECT count(*) FROM measurement"')
    yield from ("medark quarantine list workspace", "medark map workspace --table measurement", "```", "")


def _systems(account: DemoAccount) -> Iterator[Sequence[object]]:
    for each in account.accounts:
        total = each.total
        yield (
            each.source, each.files.found, total.units, total.loaded, total.quarantined, total.not_understood,
            total.excluded,
        )  # fmt: skip


def _held(account: DemoAccount) -> Iterator[Sequence[object]]:
    counts: dict[tuple[str, str, str], int] = {}
    for each in account.accounts:
        for reason in each.reasons:
            key = (reason.outcome, reason.reason, reason.table)
            counts[key] = counts.get(key, 0) + reason.count
    for (outcome, why, table), count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        yield phrase(outcome.replace("_", " ")), phrase(why), table, count


def _planted(account: DemoAccount) -> Iterator[Sequence[object]]:
    for finding in account.findings:
        error = finding.planted
        ending = ": ".join(filter(None, (phrase(error.ending.outcome.replace("_", " ")), phrase(error.ending.reason))))
        yield phrase(error.what), error.source, error.file, error.row_no, ending, "✓" if finding.found else "✗"


def _headed(heading: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield from ("## " + heading, "")
    yield from _table(columns, rows)


def _table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield "| " + " | ".join(columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in rows:
        yield "| " + " | ".join(f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row) + " |"
    yield ""
