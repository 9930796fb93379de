"""Codes of like evidence, decided together: shown once more, with what it adds, before it is done"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from medark.errors import UsageError
from medark.flows.terms.background import decide_now
from medark.flows.terms.review import LIKENESS, Waiting, likeliest, reviewed
from medark.messages import N_, _
from medark.serve.console.screens import Screen, Visit
from medark.serve.console.terms import told as words
from medark.serve.console.terms.waiting import with_done

_SHOWN: Final = 200
_FIELDS: Final = ("source", "kind", "like")


def screen(visit: Visit) -> Screen:
    """Every code of a group with its likeliest concept."""
    query = {name: visit.text(name) for name in _FIELDS}
    some = _of(visit, query)
    rows = sum(one.rows for one in some)
    data = {
        "query": query, "label": _(LIKENESS.get(query["like"], "")),
        "codes": [words.waiting(one, 1) for one in some[:_SHOWN]],
        "count": len(some), "rows": rows, "address": words.ADDRESS, "back_to": words.address(query),
        "least": min((one.candidates[0].probability for one in some), default=0.0),
    }  # fmt: skip
    return Screen(_("Decide them together"), "terms_group.html", data)


def taken(visit: Visit, told: Mapping[str, str]) -> str:
    """The likeliest concept for each; what came meanwhile is left. UsageError if it is another group by now."""
    query = {name: told.get(name, "") for name in _FIELDS}
    some = _of(visit, query)
    if not some or str(len(some)) != told.get("count"):
        raise UsageError(N_("other codes wait by now"), fix=N_("look at them again"))
    decide_now(visit.workspace, visit.reader.user, likeliest(some))
    return with_done(words.address({**query, "like": ""}), len(some))


def _of(visit: Visit, query: Mapping[str, str]) -> list[Waiting]:
    """The codes of a group that have a concept near; none where no group is named."""
    lake = reviewed(visit.workspace, visit.reader.user, query["source"])
    of_kind = (one for one in lake.waiting if query["kind"] in ("", one.term.kind))
    return [one for one in of_kind if one.likeness == query["like"] != "none" and one.candidates]
