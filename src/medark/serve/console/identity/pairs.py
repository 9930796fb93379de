"""Pairs that are unsure, one beside the other with what each field says; one person, two persons, or later"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from medark.flows.identity.deciding import decide, put_off
from medark.flows.identity.looking import FIELDS, Look, pair, review
from medark.flows.identity.permission import may_decide
from medark.flows.identity.words import FIELD, WHY
from medark.messages import _, phrase
from medark.serve.console.fields import one_of, text
from medark.serve.console.identity.told import ADDRESS, number_of, side
from medark.serve.console.screens import Screen, Visit

PAGE: Final = 50  # pairs that the list shows
_SAID: Final = ("same", "different", "later")
_LONGEST_REASON: Final = 500  # characters


def address_of(left: int, right: int) -> str:
    """Where a pair is decided."""
    return f"{ADDRESS}/{left}-{right}"


def waiting(visit: Visit) -> Screen:
    """Every pair that nobody has decided, the surest first; values masked."""
    there = review(visit.workspace, visit.reader.user, limit=PAGE + 1)
    data = {
        "pairs": [_pair(look) for look in there[:PAGE]], "more": len(there) > PAGE, "done": visit.text("done"),
    }  # fmt: skip
    return Screen(_("One person or two"), "identity.html", data)


def one(visit: Visit) -> Screen:
    """One pair. `clear`: values as they are, for who may decide; that they saw them is in the audit."""
    left, right = _keys(visit)
    user, clear = visit.reader.user, visit.text("clear") == "yes"
    look = pair(visit.workspace, user, left, right, clear=clear)
    data = {
        **_pair(look), "fields": _fields(look), "is_clear": clear, "may_decide": may_decide(visit.workspace, user),
        "list": ADDRESS,
    }  # fmt: skip
    return Screen(_("Are they one person?"), "identity_pair.html", data)


def taken(visit: Visit, told: Mapping[str, str]) -> str:
    """One person, two persons, or later; on to the list."""
    left, right = _keys(visit)
    verdict = one_of(told, "verdict", _SAID)
    if verdict == "later":
        put_off(visit.workspace, visit.reader.user, left, right)
    else:
        decide(visit.workspace, visit.reader.user, left, right, verdict, text(told, "reason", _LONGEST_REASON))
    return f"{ADDRESS}?done={verdict}"


def _keys(visit: Visit) -> tuple[int, int]:
    left, _dash, right = visit.path["pair"].partition("-")
    return number_of(left), number_of(right)


def _pair(look: Look) -> dict[str, Any]:
    return {
        "address": address_of(look.left.key_no, look.right.key_no), "bits": round(look.weight, 1),
        "why": phrase(WHY.get(look.why, look.why)), "left": side(look.left), "right": side(look.right),
    }  # fmt: skip


def _fields(look: Look) -> list[dict[str, Any]]:
    said = {one.field: one for one in look.evidence}
    return [
        {
            "label": phrase(FIELD[name]),
            "left": list(look.left.values.get(name, ())),
            "right": list(look.right.values.get(name, ())),
            "words": phrase(said[name].words) if name in said else "",
            "bits": round(said[name].bits, 1) if name in said else None,
        }
        for name in FIELDS
        if look.left.values.get(name) or look.right.values.get(name)
    ]
