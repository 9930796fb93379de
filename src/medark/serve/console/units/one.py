"""The numbers of a test beside one unit: how they lie in each unit that they may be in, and any other"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from medark.errors import UsageError
from medark.flows.units.background import decide_now, undo_now
from medark.flows.units.review import Tested, decision_for, one_of, reviewed, waiting
from medark.messages import N_
from medark.model.unit_decision import UnitDecision
from medark.serve.console.fields import one_of as choice
from medark.serve.console.fields import text
from medark.serve.console.screens import Screen, Visit
from medark.serve.console.units import told as words
from medark.serve.http.errors import MalformedError
from medark.standardise.units import read

_SHOWN: Final = 6  # units of a question
_LONGEST: Final = 60  # characters of a unit
_STATES: Final = ("written", "open")


def screen(visit: Visit) -> Screen:
    """What is known of them. Decided or not doubted, there are no candidates; any unit can be said all the same."""
    user = visit.reader.user
    one = one_of(visit.workspace, user, visit.path["unit"])
    concept = one.concept
    data = {
        **words.question(one, _SHOWN), "low": concept.low, "high": concept.high, "usual": list(concept.usual),
        "printed_low": one.group.range_low, "printed_high": one.group.range_high,
        "decided": words.decision(one.decision) if one.decision else None, "going": words.under_way(visit),
        "next": _next(visit, one), "back_to": words.ADDRESS,
    }  # fmt: skip
    return Screen(one.group.name, "units_one.html", data, drawn={"strips": words.strips(one, _SHOWN)})


def taken(visit: Visit, told: Mapping[str, str]) -> str:
    """A candidate, another unit, that what is written is right, or that it is open again; on to the next question."""
    user = visit.reader.user
    one = one_of(visit.workspace, user, visit.path["unit"])
    following = _next(visit, one)
    if told.get("state") == "open":
        undo_now(visit.workspace, user, [one.group.key])
        return f"{words.ADDRESS}/{one.name}"
    decide_now(visit.workspace, user, [_said(visit, one, told)])
    return following or words.address({"done": 1})


def _said(visit: Visit, one: Tested, told: Mapping[str, str]) -> UnitDecision:
    if told.get("unit"):
        found = decision_for(visit.workspace, one, told["unit"])
        if found is None:
            raise UsageError(N_("this unit is no candidate any more"), fix=N_("look at them again"))
        return found
    if told.get("other"):
        return _other(one, told)
    choice(told, "state", _STATES)
    return decision_for(visit.workspace, one, "")  # type: ignore[return-value]


def _other(one: Tested, told: Mapping[str, str]) -> UnitDecision:
    """A unit that somebody wrote, for all numbers or for those in some limits."""
    said = text(told, "other", _LONGEST)
    units = read(said)
    if not units:
        raise UsageError(N_("nobody can read this unit"), fix="mmol/L", unit=said)
    return UnitDecision(*one.group.key, ucum=units[0], concept_id=0, low=_limit(told, "low"), high=_limit(told, "high"))


def _limit(told: Mapping[str, str], name: str) -> float | None:
    said = text(told, name, 20)
    try:
        found = float(said) if said else None
    except ValueError:
        found = math.nan
    if found is not None and not math.isfinite(found):
        raise MalformedError("a limit is no number", fix="give digits", at=name)
    return found


def _next(visit: Visit, one: Tested) -> str:
    """The address of the question after this one; "" if none waits."""
    asked = [each.name for each in waiting(reviewed(visit.workspace, visit.reader.user))]
    at = asked.index(one.name) if one.name in asked else -1
    following = asked[at + 1 : at + 2] or [each for each in asked[:1] if each != one.name]
    return f"{words.ADDRESS}/{following[0]}" if following else ""
