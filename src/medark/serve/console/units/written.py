"""Each test's numbers by the unit that is written: what it is read as, the test's own unit, and the way there"""

from __future__ import annotations

from typing import Final

from medark.flows.units.review import State, reviewed
from medark.flows.units.written import written
from medark.messages import _
from medark.serve.console.screens import Screen, Visit
from medark.serve.console.units import told as words
from medark.standardise.units import read

PAGE: Final = 100
_UNREAD: Final = 50


def screen(visit: Visit) -> Screen:
    """The most rows first. `source`, `state`: of these alone; `read`: what a unit that somebody wrote means."""
    user, query = visit.reader.user, {name: visit.text(name) for name in ("source", "state", "read")}
    every, page = reviewed(visit.workspace, user), max(1, min(visit.number("page", 1), 10_000))
    fitting = [
        one for one in every if query["source"] in ("", one.group.source) and query["state"] in ("", one.state.value)
    ]
    unread = [one for one in written(visit.workspace, user) if one.said and one.ucum is None]
    kept = {name: query[name] for name in ("source", "state")}
    data = {
        "query": query, "tests": [words.tested(one) for one in fitting[(page - 1) * PAGE : page * PAGE]],
        "fitting": len(fitting), "page": page, "sources": sorted({one.group.source for one in every}),
        "states": [(state.value, words.state_named(state)) for state in State if any(o.state is state for o in every)],
        "unread": [
            {"source": one.source, "said": one.said, "rows": one.rows, "known": one.known} for one in unread[:_UNREAD]
        ],
        "meant": list(read(query["read"])) if query["read"] else [], "going": words.under_way(visit),
        "address": f"{words.ADDRESS}/written",
        "before": words.address({**kept, "page": page - 1}, "/written") if page > 1 else "",
        "after": words.address({**kept, "page": page + 1}, "/written") if page * PAGE < len(fitting) else "",
    }  # fmt: skip
    return Screen(_("Units as they are written"), "units_written.html", data)
