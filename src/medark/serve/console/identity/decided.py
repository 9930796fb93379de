"""What was decided of who is who: by whom, when and why; and the way back, after asking once more"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from medark.flows.identity.decided import Decided, decided, one_decided
from medark.flows.identity.deciding import undo
from medark.flows.identity.permission import may_decide
from medark.flows.identity.words import VERDICT
from medark.messages import _, phrase
from medark.serve.console.identity.told import ADDRESS, number_of, side
from medark.serve.console.screens import Screen, Visit

DECIDED: Final = f"{ADDRESS}/decided"
PAGE: Final = 50
_PAIRS: Final = 20  # of one act that are shown


def screen(visit: Visit) -> Screen:
    """Every act, the last first, also what was taken back; values masked."""
    user, page = visit.reader.user, max(1, min(visit.number("page", 1), 10_000))
    shown, count = decided(visit.workspace, user, skip=(page - 1) * PAGE, limit=PAGE)
    data = {
        "acts": [_act(one) for one in shown], "count": count, "page": page, "done": visit.text("done"),
        "may_decide": may_decide(visit.workspace, user),
        "before": f"{DECIDED}?page={page - 1}" if page > 1 else "",
        "after": f"{DECIDED}?page={page + 1}" if page * PAGE < count else "",
    }  # fmt: skip
    return Screen(_("What was decided of who is who"), "identity_decided.html", data)


def one(visit: Visit) -> Screen:
    """One act, and what becomes of it if it is taken back."""
    user = visit.reader.user
    act = one_decided(visit.workspace, user, number_of(visit.path["decision"]))
    data = {**_act(act), "may_decide": may_decide(visit.workspace, user), "list": DECIDED}
    return Screen(_("Take it back?"), "identity_decision.html", data)


def taken_back(visit: Visit, told: Mapping[str, str]) -> str:
    """It counts no more, and rows follow; on to the list."""
    undo(visit.workspace, visit.reader.user, number_of(visit.path["decision"]))
    return f"{DECIDED}?done=yes"


def _act(act: Decided) -> dict[str, Any]:
    return {
        "decision": act.number, "address": f"{DECIDED}/{act.number}", "verdict": act.verdict,
        "says": phrase(VERDICT[act.verdict]), "by": act.by, "at_ms": act.at_ms, "reason": act.reason,
        "undone_by": act.undone_by, "undone_ms": act.undone_ms, "counts": act.counts,
        "pairs": [{"left": side(left), "right": side(right)} for left, right in act.pairs[:_PAIRS]],
        "pair_count": len(act.pairs),
    }  # fmt: skip
