"""Tables that nobody has described: which wait, how sure the proposal is, and how many rows are behind each"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from medark.flows.propose.background import look_now
from medark.flows.propose.columns import LEAST
from medark.flows.propose.overview import TableShown, proposal_of, sources, tables
from medark.flows.propose.review import Review, is_open
from medark.flows.raw import must_steward
from medark.messages import _
from medark.serve.console.addresses import own_address
from medark.serve.console.imports import told as words
from medark.serve.console.screens import Screen, Visit

_STATES: Final = ("waiting", "effect", "all")
_DRIFTS: Final = 40  # lines of what has changed


def screen(visit: Visit) -> Screen:
    """Every source that something was proposed for. `source`: this alone; `state`: waiting, effect or all."""
    must_steward(visit.workspace, visit.reader.user, "map shown")
    which = visit.text("state", "waiting")
    which = which if which in _STATES else "waiting"
    known = sources(visit.workspace)
    source = visit.text("source")
    shown = [_source(visit, one, which) for one in known if source in ("", one)]
    every = [one for part in shown for one in part.pop("every")]
    waits, asked = [one for one in every if one.waits], [one for one in every if one.state == "open"]
    data: dict[str, Any] = {
        "sources": [one for one in shown if one["tables"] or source], "known": known, "source": source, "state": which,
        "address": words.ADDRESS, "going": words.under_way(visit), "said": _said(visit),
        "tables": len(every), "waiting": len(waits), "waiting_rows": sum(one.rows for one in waits),
        "asked": len(asked), "accepted": sum(one.state == "accepted" for one in every),
        "first": words.of_table(asked[0].source, asked[0].name) if asked else "",
        "rows": sum(one.rows for one in every), "open_columns": sum(len(one.open_columns) for one in asked),
        "new": _new(visit, known), "states": [(name, _label(name)) for name in _STATES],
    }  # fmt: skip
    return Screen(_("Tables to be explained"), "import.html", data)


def _source(visit: Visit, source: str, which: str) -> dict[str, Any]:
    found = proposal_of(visit.workspace, source)
    every = tables(found)
    accepted = [one for one in every if one.state == "accepted"]
    sure = [one for one in every if words.table(one)["is_sure"]]
    return {
        "name": source, "every": every, "tables": [words.table(one) for one in every if _fits(one, which)],
        "accepted": len(accepted), "accepted_rows": sum(one.rows for one in accepted), "sure": len(sure),
        "approve": words.of_source("approve", source), "accept_sure": words.of_source("sure", source),
        "undo": words.of_source("undo", source), "least": LEAST,
        "can_undo": any(is_open(found.kept, one) for one in found.kept.said),
        "drifts": [words.drift(source, one) for one in found.kept.drifts[:_DRIFTS]],
        "more_drifts": max(0, len(found.kept.drifts) - _DRIFTS),
    }  # fmt: skip


def _fits(one: TableShown, which: str) -> bool:
    waits = one.waits or one.state == "in part"
    return which == "all" or waits == (which == "waiting")


def _label(which: str) -> str:
    return {"waiting": _("Waiting"), "effect": _("In effect"), "all": _("All")}[which]


def _new(visit: Visit, known: Sequence[str]) -> Sequence[Mapping[str, str]]:
    """Sources of which tables came in that nobody has looked into yet."""
    waiting = {state.record_no for state in visit.workspace.ledger.records.states("waiting")}
    for source in known:
        waiting -= proposal_of(visit.workspace, source).kept.profiled
    names = dict.fromkeys(visit.workspace.landing.record(number).source for number in sorted(waiting))
    return [{"name": name, "look": words.of_source("look", name)} for name in names]


def _said(visit: Visit) -> str:
    """What is said of a step that was taken."""
    count, step = visit.number("count"), visit.text("done")
    if step == "accepted":
        return words.accepted_so_far(count)
    told = {"undone": _("The last answer is taken back"), "looked": _("What came in is being looked into")}
    return told.get(step, "")


def sure_accepted(visit: Visit, _told: Mapping[str, str]) -> str:
    """Every table whose least sure line is sure is accepted."""
    review = Review(visit.workspace, visit.path["source"], visit.reader.user)
    return f"{words.ADDRESS}?done=accepted&count={len(review.accept_above(LEAST))}"


def looked(visit: Visit, _told: Mapping[str, str]) -> str:
    """What came in is profiled."""
    look_now(visit.workspace, visit.path["source"], visit.reader.user)
    return f"{words.ADDRESS}?done=looked"


def undone(visit: Visit, told: Mapping[str, str]) -> str:
    """The last answer is taken back; to its table."""
    source = visit.path["source"]
    name = Review(visit.workspace, source, visit.reader.user).undo()
    back = own_address(told.get("back", ""), words.ADDRESS)
    return f"{words.of_table(source, name)}?done=undone" if name else back
