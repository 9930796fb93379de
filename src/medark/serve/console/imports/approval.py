"""What was accepted, shown once more with what it changes; then it takes effect, and its rows come in"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medark.errors import NotFoundError
from medark.flows.propose.background import approve_now, withdraw_now
from medark.flows.propose.changes import changes_of
from medark.flows.propose.columns import columns
from medark.flows.propose.overview import proposal_of, sources, tables
from medark.flows.propose.words import meaning
from medark.flows.raw import must_steward
from medark.messages import N_, _
from medark.serve.console.imports import told as words
from medark.serve.console.imports.table import found_table
from medark.serve.console.screens import Screen, Visit


def screen(visit: Visit) -> Screen:
    """The tables of a source that were accepted and are not in effect yet."""
    source = visit.path["source"]
    must_steward(visit.workspace, visit.reader.user, "map shown", source=source)
    if source not in sources(visit.workspace):
        raise NotFoundError(N_("nothing of this source waits for a map"), fix="look at /console/import", source=source)
    found = proposal_of(visit.workspace, source)
    there = [one for one in tables(found) if one.state == "accepted"]
    shown = []
    for one in there:
        read = [each for each in columns(found, one.name) if each.places]
        shown.append({
            **words.table(one), "diff": changes_of(visit.workspace, found, one.name),
            "reads": [{"column": each.name, "is": meaning(each.slot, one.kind)} for each in read],
            "is_again": one.name in found.kept.approvals,
        })  # fmt: skip
    data: dict[str, Any] = {
        "source": source, "tables": shown, "rows": sum(one.rows for one in there), "going": words.under_way(visit),
        "address": words.ADDRESS, "here": words.of_source("approve", source), "me": visit.reader.user,
    }  # fmt: skip
    return Screen(_("Put in effect: {source}", source=source), "import_approve.html", data)


def taken(visit: Visit, _told: Mapping[str, str]) -> str:
    """It takes effect in one's own name; its rows come in while pages are shown."""
    approve_now(visit.workspace, visit.path["source"], visit.reader.user)
    return f"{words.ADDRESS}?state=effect"


def withdrawn(visit: Visit, _told: Mapping[str, str]) -> str:
    """The table is taken out of effect; its rows leave the lake."""
    found, one = found_table(visit)
    withdraw_now(visit.workspace, found.source, visit.reader.user, one.name)
    return f"{words.of_table(found.source, one.name)}?done=withdrawing"
