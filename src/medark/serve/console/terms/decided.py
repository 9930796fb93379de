"""What was decided of codes, by whom and when, and the way back"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from medark.flows.terms.background import decide_now
from medark.flows.terms.concepts import named
from medark.flows.terms.decide import opened_again
from medark.flows.terms.review import decided, name_of
from medark.messages import _
from medark.serve.console.screens import Screen, Visit
from medark.serve.console.terms import told as words

_TICK: Final = "tick."
PAGE: Final = 50


def screen(visit: Visit) -> Screen:
    """The last decision first. `source`: of this alone."""
    source, page = visit.text("source"), max(1, min(visit.number("page", 1), 10_000))
    there = decided(visit.workspace, visit.reader.user, source)
    shown = there[(page - 1) * PAGE : page * PAGE]
    concepts = named(visit.workspace, [one.concept_id for one in shown])
    data: dict[str, Any] = {
        "codes": [
            {
                **words.term(one), "concept_id": one.concept_id, "by": one.decided_by, "at_ms": one.decided_ms,
                "probability": one.probability,
                "concept": concepts[one.concept_id].name if one.concept_id and one.concept_id in concepts else "",
            }
            for one in shown
        ],
        "source": source, "count": len(there), "page": page, "going": words.under_way(visit), "address": words.ADDRESS,
        "before": words.address({"source": source, "page": page - 1}, "/decided") if page > 1 else "",
        "after": words.address({"source": source, "page": page + 1}, "/decided") if page * PAGE < len(there) else "",
        "last": sum(one.decided_ms == there[0].decided_ms for one in there) if there else 0,
        "last_ms": there[0].decided_ms if there else 0, "done": visit.number("done"),
    }  # fmt: skip
    return Screen(_("Decided codes"), "terms_decided.html", data)


def taken_back(visit: Visit, told: Mapping[str, str]) -> str:
    """What is ticked, or all that was decided at one moment, is open again."""
    wanted = {name.removeprefix(_TICK) for name in told if name.startswith(_TICK)}
    at_ms = told.get("at_ms", "")
    there = decided(visit.workspace, visit.reader.user)
    some = [one for one in there if name_of(one) in wanted or (at_ms and str(one.decided_ms) == at_ms)]
    if some:
        decide_now(visit.workspace, visit.reader.user, [opened_again(one) for one in some])
    return words.address({"done": len(some)}, "/decided")
