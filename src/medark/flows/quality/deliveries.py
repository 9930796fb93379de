"""What the account says of each source: what was kept back and why, what had been sent before, who is silent"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from medark.check.counting import Count
from medark.check.further.checks import Found, check_of
from medark.check.further.timeliness import silent
from medark.flows.workspace import Workspace

RAW: Final = "raw_record"  # what came, before it was of any table
_KEPT_BACK, _TWICE = 0.05, 5.0  # per cent


def found(workspace: Workspace, now: float) -> Iterator[Found]:
    """Checks of what each source delivered. `now`: seconds since 1970."""
    batches = defaultdict(list)
    for one in workspace.ledger.batches.all():
        batches[one.source].append(one)
    for source, some in sorted(batches.items()):
        numbers = [one.batch_no for one in some]
        yield from _kept_back(workspace, source, numbers)
        files, already = sum(one.files.found for one in some), sum(one.files.already for one in some)
        yield check_of("sentTwice", RAW, source=source, threshold=_TWICE), Count(already, files)
        yield from silent(source, [one.started_ms / 1000 for one in some], now)


def _kept_back(workspace: Workspace, source: str, numbers: list[int]) -> Iterator[Found]:
    """Units and rows in quarantine or not understood, by reason, among all units, or rows of the table."""
    units = sum(one.units for one in workspace.ledger.accounts.units_by_format(numbers).values())
    rows = {one.table: one.staged for one in workspace.ledger.accounts.tables(numbers)}
    for one in workspace.ledger.quarantine.reasons(numbers):
        if one.outcome in ("quarantined", "not_understood"):
            among = max(rows.get(one.table, 0) if one.table else units, one.count)
            check = check_of("keptBack", one.table or RAW, source=source, about=one.reason, threshold=_KEPT_BACK)
            yield check, Count(one.count, among)
