"""One code: what its source says of it, the concepts that it may mean with what speaks for each, and any other"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from medark.flows.terms.background import decide_now
from medark.flows.terms.concepts import named
from medark.flows.terms.decide import opened_again
from medark.flows.terms.review import Waiting, found_by, name_of, one_of, reviewed
from medark.messages import _
from medark.model.term import SourceTerm, TermState
from medark.serve.console.fields import one_of as choice
from medark.serve.console.screens import Screen, Visit
from medark.serve.console.terms import told as words
from medark.serve.console.terms.waiting import said

_SAID: Final = ("none", "open")


def screen(visit: Visit) -> Screen:
    """The code. `q`: other concepts that are called so, or have this code or number."""
    user = visit.reader.user
    term, asked = one_of(visit.workspace, user, visit.path["term"]), visit.text("q")
    waiting = _waiting(visit, term)
    data: dict[str, Any] = {
        **words.term(term), "rows": waiting.rows, "adds": waiting.gain, "q": asked, "back_to": words.ADDRESS,
        "candidates": [words.candidate(one) for one in waiting.candidates],
        "found": [words.candidate(one) for one in found_by(visit.workspace, user, term, asked)] if asked else [],
        "decided": _decided(visit, term), "going": words.under_way(visit), "next": _next(visit, term),
    }  # fmt: skip
    return Screen(term.name or term.code, "terms_one.html", data)


def taken(visit: Visit, told: Mapping[str, str]) -> str:
    """A concept, that there is none, or that it is open again; on to the next code that waits."""
    user = visit.reader.user
    term = one_of(visit.workspace, user, visit.path["term"])
    following = _next(visit, term)
    if told.get("concept"):
        decide_now(visit.workspace, user, [said(_waiting(visit, term), told["concept"])])
    elif choice(told, "state", _SAID) == "none":
        decide_now(visit.workspace, user, [said(_waiting(visit, term), words.NONE)])
    else:
        decide_now(visit.workspace, user, [opened_again(term)])
        return f"{words.ADDRESS}/{name_of(term)}"
    return following or words.address({"done": 1})


def _waiting(visit: Visit, term: SourceTerm) -> Waiting:
    lake = reviewed(visit.workspace, visit.reader.user, term.source)
    return next((one for one in lake.waiting if one.term.key == term.key), Waiting(term, 0, 0, 0.0, ()))


def _next(visit: Visit, term: SourceTerm) -> str:
    """The address of the code of most rows that is not this one; "" if none waits."""
    lake = reviewed(visit.workspace, visit.reader.user, term.source)
    keys = [one.term for one in lake.waiting]
    at = next((n for n, one in enumerate(keys) if one.key == term.key), -1)
    following = keys[at + 1 : at + 2] or [one for one in keys[:1] if one.key != term.key]
    return f"{words.ADDRESS}/{name_of(following[0])}" if following else ""


def _decided(visit: Visit, term: SourceTerm) -> Mapping[str, Any] | None:
    if term.state is TermState.OPEN:
        return None
    known = named(visit.workspace, [term.concept_id]).get(term.concept_id or 0)
    return {
        "by": term.decided_by, "at_ms": term.decided_ms, "concept": known.name if known else "",
        "text": _("means {concept}", concept=known.name) if known else _("means no concept that there is"),
    }  # fmt: skip
