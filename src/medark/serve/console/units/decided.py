"""What was decided of units, by whom or by which rule, and the way back"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.flows.raw import must_steward
from medark.flows.units.background import undo_now
from medark.flows.units.review import key_of
from medark.messages import _
from medark.serve.console.screens import Screen, Visit
from medark.serve.console.units import told as words

_TICK: Final = "tick."
PAGE: Final = 100


def screen(visit: Visit) -> Screen:
    """The last decision first."""
    must_steward(visit.workspace, visit.reader.user, "decided units listed")
    there = sorted(visit.workspace.ledger.units.all(), key=lambda one: -one.decided_ms)
    page = max(1, min(visit.number("page", 1), 10_000))
    data = {
        "units": [words.decision(one) for one in there[(page - 1) * PAGE : page * PAGE]], "count": len(there),
        "page": page, "done": visit.number("done"), "going": words.under_way(visit), "address": words.ADDRESS,
        "before": words.address({"page": page - 1}, "/decided") if page > 1 else "",
        "after": words.address({"page": page + 1}, "/decided") if page * PAGE < len(there) else "",
    }  # fmt: skip
    return Screen(_("Decided units"), "units_decided.html", data)


def taken_back(visit: Visit, told: Mapping[str, str]) -> str:
    """What is ticked is open again."""
    names = [name.removeprefix(_TICK) for name in told if name.startswith(_TICK)]
    must_steward(visit.workspace, visit.reader.user, "units undone")
    keys = [key_of(visit.workspace, visit.reader.user, name) for name in names]
    if keys:
        undo_now(visit.workspace, visit.reader.user, keys)
    return words.address({"done": len(keys)}, "/decided")
