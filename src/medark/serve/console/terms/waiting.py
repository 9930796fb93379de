"""Codes that wait, those of most rows first: each with its likeliest concepts, decided many at a time"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from medark.flows.terms.background import decide_now
from medark.flows.terms.candidates import Proposed
from medark.flows.terms.choice import none_of_them
from medark.flows.terms.review import LIKENESS, Lake, Waiting, name_of, reviewed, with_concept
from medark.messages import _, plural
from medark.model.term import SourceTerm
from medark.serve.console.addresses import own_address
from medark.serve.console.screens import Screen, Visit
from medark.serve.console.terms import told as words
from medark.serve.http.errors import MalformedError

PAGE: Final = 20  # codes
_SHOWN: Final = 3  # concepts of a code
CHOICE: Final = "choice."  # what the names of a form's fields begin with
LATER: Final = "later"


def screen(visit: Visit) -> Screen:
    """What waits. `source`, `kind`, `like`: of these alone; `take=likeliest`: the likeliest concept is ticked."""
    lake = reviewed(visit.workspace, visit.reader.user)
    query = {name: visit.text(name) for name in ("source", "kind", "like")}
    query["like"] = query["like"] if query["like"] in LIKENESS else ""
    some = [one for one in lake.waiting if _fits(one, {**query, "like": ""})]
    fitting = [one for one in some if _fits(one, query)]
    page = max(1, min(visit.number("page", 1), 10_000))
    shown = fitting[(page - 1) * PAGE : page * PAGE]
    data = {
        **_head(lake, visit), "query": query, "page": page, "size": PAGE, "fitting": len(fitting),
        "fitting_rows": sum(one.rows for one in fitting), "groups": words.groups(some, query["like"], query),
        "sources": sorted({one.term.source for one in lake.waiting}),
        "kinds": [(kind, words.kind_named(kind)) for kind in sorted({one.term.kind for one in lake.waiting})],
        "codes": [words.waiting(one, _SHOWN) for one in shown], "takes": visit.text("take") == "likeliest",
        "address": words.ADDRESS, "here": words.address({**query, "page": page if page > 1 else ""}),
        "before": words.address({**query, "page": page - 1}) if page > 1 else "",
        "after": words.address({**query, "page": page + 1}) if page * PAGE < len(fitting) else "",
        "all_of": words.address(query, "/group"), "none": words.NONE, "later": LATER,
    }  # fmt: skip
    return Screen(_("Codes to be explained"), "terms.html", data)


def _head(lake: Lake, visit: Visit) -> dict[str, Any]:
    count = visit.number("done")
    return {
        "coverage": words.coverage(lake.covered), "waiting": len(lake.waiting),
        "waiting_rows": sum(one.rows for one in lake.waiting), "going": words.under_way(visit),
        "done": plural("{count} code is decided", "{count} codes are decided", count) if count else "",
    }  # fmt: skip


def taken(visit: Visit, told: Mapping[str, str]) -> str:
    """What the form says of each code of its page; "later" says nothing."""
    wanted = {name.removeprefix(CHOICE): value for name, value in told.items() if name.startswith(CHOICE)}
    lake = reviewed(visit.workspace, visit.reader.user)
    decided = _decided({name_of(one.term): one for one in lake.waiting}, wanted)
    if decided:
        decide_now(visit.workspace, visit.reader.user, decided)
    return with_done(own_address(told.get("back", ""), words.ADDRESS), len(decided))


def _decided(waiting: Mapping[str, Waiting], wanted: Mapping[str, str]) -> Sequence[SourceTerm]:
    return [said(waiting[name], value) for name, value in wanted.items() if value != LATER and name in waiting]


def said(one: Waiting, value: str) -> SourceTerm:
    """The term as a choice of a form says: a concept's number, or that there is none. MalformedError."""
    if value == words.NONE:
        return none_of_them(Proposed(one.term, ()))
    if not (value.isascii() and value.isdigit() and len(value) <= 10):
        raise MalformedError("there is no such choice", fix="choose a concept", at=CHOICE)
    return with_concept(one, int(value))


def with_done(address: str, count: int) -> str:
    """An address of terms that says how many were decided."""
    path, _mark, query = address.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith(("done=", "take="))]
    return f"{path}?{'&'.join([*kept, f'done={count}'])}" if count else f"{path}?{'&'.join(kept)}".rstrip("?")


def _fits(one: Waiting, query: Mapping[str, str]) -> bool:
    told = {"source": one.term.source, "kind": one.term.kind, "like": one.likeness}
    return all(query[name] in ("", value) for name, value in told.items())
