"""Planted errors looked for in what the platform says it held back"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from medark.flows.demo.account import Finding
from medark.flows.workspace import Workspace
from medark.model.account import IngestAccount
from medark.synthetic.before import SENT_TWICE, UNMAPPED, Planted

_Place = tuple[str, str, int, str, str, str]  # source, file, row, outcome, reason, table


def findings(
    workspace: Workspace, planted: Iterable[Planted], accounts: Sequence[IngestAccount]
) -> tuple[Finding, ...]:
    """Of each planted error, whether the platform says the same of the same row, file or batch."""
    told, counted = _told(workspace, accounts), _counted(accounts)
    results = []
    for error in planted:
        end = error.ending
        place = (error.source, error.file, error.row_no, end.outcome, end.reason, end.table)
        found = place in told
        if not found and (kind := (error.source, end.outcome, end.reason)) in counted:
            counted[kind] -= 1  # what is told only as a count explains so many errors and no more
            found = counted[kind] >= 0
        results.append(Finding(error, found))
    return tuple(results)


def _told(workspace: Workspace, accounts: Sequence[IngestAccount]) -> set[_Place]:
    """What is told row by row: units and rows held back, tables that wait, files refused."""
    names = {record.record_no: (record.source, record.name) for record in workspace.landing.records()}
    told = {
        (*names[row.record_no], row.row_no, row.outcome, row.reason, row.table)
        for row in workspace.ledger.quarantine.held()
    }
    told |= {(*names[w.record_no], 0, UNMAPPED.outcome, UNMAPPED.reason, "") for a in accounts for w in a.waiting}
    return told | {(a.source, name, 0, "refused", reason, "") for a in accounts for name, reason in a.files.refused}


def _counted(accounts: Sequence[IngestAccount]) -> Counter[tuple[str, str, str]]:
    """What is only counted, by source: units left out by rule, and files that were there already."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for account in accounts:
        counted[account.source, SENT_TWICE.outcome, SENT_TWICE.reason] += account.files.already
        for reason in account.reasons:
            if reason.outcome == "excluded":
                counted[account.source, reason.outcome, reason.reason] += reason.count
    return counted
