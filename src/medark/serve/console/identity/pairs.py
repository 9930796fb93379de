"""Pairs that are unsure, one beside the other with what each field says; one person, two persons, or later"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import APIRouter

from medark.flows.identity.deciding import decide, put_off
from medark.flows.identity.looking import FIELDS, Look, pair, review
from medark.flows.identity.permission import may_decide
from medark.flows.identity.words import FIELD, WHY
from medark.messages import _, phrase
from medark.serve.console.addresses import PREFIX
from medark.serve.console.fields import one_of, text
from medark.serve.console.screens import Screen, Screens, Visit
from medark.serve.http.errors import MalformedError
from medark.serve.http.parts import Parts

ADDRESS: Final = f"{PREFIX}/identity"
PAGE: Final = 50  # pairs that the list shows
_SAID: Final = ("same", "different", "later")
_LONGEST_REASON: Final = 500  # characters
_LONGEST_NUMBER: Final = 18  # digits


def screens(parts: Parts) -> APIRouter:
    """The list, one pair, and what is decided of it."""
    found = Screens(parts)
    found.page("/identity", waiting, summary="Records that may be one person")
    found.page("/identity/{pair}", one, summary="Two records side by side")
    found.form("/identity/{pair}", taken, summary="Decide whether they are one person")
    return found.router


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
    if not all(n.isascii() and n.isdecimal() and len(n) <= _LONGEST_NUMBER for n in (left, right)):
        raise MalformedError("a pair is two numbers of records", fix="choose one of the list", at="pair")
    return int(left), int(right)


def _pair(look: Look) -> dict[str, Any]:
    return {
        "address": address_of(look.left.key_no, look.right.key_no), "bits": round(look.weight, 1),
        "why": phrase(WHY.get(look.why, look.why)), "left": _side(look.left), "right": _side(look.right),
    }  # fmt: skip


def _side(side: Any) -> dict[str, Any]:
    name = " / ".join(side.values.get("name", ()))
    birth = " / ".join(side.values.get("birth", ()))
    return {"record": side.key_no, "people": side.people, "person_id": side.person_id, "name": name, "birth": birth}


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
