"""Numbers of tests, their units and questions as templates take them"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from medark.define.units import line_to
from medark.flows.units.background import how_far
from medark.flows.units.review import State, Tested, name_of, rows_in_doubt
from medark.flows.units.tasks import TITLES
from medark.messages import N_, _, phrase
from medark.model.unit_decision import UnitDecision
from medark.serve.console.addresses import PREFIX
from medark.serve.console.screens import Visit
from medark.serve.console.units.drawn import strip, worth
from medark.standardise.units.likely import Likely
from medark.standardise.units.suspect import Suspect

ADDRESS: Final = f"{PREFIX}/units"
_STATES: Final = {
    State.READ: (N_("as written"), ""), State.FILLED: (N_("filled in"), "good"),
    State.CORRECTED: (N_("corrected"), "good"), State.KEPT: (N_("said to be right"), "good"),
    State.ASKED: (N_("asked"), "warning"), State.UNKNOWN: (N_("nobody can read it"), "critical"),
}  # fmt: skip


def tested(one: Tested) -> dict[str, Any]:
    """A test's numbers beside one unit."""
    group, (label, mark) = one.group, _STATES[one.state]
    return {
        "id": one.name, "address": f"{ADDRESS}/{one.name}", "source": group.source, "code": group.code,
        "name": group.name, "loinc": group.loinc, "said": group.said, "read_as": one.read_as, "unit": one.unit,
        "own": one.concept.ucum, "factor": _factor(one), "rows": group.spread.total, "middle": group.middle,
        "state": one.state.value, "state_named": _(label), "mark": mark,
    }  # fmt: skip


def state_named(state: State) -> str:
    """What a unit rests on, as it is shown."""
    return _(_STATES[state][0])


def question(one: Tested, shown: int) -> dict[str, Any]:
    """What is doubted, and the units that it may be."""
    return {
        **tested(one), "in_doubt": rows_in_doubt(one), "is_clear": any(doubt.is_clear for doubt in one.doubts),
        "faults": [phrase(TITLES[fault]) for fault in dict.fromkeys(doubt.fault for doubt in one.doubts)],
        "candidates": [_candidate(doubt, each) for doubt in one.doubts for each in worth(doubt)[:shown]],
    }  # fmt: skip


def strips(one: Tested, shown: int) -> dict[str, Any]:
    """How the numbers lie in each unit that they may be in, by its UCUM code; beside the range of healthy people."""
    return {each.ucum: strip(doubt, each) for doubt in one.doubts for each in worth(doubt)[:shown]}


def decision(one: UnitDecision) -> dict[str, Any]:
    """What was decided."""
    return {
        "id": name_of(one.key), "address": f"{ADDRESS}/{name_of(one.key)}", "source": one.source, "code": one.code,
        "said": one.said, "ucum": one.ucum, "low": one.low, "high": one.high, "probability": one.probability,
        "rule": one.rule, "by": one.decided_by, "at_ms": one.decided_ms, "evidence": one.evidence,
    }  # fmt: skip


def address(query: Mapping[str, str | int], path: str = "") -> str:
    """The address of a page of units with what of its query is said."""
    told = urlencode({name: value for name, value in query.items() if value})
    return f"{ADDRESS}{path}?{told}" if told else f"{ADDRESS}{path}"


def address_of(source: str, code: str, said: str) -> str:
    """Where the numbers of a source's code beside a unit are decided."""
    return f"{ADDRESS}/{name_of((source, code, said))}"


def under_way(visit: Visit) -> dict[str, Any]:
    """How far the rows are that follow decisions."""
    going = how_far(visit.workspace)
    failed = phrase(going.failed) if going.failed else ""
    return {"is_going_on": going.is_going_on, "done": going.done, "total": going.total, "failed": failed}


def _candidate(doubt: Suspect, each: Likely) -> dict[str, Any]:
    other = doubt.other
    return {
        "ucum": each.ucum, "same": list(each.same), "probability": each.probability, "middle": each.middle,
        "rows": doubt.rows, "low": other.low if other else None, "high": other.high if other else None,
    }  # fmt: skip


def _factor(one: Tested) -> float | None:
    """What a number is multiplied by to be in the test's own unit; None where it takes more, or nothing leads there."""
    line = line_to(one.unit, one.concept) if one.unit else None
    return float(line.factor) if line is not None and not line.offset else None
