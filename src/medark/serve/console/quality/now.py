"""Check now: an owner or a data steward has all checks run, and sees how far that is"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from medark.flows.quality.background import check_now, how_far
from medark.messages import phrase
from medark.serve.console.quality.told import ADDRESS
from medark.serve.console.screens import Visit


def asked(visit: Visit, _told: Mapping[str, str]) -> str:
    """Begin, unless a run goes on already. AccessError unless it is an owner or a data steward."""
    check_now(visit.workspace, visit.reader.user)
    return ADDRESS


def told(visit: Visit) -> Mapping[str, Any]:
    """How far the run is that goes on, and why the last one failed, if it did."""
    going = how_far(visit.workspace)
    return {
        "checking": {
            "is_going_on": going.is_going_on, "done": going.done, "total": going.total,
            "failed": phrase(going.failed) if going.failed else "",
        }
    }  # fmt: skip
